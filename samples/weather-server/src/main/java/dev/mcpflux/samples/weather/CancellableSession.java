package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A session of the SDK whose requests can be cancelled.
 *
 * <p>The SDK does not support {@code notifications/cancelled}, nor does it stop running work when the session ends: a
 * forecast would continue for a client that has disconnected, and keep the process alive. But the SDK handles each
 * message in a Mono, which can be cancelled from outside.
 *
 * <p>It extends the SDK's class because the transport provider accepts no other type; all it inherits is the type.
 */
final class CancellableSession extends McpServerSession {

    private static final Logger LOG = LoggerFactory.getLogger(CancellableSession.class);

    private static final String CANCELLED = "notifications/cancelled";

    private final McpServerSession delegate;
    private final Mono<Void> closed;
    private final Map<Object, Sinks.Empty<Void>> inFlight = new ConcurrentHashMap<>();

    CancellableSession(McpServerSession delegate, McpServerTransport transport, Mono<Void> closed) {
        super(delegate.getId(), Duration.ZERO, transport, request -> Mono.empty(), Map.of(), Map.of());
        this.delegate = delegate;
        this.closed = closed;
    }

    /**
     * Handles one message.
     *
     * <p>MCP 2025-11-25, <em>Cancellation</em>: the receiver stops the work and sends no response; a cancellation for a
     * request unknown or already answered is ignored; {@code initialize} cannot be cancelled.
     *
     * @return completes when the message has been handled, cancelled, or overtaken by the end of the session; never an
     *     error, since the SDK would end the session with it
     */
    @Override
    public Mono<Void> handle(JSONRPCMessage message) {
        if (message instanceof JSONRPCNotification notification && CANCELLED.equals(notification.method())) {
            return Mono.fromRunnable(() -> cancel(notification.params()));
        }
        Mono<Void> work = delegate.handle(message).takeUntilOther(closed).onErrorResume(error -> {
            LOG.warn("A message could not be handled: {}", error.toString());
            return Mono.empty();
        });
        return message instanceof JSONRPCRequest request && !McpSchema.METHOD_INITIALIZE.equals(request.method())
                ? cancellable(request.id(), work)
                : work;
    }

    private Mono<Void> cancellable(Object id, Mono<Void> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> cancelled = Sinks.empty();
            inFlight.put(id, cancelled);
            return work.takeUntilOther(cancelled.asMono()).doFinally(signal -> inFlight.remove(id, cancelled));
        });
    }

    private void cancel(@Nullable Object params) {
        Object id = params instanceof Map<?, ?> map ? map.get("requestId") : null;
        Sinks.Empty<Void> cancelled = id == null ? null : inFlight.remove(id);
        if (cancelled != null) {
            cancelled.tryEmitEmpty();
        }
    }

    @Override
    public Mono<Void> sendNotification(String method, Object params) {
        return delegate.sendNotification(method, params);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return delegate.closeGracefully();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
