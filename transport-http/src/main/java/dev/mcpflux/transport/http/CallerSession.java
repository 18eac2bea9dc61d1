package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * What one caller has at a server of the legacy era. It is begun by the first request of the caller, shared by all requests
 * that come meanwhile, and begun again when the server has forgotten it. One kind for each transport of HTTP.
 */
abstract sealed class CallerSession permits StreamableSession, SseSession {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** The number of users of a session that was ended. */
    private static final int ENDED = -1;

    final HttpLink link;
    private final Supplier<LegacySessions.@Nullable Handshake> handshake;
    private final boolean first;
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicReference<@Nullable Opening> opening = new AtomicReference<>();
    /** Whether there was ever a session: the next one then replaces it. */
    private volatile boolean ever;

    /** Fails for those who hold the session when it is lost. */
    private final AtomicReference<Sinks.Empty<Void>> loss = new AtomicReference<>(Sinks.empty());

    private volatile Caller caller;
    private volatile long used;

    /**
     * A session that is being begun.
     *
     * @param done completes when it has begun
     */
    private record Opening(Mono<Void> done) {}

    /**
     * Nothing is begun yet.
     *
     * @param handshake how sessions are begun; null before the first one was
     * @param first whether it belongs to the caller that opened the connection, and lives as long as that
     */
    CallerSession(HttpLink link, Supplier<LegacySessions.@Nullable Handshake> handshake, Caller caller, boolean first) {
        this.link = link;
        this.handshake = handshake;
        this.caller = caller;
        this.first = first;
        this.used = link.now();
    }

    /** Whether it has begun and was not lost. */
    abstract boolean isOpen();

    /**
     * Gets ready for a handshake.
     *
     * @return undoes what a handshake that failed has left
     */
    abstract Runnable beforeHandshake();

    /** Makes the request that begins a session; emits its response last. */
    abstract Mono<? extends JsonRpcMessage> initialize(RequestSpec request);

    /** Notifies the server that the session has begun. */
    abstract Mono<Void> initialized();

    /** Forgets what there is, which cannot be reached any more. */
    abstract void discard();

    /** Ends what there is, at the server as well; completes when it has been informed or cannot be. */
    abstract Mono<Void> close();

    /** The caller, with the headers that came last. */
    final Caller caller() {
        return caller;
    }

    final boolean first() {
        return first;
    }

    // users

    /** One more user; false if it was ended. */
    final boolean enter(Caller now) {
        if (users.updateAndGet(n -> n == ENDED ? ENDED : n + 1) == ENDED) {
            return false;
        }
        // the headers may be other ones than before: a renewed token
        caller = now;
        return true;
    }

    final void leave() {
        used = link.now();
        users.updateAndGet(n -> n == ENDED ? ENDED : n - 1);
    }

    /** When it was used last, in milliseconds of the timer. */
    final long used() {
        return used;
    }

    final boolean idle() {
        return users.get() == 0;
    }

    /** Ends it for all users to come, if it has none now. */
    final boolean retire() {
        return users.compareAndSet(0, ENDED);
    }

    // the handshake

    /** Completes when a request can be made in this session; null where it can be made at once. */
    final @Nullable Mono<Void> opening() {
        for (; ; ) {
            Opening now = opening.get();
            if (now != null) {
                return now.done;
            }
            if (isOpen()) {
                return null;
            }
            Opening mine = new Opening(Callbacks.isolated(begin("it was lost").cache()));
            if (opening.compareAndSet(null, mine)) {
                if (!isOpen()) {
                    return mine.done;
                }
                // begun by another request meanwhile
                opening.compareAndSet(mine, null);
            }
        }
    }

    /** {@code initialize} has begun it, whichever request that was. */
    final void begun() {
        if (opening.get() == null) {
            // the first session, which is begun by opening the connection
            ever = true;
        }
    }

    /**
     * Begins another session: once, however many requests need it.
     *
     * @param stillNeeded whether no other request has begun one meanwhile
     * @return completes when it has begun
     */
    final Mono<Void> beginAgain(BooleanSupplier stillNeeded, String reason) {
        return Mono.defer(() -> {
            Opening now = opening.get();
            if (now != null) {
                return now.done;
            }
            if (!stillNeeded.getAsBoolean()) {
                return Mono.empty();
            }
            Opening mine = new Opening(Callbacks.isolated(begin(reason).cache()));
            return opening.compareAndSet(null, mine) ? mine.done : beginAgain(stillNeeded, reason);
        });
    }

    /**
     * Begins a session.
     *
     * @param reason why the previous one is gone, if there was one
     */
    private Mono<Void> begin(String reason) {
        return Mono.defer(() -> {
                    LegacySessions.Handshake like = handshake.get();
                    if (like == null) {
                        return Mono.error(link.failures().protocol("no session was begun yet"));
                    }
                    if (ever) {
                        log.warn(
                                "[{}] the server has forgotten the session ({}); a new one is begun",
                                link.name(),
                                SafeText.line(link.mask(reason)));
                    }
                    return shakeHands(like);
                })
                // it belongs to the caller, and not to the call that happens to be the first
                .contextWrite(context -> caller.in(Context.empty()))
                .doOnSuccess(done -> {
                    boolean again = ever;
                    ever = true;
                    opening.set(null);
                    link.emit(
                            again
                                    ? new ConnectionEvent.SessionRenewed(caller, reason)
                                    : new ConnectionEvent.SessionBegun(caller));
                });
    }

    private Mono<Void> shakeHands(LegacySessions.Handshake like) {
        Runnable undo = beforeHandshake();
        return initialize(like.initialize())
                .flatMap(message -> message instanceof JsonRpcMessage.Success success
                                && success.result() instanceof InitializeResult result
                                && like.revision().equals(result.protocolVersion())
                        ? initialized()
                        : Mono.<Void>error(refused(message)))
                .timeout(link.options().answerTimeout(), link.recipe().timer())
                .onErrorMap(
                        TimeoutException.class,
                        e -> link.failures().timeout(McpTimeoutException.Phase.HANDSHAKE, "beginning another session"))
                .doOnError(e -> {
                    undo.run();
                    // not kept: the next request tries again
                    opening.set(null);
                });
    }

    private Throwable refused(JsonRpcMessage message) {
        if (ever) {
            return link.failures().protocol("it has forgotten the session, and does not begin one like it");
        }
        return message instanceof JsonRpcMessage.Failure failure
                ? McpPeerErrorException.of(link.name(), Methods.INITIALIZE, null, failure.error())
                : link.failures().protocol("it begins no session like the one that was begun first");
    }

    // the end

    /** It cannot be reached any more: the next request of the caller begins another one. */
    final void lost(String reason) {
        discard();
        if (!link.hasEnded()) {
            link.emit(new ConnectionEvent.SessionEnded(caller, reason));
            loss.getAndSet(Sinks.empty())
                    .tryEmitError(new McpConnectionException(
                            link.name(), "the session of a caller is lost: " + reason, Diagnostics.NONE, null));
        }
    }

    /** Emits once when the session has begun, and then nothing; fails when it is lost. */
    final Flux<Boolean> held() {
        return Flux.defer(() -> {
            Mono<Void> begin = opening();
            Mono<Boolean> there = begin == null ? Mono.just(true) : begin.thenReturn(true);
            return there.concatWith(loss.get().asMono().then(Mono.never()));
        });
    }
}
