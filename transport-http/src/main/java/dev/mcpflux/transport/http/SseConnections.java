package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * HTTP+SSE to one server (specification 2024-11-05: basic/transports), which is deprecated: a stream of its own for each
 * {@link Caller}, all of them one connection.
 */
final class SseConnections extends LinkConnection implements HttpLink.Part {

    private final LegacySessions<SseSession> sessions;
    private final Mono<Void> open;

    private SseConnections(HttpLink link) {
        super(link);
        this.sessions = new LegacySessions<>(
                link,
                caller -> new SseSession(link, this::handshake, caller, true),
                caller -> new SseSession(link, this::handshake, caller, false));
        this.open =
                Callbacks.once(() -> link.open().then(Mono.deferContextual(context -> openFirst(Caller.of(context)))));
    }

    /** A connection over a link, which it ends with. */
    static SseConnections over(HttpLink link) {
        SseConnections connection = new SseConnections(link);
        link.add(connection);
        return connection;
    }

    @Override
    LegacySessions.@Nullable Handshake handshake() {
        return sessions.handshake();
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    /** Opens the stream of the caller that opens the connection; other callers open theirs with their first request. */
    Mono<Void> openFirst(Caller caller) {
        return Mono.defer(() -> sessions.begin(caller).openStream());
    }

    // requests

    @Override
    void start(RequestSpec request, CoreSubscriber<? super JsonRpcMessage> actual) {
        Flux.deferContextual(context -> request.method().equals(Methods.INITIALIZE)
                        ? initialize(request)
                        : exchange(request, sessions.enter(Caller.of(context))))
                .subscribe(actual);
    }

    private Flux<JsonRpcMessage> initialize(RequestSpec request) {
        SseSession first = sessions.first();
        return over(first, request).doOnNext(message -> {
            if (first != null
                    && message instanceof JsonRpcMessage.Success success
                    && success.result() instanceof InitializeResult result) {
                sessions.begun(
                                first.caller(),
                                request,
                                LegacySession.of(null, result).revision())
                        .begun();
            }
        });
    }

    private Flux<JsonRpcMessage> exchange(RequestSpec request, @Nullable SseSession own) {
        if (own == null) {
            return over(sessions.first(), request);
        }
        Mono<Void> opening = own.opening();
        Flux<JsonRpcMessage> exchange = Flux.defer(() -> over(own, request));
        return (opening == null ? exchange : opening.thenMany(exchange)).doFinally(end -> own.leave());
    }

    /** A request that was under way when its stream broke off may have been carried out. */
    private Flux<JsonRpcMessage> over(@Nullable SseSession own, RequestSpec request) {
        Connection stream = own == null ? null : own.stream();
        if (stream == null) {
            Termination ended = link.cause();
            if (ended == null) {
                ended = own == null
                        ? Termination.closed()
                        : Termination.lost("its stream ended", Diagnostics.NONE, null);
            }
            return Flux.error(ended.toException(link.name(), request.method()));
        }
        Flux<JsonRpcMessage> exchange = stream.exchange(request);
        return stream.isTerminated()
                ? exchange
                : exchange.onErrorMap(
                        McpConnectionException.class,
                        e -> stream.isTerminated() ? link.failures().withUnknownOutcome(e) : e);
    }

    @Override
    public int pendingExchanges() {
        int pending = 0;
        for (SseSession one : sessions.all()) {
            Connection stream = one.stream();
            pending += stream == null ? 0 : stream.pendingExchanges();
        }
        return pending;
    }

    @Override
    public boolean holdsBack() {
        return link.holdsBack();
    }

    @Override
    public boolean mirrorsArgumentsInHeaders() {
        return false;
    }

    // notifications and answers

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        // it is about the client, so every session is notified
        return notification.method().equals(Methods.ROOTS_LIST_CHANGED) && handshake() != null
                ? Flux.defer(() -> Flux.fromIterable(sessions.all()))
                        .flatMap(one -> send(one, notification).onErrorComplete())
                        .then()
                : sendFromContext(notification);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return sendFromContext(response);
    }

    /** Sends it by the stream of the caller whom the context names; before there is a session, by the only one there is. */
    private Mono<Void> sendFromContext(JsonRpcMessage message) {
        return Mono.deferContextual(context -> {
            SseSession own = sessions.find(Caller.of(context));
            return send(own == null ? sessions.first() : own, message);
        });
    }

    private Mono<Void> send(@Nullable SseSession own, JsonRpcMessage message) {
        Connection stream = own == null ? null : own.stream();
        if (stream == null) {
            Termination ended = link.cause();
            return own != null
                    ? Mono.empty()
                    : Mono.error((ended == null ? Termination.closed() : ended).toException(link.name(), null));
        }
        return message instanceof JsonRpcMessage.Response response
                ? stream.reply(response)
                : stream.notify((JsonRpcMessage.Notification) message);
    }

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.deferContextual(context -> {
            Flux<Boolean> held = sessions.hold(Caller.of(context));
            return held == null ? super.holdSession() : held;
        });
    }

    /** What the server sends is seen by the stream of each caller only. */
    @Override
    public Diagnostics diagnosticsSince(long mark) {
        return diagnostics();
    }

    // the end

    /** Each stream ends by itself. */
    @Override
    public void ended(Termination cause) {}

    @Override
    public Mono<Void> endSessions() {
        return sessions.close();
    }
}
