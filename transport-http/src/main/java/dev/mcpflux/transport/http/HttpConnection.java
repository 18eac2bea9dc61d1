package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.http.headers.ToolHeaders;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.WireTap;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Streamable HTTP to one server: one request is one POST. Opening it sends nothing, so the first request finds out whether the
 * server can be reached. Sessions of the legacy era, and what is known of tools, are kept for each {@link Caller}.
 */
final class HttpConnection extends LinkConnection implements HttpLink.Part {

    private final ExchangeTable table = new ExchangeTable();
    private final LostSessionDetector lostSessions = new LostSessionDetector();
    private final ToolHeaders tools;
    private final Delivery delivery;
    private final LegacySessions<StreamableSession> sessions;
    private final SessionDeletion deletion;

    private HttpConnection(HttpLink link) {
        super(link);
        this.tools = new ToolHeaders(link.name(), link::mask, link::emit);
        this.delivery = new Delivery(link.recipe(), link.failures(), link.onEnd());
        this.deletion = new SessionDeletion(link);
        this.sessions = new LegacySessions<>(
                link,
                caller -> new StreamableSession(this, this::handshake, caller, true),
                caller -> new StreamableSession(this, this::handshake, caller, false));
    }

    /** A connection over a link, which it ends with. */
    static HttpConnection over(HttpLink link) {
        HttpConnection connection = new HttpConnection(link);
        link.add(connection);
        return connection;
    }

    ExchangeTable table() {
        return table;
    }

    LegacySessions<StreamableSession> sessions() {
        return sessions;
    }

    SessionDeletion deletion() {
        return deletion;
    }

    LostSessionDetector lostSessions() {
        return lostSessions;
    }

    @Override
    LegacySessions.@Nullable Handshake handshake() {
        return sessions.handshake();
    }

    // requests

    @Override
    void start(RequestSpec spec, CoreSubscriber<? super JsonRpcMessage> actual) {
        RequestId.OfLong id = table.nextId();
        HttpCall call;
        JsonRpcMessage.Request request;
        try {
            Caller caller = Caller.of(actual.currentContext());
            request = spec.request(id, actual.currentContext());
            call = HttpCall.of(this, request, spec, caller, actual);
        } catch (Throwable e) {
            Operators.error(actual, e);
            return;
        }
        table.add(call);
        try {
            actual.onSubscribe(call.exchange());
        } catch (Throwable e) {
            call.exchange().cancel();
            throw e;
        }
        // checked after it was added: an exchange that begins while the link ends fails here or in ended()
        Termination ended = link.cause();
        if (ended != null) {
            table.forget(id);
            call.exchange().fail(ended.toException(link.name(), spec.method()));
            return;
        }
        call.exchange().send(Mono.fromRunnable(() -> {
            sent(request);
            call.post();
        }));
    }

    private void sent(JsonRpcMessage message) {
        WireTap tap = link.tap();
        if (tap != null) {
            tap.sent(message);
        }
    }

    void received(Frame frame) {
        link.received();
        WireTap tap = link.tap();
        if (tap != null) {
            tap.received(frame);
        }
    }

    void received(ResponseBody body) {
        link.received();
        WireTap tap = link.tap();
        if (tap != null) {
            tap.received(new Frame().set(body.bytes(), body.start(), body.length() - body.start()));
        }
    }

    @Override
    public int pendingExchanges() {
        return table.size();
    }

    // headers of tools

    ToolHeaders tools() {
        return tools;
    }

    @Override
    public boolean holdsBack() {
        return link.holdsBack();
    }

    @Override
    public boolean mirrorsArgumentsInHeaders() {
        return true;
    }

    // notifications and answers

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        // it is about the client, so every session is notified
        return notification.method().equals(Methods.ROOTS_LIST_CHANGED) && handshake() != null
                ? Flux.defer(() -> Flux.fromIterable(sessions.all()))
                        .flatMap(one -> one.send(notification).onErrorComplete())
                        .then()
                : sendFromContext(notification);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return sendFromContext(response)
                .doOnError(
                        McpOverloadException.class, e -> link.emit(new ConnectionEvent.Dropped(response.toString())));
    }

    /** Sends it in the session of the caller whom the context names. */
    private Mono<Void> sendFromContext(JsonRpcMessage message) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            StreamableSession own = sessions.find(caller);
            return own == null ? deliver(caller, LegacySession.NONE, message, null) : own.send(message);
        });
    }

    /**
     * Posts what is no request.
     *
     * @param lost recognises that the session is forgotten: then it fails with {@link LostSessionDetector.SessionForgotten}; null where that
     *     is a refusal like any other
     */
    Mono<Void> deliver(
            Caller caller, LegacySession session, JsonRpcMessage message, @Nullable LostSessionDetector lost) {
        return Mono.defer(() -> {
            Termination ended = link.cause();
            if (ended != null) {
                return Mono.error(ended.toException(link.name(), null));
            }
            sent(message);
            return delivery.post(link.http(), link.recipe().url(), caller, session::write, message, lost);
        });
    }

    /** Notifies a server of the legacy era that a request is cancelled, then runs what follows. */
    void notifyCancelled(RequestId.OfLong id, Caller caller, LegacySession session, Runnable then) {
        if (link.hasEnded()) {
            then.run();
            return;
        }
        JsonRpcMessage.Notification cancelled =
                new JsonRpcMessage.Notification(Methods.CANCELLED, new CancelledParams(id, null));
        Mono<Void> notified = deliver(caller, session, cancelled, session.canBeLost() ? lostSessions : null)
                .doFinally(end -> then.run());
        StreamableSession own = sessions.find(caller);
        link.run(
                own == null
                        ? notified
                        : notified.onErrorResume(
                                LostSessionDetector.SessionForgotten.class,
                                // nothing is left to be cancelled in the new session
                                e -> own.renewed(session, e.refusal().problem())));
    }

    /** Refuses a request of the server since there is no room for it. */
    void refuse(JsonRpcMessage.Request request, Caller caller) {
        JsonRpcError error = new JsonRpcError(JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
        link.run(
                sendFromContext(new JsonRpcMessage.Failure(request.id(), error)).contextWrite(caller::in));
    }

    // the sessions of the legacy era

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.deferContextual(context -> {
            Flux<Boolean> held = sessions.hold(Caller.of(context));
            return held == null ? super.holdSession() : held;
        });
    }

    /** A request of a caller has begun a session. */
    void begun(@Nullable String id, InitializeResult result, RequestSpec initialize, Caller caller) {
        LegacySession session = LegacySession.of(id, result);
        sessions.begun(caller, initialize, session.revision()).begun(session);
    }

    // the end

    @Override
    public void ended(Termination cause) {
        sessions.all().forEach(one -> one.stream().stop());
        table.failAll(cause);
    }

    @Override
    public Mono<Void> endSessions() {
        return Mono.when(sessions.close(), deletion.rest());
    }
}
