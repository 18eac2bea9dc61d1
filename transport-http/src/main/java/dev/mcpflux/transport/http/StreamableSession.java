package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The session of one caller over Streamable HTTP: its id, and the stream by which the server sends what belongs to no request.
 * "When a client receives HTTP 404 in response to a request containing an Mcp-Session-Id, it MUST start a new session."
 */
final class StreamableSession extends CallerSession {

    private final HttpConnection connection;
    private final ServerStream stream;
    private final AtomicReference<@Nullable LegacySession> session = new AtomicReference<>();

    StreamableSession(
            HttpConnection connection,
            Supplier<LegacySessions.@Nullable Handshake> handshake,
            Caller caller,
            boolean first) {
        super(connection.link, handshake, caller, first);
        this.connection = connection;
        this.stream = new ServerStream(connection, this);
    }

    /** What there is now, also before the server knows that it was accepted; null where there is none. */
    @Nullable
    LegacySession session() {
        return session.get();
    }

    /** What a request is sent in: {@link LegacySession#NONE} where there is nothing. */
    LegacySession current() {
        LegacySession now = session.get();
        return now == null ? LegacySession.NONE : now;
    }

    ServerStream stream() {
        return stream;
    }

    // begin and renew

    @Override
    boolean isOpen() {
        return session.get() != null;
    }

    /** The server has answered {@code initialize} with this session. */
    void begun(LegacySession fresh) {
        session.set(fresh);
        begun();
        if (link.hasEnded() && session.compareAndSet(fresh, null)) {
            connection.deletion().deleteUnused(fresh, caller());
        }
    }

    /**
     * Begins a session in place of one that the server has forgotten: once, however many requests find that out.
     *
     * @return completes when it has begun
     */
    // the very session that was forgotten, and not one that is equal to it
    @SuppressWarnings("ReferenceEquality")
    Mono<Void> renewed(LegacySession forgotten, String reason) {
        return beginAgain(() -> session.get() == forgotten, reason);
    }

    // the very session that was there before
    @SuppressWarnings("ReferenceEquality")
    @Override
    Runnable beforeHandshake() {
        stream.stop();
        LegacySession before = session.get();
        return () -> {
            LegacySession half = session.getAndSet(null);
            if (half != null && half != before) {
                link.run(connection.deletion().delete(half, caller()));
            }
        };
    }

    @Override
    Mono<? extends JsonRpcMessage> initialize(RequestSpec request) {
        return connection.exchange(request).last();
    }

    @Override
    Mono<Void> initialized() {
        JsonRpcMessage.Notification initialized = new JsonRpcMessage.Notification(Methods.INITIALIZED, null);
        return connection.deliver(caller(), current(), initialized, null).then(stream.open());
    }

    // notifications and answers

    /** Sends a message in this session, which is begun again where the server has forgotten it. */
    Mono<Void> send(JsonRpcMessage message) {
        Mono<Void> sent = Mono.defer(() -> {
            LegacySession now = session.get();
            if (now == null) {
                // it was lost; nobody waits for the answer to a question that was asked in it
                Mono<Void> opening = message instanceof JsonRpcMessage.Response ? null : opening();
                return opening == null
                        ? Mono.error(link.failures().protocol("the session is lost in which it asked"))
                        : opening.then(Mono.defer(() -> connection.deliver(caller(), current(), message, null)));
            }
            return deliver(now, message)
                    .onErrorResume(LostSessionDetector.SessionForgotten.class, e -> renew(now, message, e));
        });
        // "opened before the first call": what the server asks meanwhile comes by it
        return isInitialized(message) ? sent.then(stream.open()) : sent;
    }

    private Mono<Void> deliver(LegacySession in, JsonRpcMessage message) {
        return connection.deliver(caller(), in, message, in.canBeLost() ? connection.lostSessions() : null);
    }

    private static boolean isInitialized(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Notification notification
                && notification.method().equals(Methods.INITIALIZED);
    }

    /** Begins a session in place of the forgotten one, and sends once more what means something in any session. */
    private Mono<Void> renew(
            LegacySession forgotten, JsonRpcMessage message, LostSessionDetector.SessionForgotten lost) {
        Mono<Void> renewed = renewed(forgotten, lost.refusal().problem());
        if (message instanceof JsonRpcMessage.Response) {
            // what the server asked in the other session it does not wait for in this one
            return renewed.then(Failures.unhooked(lost.refusal()));
        }
        return isInitialized(message)
                // the new session has had its own
                ? renewed
                : renewed.then(Mono.defer(
                                () -> connection.deliver(caller(), current(), message, connection.lostSessions())))
                        .onErrorMap(LostSessionDetector.SessionForgotten.class, again -> {
                            connection.lostSessions().refusedAgain(again);
                            return again.refusal();
                        });
    }

    // the end

    @Override
    void discard() {
        session.set(null);
        stream.stop();
    }

    @Override
    Mono<Void> close() {
        return Mono.defer(() -> {
            stream.stop();
            LegacySession last = session.getAndSet(null);
            return last == null ? Mono.empty() : connection.deletion().delete(last, caller());
        });
    }
}
