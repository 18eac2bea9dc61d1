package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Incoming;
import dev.mcpflux.transport.RequestSpec;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * What one caller has at a server of the legacy era: its session, the stream by which the server tells of itself, or over
 * HTTP+SSE the connection of that caller. It is begun by the first request of the caller, shared by all that come meanwhile,
 * and begun again when the server has forgotten it.
 */
final class CallerSession {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** The number of users of a session that is gone. */
    private static final int GONE = -1;

    private final HttpConnection connection;
    private final ServerStream stream;
    private final boolean first;
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicReference<@Nullable Opening> opening = new AtomicReference<>();
    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
    /** What is spoken in place of Streamable HTTP: while it is opened, and from then on. */
    private final AtomicReference<@Nullable Connection> older = new AtomicReference<>();

    private volatile boolean olderOpen;
    /** Whether there was ever one: the next one is then one in its place. */
    private volatile boolean ever;

    /** Fails for those who hold the session when it is lost. */
    private final AtomicReference<Sinks.Empty<Void>> loss = new AtomicReference<>(Sinks.empty());

    private volatile Caller caller;
    private volatile long used;

    /**
     * A session that is being begun.
     *
     * @param done completes when it is there
     */
    private record Opening(Mono<Void> done) {}

    /**
     * Nothing is begun yet.
     *
     * @param first whether it is that of who opened the connection, which lives as long as that
     */
    CallerSession(HttpConnection connection, Caller caller, boolean first) {
        this.connection = connection;
        this.caller = caller;
        this.first = first;
        this.stream = new ServerStream(connection, this);
        this.used = connection.now();
    }

    /** Whose it is, with the headers that came last. */
    Caller caller() {
        return caller;
    }

    boolean first() {
        return first;
    }

    /** What is there now, also while the server does not know yet that it was accepted; null where there is none. */
    @Nullable
    Session session() {
        return session.get();
    }

    /** The open connection of HTTP+SSE; null where there is none. */
    @Nullable
    Connection older() {
        return olderOpen ? older.get() : null;
    }

    // users

    /** One more user; false if it is gone. */
    boolean enter(Caller now) {
        if (users.updateAndGet(n -> n == GONE ? GONE : n + 1) == GONE) {
            return false;
        }
        // the headers may be other ones than before: a renewed token
        caller = now;
        return true;
    }

    void leave() {
        used = connection.now();
        users.updateAndGet(n -> n == GONE ? GONE : n - 1);
    }

    /** When somebody used it last, in milliseconds of the timer. */
    long used() {
        return used;
    }

    boolean idle() {
        return users.get() == 0;
    }

    /** Whether nobody uses it, and from now on nobody will. */
    boolean retire() {
        return users.compareAndSet(0, GONE);
    }

    // begin

    /** What has to complete before a request can be made; null where nothing has to. */
    @Nullable
    Mono<Void> opening() {
        for (; ; ) {
            Opening now = opening.get();
            if (now != null) {
                return now.done;
            }
            if (isThere()) {
                return null;
            }
            Opening mine = new Opening(Callbacks.isolated(begin("it was lost").cache()));
            if (opening.compareAndSet(null, mine)) {
                if (!isThere()) {
                    return mine.done;
                }
                // begun by another one meanwhile
                opening.compareAndSet(mine, null);
            }
        }
    }

    private boolean isThere() {
        return session.get() != null || olderOpen;
    }

    /** The session that {@code initialize} has begun, whoever made that request. */
    void begun(Session fresh) {
        session.set(fresh);
        if (opening.get() == null) {
            // the first one, which is begun by who opens the connection
            ever = true;
        }
        if (connection.isTerminated() && session.compareAndSet(fresh, null)) {
            connection.orphan(fresh, caller);
        }
    }

    /**
     * Begins a session in place of one that the server has forgotten: once, however many requests find that out.
     *
     * @return completes when there is one
     */
    // the very session that was forgotten, and not one that is equal to it
    @SuppressWarnings("ReferenceEquality")
    Mono<Void> renewed(Session forgotten, String reason) {
        return Mono.defer(() -> {
            Opening now = opening.get();
            if (now != null) {
                return now.done;
            }
            if (session.get() != forgotten) {
                return Mono.empty();
            }
            Opening mine = new Opening(Callbacks.isolated(begin(reason).cache()));
            return opening.compareAndSet(null, mine) ? mine.done : renewed(forgotten, reason);
        });
    }

    /**
     * Begins a session.
     *
     * @param reason why the one before is gone, if there was one
     */
    private Mono<Void> begin(String reason) {
        return Mono.defer(() -> {
                    LegacySessions.Handshake like = connection.sessions().handshake();
                    if (like == null) {
                        return Mono.error(connection.failures().protocol("no session was begun yet"));
                    }
                    if (ever) {
                        log.warn(
                                "[{}] the server has forgotten the session ({}); a new one is begun",
                                connection.name(),
                                SafeText.line(connection.mask(reason)));
                    }
                    stream.stop();
                    return handshake(like, session.get());
                })
                // it belongs to the caller, and to no call that happens to be the first
                .contextWrite(context -> caller.in(Context.empty()))
                .doOnSuccess(done -> {
                    boolean again = ever;
                    ever = true;
                    opening.set(null);
                    connection.tell(
                            again
                                    ? new ConnectionEvent.SessionRenewed(caller, reason)
                                    : new ConnectionEvent.SessionBegun(caller));
                });
    }

