package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A transport of the SDK which tells when it is closed.
 *
 * <p>The SDK's stdio transport closes itself at the end of stdin, and tells nobody.
 */
final class WatchedTransport implements McpServerTransport {

    private final McpServerTransport delegate;
    private final Sinks.Empty<Void> closed;

    /**
     * Watches a transport.
     *
     * @param closed is completed when the transport is closed from either side
     */
    WatchedTransport(McpServerTransport delegate, Sinks.Empty<Void> closed) {
        this.delegate = delegate;
        this.closed = closed;
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return delegate.sendMessage(message);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return delegate.unmarshalFrom(data, type);
    }

    @Override
    public List<String> protocolVersions() {
        return delegate.protocolVersions();
    }

    @Override
    public void close() {
        delegate.close();
        closed.tryEmitEmpty();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return delegate.closeGracefully().doFinally(signal -> closed.tryEmitEmpty());
    }
}
