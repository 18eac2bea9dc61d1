package dev.mcpflux.transport;

import java.util.function.UnaryOperator;

/**
 * The recipe to reach one server. It holds no resource and may be used any number of times, by any thread.
 */
public interface Transport {

    /** The configured name of the server, used in errors, logs and the names of threads. */
    String name();

    /**
     * What the era of a server is remembered by: its name; for one that is reached by a URL, the origin of that, so that it
     * is known again under another name (specification 2026-07-28: basic/versioning, backward compatibility).
     */
    default String origin() {
        return name();
    }

    /**
     * Whether the server lives on its own, and is reached by a network: then a new connection starts nothing, and may be tried
     * at any time, for instance by the next call after the server was away.
     */
    default boolean remote() {
        return false;
    }

    /**
     * A new handle to a connection that is not open yet. This is cheap and synchronous: nothing is started, nothing
     * blocks. What acquires something slowly cannot be released while it is still being acquired, so the slow part is
     * {@link Connection#open()}, and whoever has the handle can close it at any moment.
     */
    Connection connection();

    /**
     * The same transport, each of whose connections is decorated: for what concerns messages, as wire taps and metrics do.
     *
     * @param decorator called once for each connection, before it is opened; it may return a {@link ForwardingConnection}
     *     over the one it is given, or that one itself after it has {@linkplain Connection#tap tapped} it
     */
    default Transport with(UnaryOperator<Connection> decorator) {
        return new DecoratedTransport(this, decorator);
    }
}
