package dev.mcpflux.transport.http;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Incoming;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The session of one caller over HTTP+SSE: the stream of that caller is the session. */
final class SseSession extends CallerSession {

    /** The stream, also while it is being opened. */
    private final AtomicReference<@Nullable Connection> stream = new AtomicReference<>();

    private volatile boolean open;

    SseSession(HttpLink link, Supplier<LegacySessions.@Nullable Handshake> handshake, Caller caller, boolean first) {
        super(link, handshake, caller, first);
    }

    /** The open stream; null where there is none. */
    @Nullable
    Connection stream() {
        return open ? stream.get() : null;
    }

    @Override
    boolean isOpen() {
        return open;
    }

    /** Opens the stream. The first one may be used at once: the caller makes the handshake over it. */
    Mono<Void> openStream() {
        return Mono.defer(() -> {
            Connection own = link.tapped(
                    SseConnection.over(link.recipe(), link.http(), link.secrets(), link.failures(), caller()));
            stream.set(own);
            if (link.hasEnded()) {
                link.run(own.close());
            }
            return own.open().doOnSuccess(done -> follow(own)).doOnError(e -> {
                stream.compareAndSet(own, null);
                link.run(own.close());
            });
        });
    }

    /** Passes on to the link what the stream emits. */
    // the very connection
    @SuppressWarnings("ReferenceEquality")
    private void follow(Connection own) {
        Context context = caller().in(Context.empty());
        EventSink.direct(own.events()).subscribe(link::emit);
        own.incoming().subscribe(incoming -> link.offer(new Incoming(incoming.message(), context)));
        own.onTermination().subscribe(cause -> {
            if (first()) {
                link.terminate(cause);
            } else if (stream.get() == own) {
                lost(cause.reason());
            }
        });
        if (first()) {
            open = true;
        }
    }

    @Override
    Runnable beforeHandshake() {
        return () -> {
            Connection half = stream.getAndSet(null);
            if (half != null) {
                open = false;
                link.run(half.close());
            }
        };
    }

    @Override
    Mono<? extends JsonRpcMessage> initialize(RequestSpec request) {
        return openStream().then(Mono.defer(() -> {
            Connection own = stream.get();
            return own == null
                    ? Mono.error(link.failures().protocol("its stream is gone"))
                    : own.exchange(request).last();
        }));
    }

    @Override
    Mono<Void> initialized() {
        Connection own = stream.get();
        return own == null
                ? Mono.error(link.failures().protocol("its stream is gone"))
                : own.notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))
                        .doOnSuccess(sent -> open = true);
    }

    @Override
    void discard() {
        open = false;
        stream.set(null);
    }

    @Override
    Mono<Void> close() {
        return Mono.defer(() -> {
            Connection own = stream.getAndSet(null);
            open = false;
            return own == null ? Mono.empty() : own.close();
        });
    }
}
