package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The SDK's stdio transport with a signal for its end, which a process needs for its exit. */
final class WatchedStdio implements McpServerTransportProvider {

    private final StdioServerTransportProvider delegate;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    WatchedStdio(StdioServerTransportProvider delegate) {
        this.delegate = delegate;
    }

    /** Completes when the session has ended: stdin is at its end, could not be read, or the server was closed. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory factory) {
        delegate.setSessionFactory(plain -> {
            WatchedTransport transport = new WatchedTransport(plain, closed);
            return new CancellableSession(factory.create(transport), transport, closed());
        });
    }

    @Override
    public List<String> protocolVersions() {
        return delegate.protocolVersions();
    }

    @Override
    public Mono<Void> notifyClients(String method, Object params) {
        return delegate.notifyClients(method, params);
    }

    @Override
    public Mono<Void> notifyClient(String sessionId, String method, Object params) {
        return delegate.notifyClient(sessionId, method, params);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return delegate.closeGracefully();
    }
}
