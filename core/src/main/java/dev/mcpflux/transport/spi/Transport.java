package dev.mcpflux.transport.spi;

import java.util.function.UnaryOperator;

/** How to connect to one server. A transport holds no resources and may be used any number of times, by any thread. */
public interface Transport {

    /** The configured name of the server, used in errors, logs and thread names. */
    String name();

    /**
     * The key under which the era of the server is remembered. It is the name, or the origin of the URL, so that the
     * same server is recognised under another name (specification 2026-07-28: basic/versioning, backward
     * compatibility).
     */
    default String origin() {
        return name();
    }

    /**
     * Whether the server runs independently and is reached over a network. If so, connecting starts no process and may
     * be attempted at any time, for instance by the next call after an outage.
     */
    default boolean remote() {
        return false;
    }

    /**
     * Creates a connection that is not open yet. This is cheap and synchronous: it starts nothing and does not block. A
     * resource that is acquired asynchronously cannot be released during the acquisition. Therefore
     * {@link Connection#open()} does the slow part, and the connection can be closed at any moment.
     */
    Connection connection();

    /**
     * A copy of this transport that decorates each connection, for example with wire taps or metrics.
     *
     * @param decorator called once for each connection, before it is opened. It returns a {@link ForwardingConnection}
     *     around the given one, or the given one after it has {@linkplain Connection#tap tapped} it
     */
    default Transport with(UnaryOperator<Connection> decorator) {
        return new DecoratedTransport(this, decorator);
    }
}
