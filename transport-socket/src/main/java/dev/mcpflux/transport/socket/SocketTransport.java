package dev.mcpflux.transport.socket;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import io.netty.channel.ChannelOption;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.netty.tcp.TcpClient;

/**
 * A server behind a TCP or Unix domain socket that communicates as over stdio, one JSON-RPC message a line in UTF-8
 * (specification: basic/transports, custom transports). Each connection has its own socket.
 *
 * <p>Opening fails within {@link SocketOptions#connectTimeout} with {@link dev.mcpflux.error.McpStartException}, which
 * names the address and the cause. When the server closes or resets the connection, all pending requests fail at once
 * with {@link dev.mcpflux.error.McpConnectionException}. Closing writes the waiting messages and then ends this side's
 * output, which the server reads as the end of its input; the connection is closed when the server closes its end, or
 * after {@link SocketOptions#closeGrace}. <em>Cancelling</em> any of these only stops waiting; closing also ends a
 * connection attempt in progress.
 *
 * <p>Threads: a connection has none of its own. It runs on one event loop of Reactor Netty, by default one of the
 * daemon threads shared by all TCP clients of Reactor Netty. Messages are written, read and routed there. These threads
 * carry Reactor's {@code NonBlocking} marker.
 */
public final class SocketTransport implements Transport {

    private final String name;
    private final String origin;
    /** The address, for messages. */
    private final String where;

    private final TcpClient client;
    private final SocketOptions options;

    private SocketTransport(String name, String origin, String where, TcpClient client, SocketOptions options) {
        this.name = name;
        this.origin = origin;
        this.where = where;
        this.client = client;
        this.options = options;
    }

    /**
     * Starts the description of a server, which then needs an address.
     *
     * @param name the server's name
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    @Override
    public String name() {
        return name;
    }

    /** The address, for instance {@code tcp://localhost:7000} or {@code unix:/run/weather.sock}. */
    @Override
    public String origin() {
        return origin;
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Connection connection() {
        return Multiplexer.over(name, this::duplex);
    }

    SocketConnection duplex(EventSink<ConnectionEvent> events) {
        return new SocketConnection(name, where, client, options, events);
    }

    /** Shows the server and its address. */
    @Override
    public String toString() {
        return "SocketTransport[" + name + ": " + origin + "]";
    }

    /** Collects what is needed to reach a server. */
    public static final class Builder {
        private final String name;
        private String host = "";
        private int port;
        private @Nullable Path path;
        private SocketOptions options = SocketOptions.defaults();
        private UnaryOperator<TcpClient> customizer = UnaryOperator.identity();

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /**
         * Connects over TCP.
         *
         * @param server a name, which is resolved for each connection, or an IP address
         * @param number the port, from 1 to 65,535
         */
        public Builder tcp(String server, int number) {
            if (server.isBlank() || number < 1 || number > 65_535) {
                throw new IllegalArgumentException("no TCP address: " + server + ":" + number);
            }
            host = server;
            port = number;
            path = null;
            return this;
        }

        /** Connects to the Unix domain socket at this path. */
        public Builder unix(Path socket) {
            path = Objects.requireNonNull(socket, "socket");
            return this;
        }

        public Builder options(SocketOptions values) {
            options = values;
            return this;
        }

        /**
         * Changes the client that connects, for instance with {@code client -> client.secure(…)} for TLS or with a
         * proxy. Called once, by {@link #build}, after the address and the timeout have been set.
         */
        public Builder client(UnaryOperator<TcpClient> change) {
            customizer = Objects.requireNonNull(change, "change");
            return this;
        }

        /**
         * Builds the transport.
         *
         * @throws IllegalStateException without an address
         */
        public SocketTransport build() {
            int timeout = (int) Math.min(options.connectTimeout().toMillis(), Integer.MAX_VALUE);
            TcpClient client = TcpClient.newConnection().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout);
            Path socket = path;
            if (socket != null) {
                UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
                TcpClient changed = customizer.apply(client.remoteAddress(() -> address));
                TcpClient unix = changed.runOn(
                        new UnixSocketLoops(changed.configuration().loopResources()), false);
                return new SocketTransport(name, "unix:" + socket, socket.toString(), unix, options);
            }
            if (host.isEmpty()) {
                throw new IllegalStateException("server '" + name + "' has no address");
            }
            String where = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
            // detects a server that disappeared without closing the connection
            TcpClient tcp = client.host(host).port(port).option(ChannelOption.SO_KEEPALIVE, true);
            return new SocketTransport(name, "tcp://" + where, where, customizer.apply(tcp), options);
        }
    }
}
