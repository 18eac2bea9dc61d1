package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * A transport of the SDK which tells when it is closed, and which any number of threads may send by.
 *
 * <p>The SDK's stdio transport closes itself at the end of stdin, and tells nobody. And it refuses a message ("Failed to
 * enqueue message") while another thread sends one: it emits into a sink that is not made for that. A notification is lost
 * then, and its call ends in an error before its progress is complete; or the response is lost, and the call is never
 * answered. So messages go through a queue here, and one at a time to the SDK.
 */
final class WatchedTransport implements McpServerTransport {

    private final McpServerTransport delegate;
    private final Sinks.Empty<Void> closed;
    // the unsafe sink takes what many threads emit, since the queue beneath it is made for that
    private final Sinks.Many<Outgoing> outgoing = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<Outgoing>unboundedMultiproducer().get());

    /**
     * Watches a transport.
     *
     * @param closed is completed when the transport is closed from either side
     */
    WatchedTransport(McpServerTransport delegate, Sinks.Empty<Void> closed) {
        this.delegate = delegate;
        this.closed = closed;
        outgoing.asFlux().concatMap(this::sendNow).subscribe();
    }

    private Mono<Void> sendNow(Outgoing next) {
        return delegate.sendMessage(next.message)
                .doOnSuccess(done -> next.sent.tryEmitEmpty())
                .onErrorResume(e -> {
                    next.sent.tryEmitError(e);
                    return Mono.empty();
                });
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.defer(() -> {
            Outgoing next = new Outgoing(message, Sinks.empty());
            outgoing.tryEmitNext(next).orThrow();
            return next.sent.asMono();
        });
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

    private record Outgoing(JSONRPCMessage message, Sinks.Empty<Void> sent) {}
}
