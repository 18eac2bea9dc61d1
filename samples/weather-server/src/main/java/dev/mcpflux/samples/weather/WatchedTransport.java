package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * A transport of the SDK that reports when it is closed, and that any number of threads may send with.
 *
 * <p>The SDK's stdio transport closes itself at the end of stdin without reporting it. It also rejects a message
 * ("Failed to enqueue message") while another thread sends one, because its sink does not support concurrent emitters.
 * The rejected message is lost: a notification, and then its call fails before its progress is complete; or a response,
 * and then the call is never answered. So messages go through a queue here, and to the SDK one at a time.
 */
final class WatchedTransport implements McpServerTransport {

    private final McpServerTransport delegate;
    private final Sinks.Empty<Void> closed;
    // the unsafe sink accepts many emitting threads, because the queue beneath it supports them
    private final Sinks.Many<Outgoing> outgoing = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<Outgoing>unboundedMultiproducer().get());

    /**
     * Wraps a transport.
     *
     * @param closed completed when the transport is closed from either side
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