    private Mono<Void> handshake(LegacySessions.Handshake like, @Nullable Session before) {
        Mono<? extends JsonRpcMessage> answer = connection.speaksOlder()
                ? openOlder().then(Mono.defer(() -> askOlder(like.initialize())))
                : connection.streamable(like.initialize()).last();
        return answer.flatMap(message -> message instanceof JsonRpcMessage.Success success
                                && success.result() instanceof InitializeResult result
                                && like.revision().equals(result.protocolVersion())
                        ? initialized()
                        : Mono.<Void>error(refused(message)))
                .timeout(limit(), connection.recipe().timer())
                .onErrorMap(
                        TimeoutException.class,
                        e -> connection
                                .failures()
                                .timeout(McpTimeoutException.Phase.HANDSHAKE, "beginning another session"))
                .doOnError(e -> {
                    abandon(before);
                    // not kept: the next one may have more luck
                    opening.set(null);
                });
    }

    private Duration limit() {
        return connection.recipe().options().answerTimeout();
    }

    private Throwable refused(JsonRpcMessage message) {
        if (ever) {
            return connection.failures().protocol("it has forgotten the session, and does not begin one like it");
        }
        return message instanceof JsonRpcMessage.Failure failure
                ? PeerErrorException.of(connection.name(), Methods.INITIALIZE, null, failure.error())
                : connection.failures().protocol("it begins no session like the one that was begun first");
    }

    private Mono<JsonRpcMessage> askOlder(RequestSpec initialize) {
        Connection own = older.get();
        return own == null
                ? Mono.error(connection.failures().protocol("its stream is gone"))
                : own.exchange(initialize).last();
    }

    private Mono<Void> initialized() {
        JsonRpcMessage.Notification initialized = new JsonRpcMessage.Notification(Methods.INITIALIZED, null);
        Connection own = older.get();
        if (own != null) {
            return own.notify(initialized).doOnSuccess(sent -> olderOpen = true);
        }
        return connection.deliver(caller, session.get(), initialized, null).then(stream.open());
    }

    /** What was begun and did not become a session. */
    // the very session that was there before
    @SuppressWarnings("ReferenceEquality")
    private void abandon(@Nullable Session before) {
        Session half = session.getAndSet(null);
        if (half != null && half != before) {
            connection.run(connection.delete(half, caller), new HttpConnection.Running());
        }
        Connection own = older.getAndSet(null);
        if (own != null) {
            olderOpen = false;
            connection.run(own.close(), new HttpConnection.Running());
        }
    }

    // HTTP+SSE

    /** Opens the connection of the older transport. */
    Mono<Void> openOlder() {
        return Mono.defer(() -> {
            Connection own = SseConnection.over(
                    connection.recipe(), connection.http(), connection.secrets(), connection.failures(), caller);
            older.set(own);
            if (connection.isTerminated()) {
                connection.run(own.close(), new HttpConnection.Running());
            }
            return own.open().doOnSuccess(open -> follow(own)).doOnError(e -> {
                older.compareAndSet(own, null);
                connection.run(own.close(), new HttpConnection.Running());
            });
        });
    }

    /** What it tells is told by the connection. */
    // the very connection
    @SuppressWarnings("ReferenceEquality")
    private void follow(Connection own) {
        Context context = caller.in(Context.empty());
        EventSink.direct(own.events()).subscribe(connection::tell);
        own.incoming().subscribe(incoming -> connection.offer(new Incoming(incoming.message(), context)));
        own.onTermination().subscribe(cause -> {
            if (first) {
                connection.terminate(cause);
            } else if (older.get() == own) {
                lost(cause.reason());
            }
        });
        if (first) {
            olderOpen = true;
        }
    }

    // the stream of the server

    ServerStream stream() {
        return stream;
    }

    /** It cannot be reached any more: the next request of the caller begins another one. */
    void lost(String reason) {
        olderOpen = false;
        older.set(null);
        session.set(null);
        stream.stop();
        if (!connection.isTerminated()) {
            connection.tell(new ConnectionEvent.SessionEnded(caller, reason));
            loss.getAndSet(Sinks.empty())
                    .tryEmitError(new McpConnectionException(
                            connection.name(), "the session of a caller is lost: " + reason, Diagnostics.NONE, null));
        }
    }

    /** Emits once when the session is there, and then nothing, until it is lost. */
    Flux<Boolean> held() {
        return Flux.defer(() -> {
            Mono<Void> begin = opening();
            Mono<Boolean> there = begin == null ? Mono.just(true) : begin.thenReturn(true);
            return there.concatWith(loss.get().asMono().then(Mono.never()));
        });
    }

    // the end

    /** Ends what there is, at the server as well; completes when it has heard or cannot. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            stream.stop();
            Session last = session.getAndSet(null);
            Connection own = older.getAndSet(null);
            olderOpen = false;
            Mono<Void> over = last == null ? Mono.empty() : connection.delete(last, caller);
            return own == null ? over : Flux.concatDelayError(own.close(), over).then();
        });
    }
}
