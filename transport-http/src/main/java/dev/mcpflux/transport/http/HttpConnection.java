package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.Malformed;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Ending;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Frame;
import dev.mcpflux.transport.FrameEnds;
import dev.mcpflux.transport.Incoming;
import dev.mcpflux.transport.PeerActivity;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.WireRecorder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

/**
 * The requests to one server, and what keeps them together: ids, the sessions of the legacy era, what is known of tools, both
 * keyed by {@link Caller}. It
 * opens nothing by itself: a server that cannot be reached is found out by the first request.
 */
final class HttpConnection implements Connection {

    static final JsonRpcCodec CODEC = new JsonRpcCodec();

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpRecipe recipe;
    private final Secrets secrets;
    private final Failures failures;
    private final Map<RequestId, HttpCall> calls = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong undecodable = new AtomicLong();
    private final Ending ending = new Ending(this::doClose);
    private final PeerActivity activity = new PeerActivity(this::mask);
    private final EventSink<ConnectionEvent> events =
            new EventSink<>(ConnectionEvent.EventsDropped::new, event -> event.masked(this::mask));
    private final LostSessions lostSessions = new LostSessions();
    private final Inbox inbox = new Inbox();
    private final KnownHeaders tools;
    private final Delivery delivery;
    private final AtomicReference<@Nullable HttpRequests> http = new AtomicReference<>();
    private final LegacySessions sessions = new LegacySessions(this);
    /** Sessions that a server began and nobody waits for any more, while the connection is being closed. */
    private final Queue<Mono<Void>> orphans = new ConcurrentLinkedQueue<>();

    private final Disposable.Composite running = Disposables.composite();

    private final @Nullable WireRecorder recorder = WireRecorder.INSTALLED;
    private final String link = recorder == null ? "" : recorder.link();
    private final Mono<Void> open;

    /** Whether HTTP+SSE is spoken in place of Streamable HTTP, once that turned out. */
    private volatile boolean older;

    HttpConnection(HttpRecipe recipe) {
        this.recipe = recipe;
        this.secrets = new Secrets(recipe.masker());
        this.failures = new Failures(recipe, secrets);
        this.tools = new KnownHeaders(recipe.name(), this::mask, this::tell);
        this.delivery = new Delivery(recipe, failures, ending.onEnd());
        this.open = Callbacks.once(this::doOpen);
    }

    String name() {
        return recipe.name();
    }

    HttpRecipe recipe() {
        return recipe;
    }

    Failures failures() {
        return failures;
    }

    LostSessions lostSessions() {
        return lostSessions;
    }

    Secrets secrets() {
        return secrets;
    }

    @Override
    public String mask(String text) {
        return secrets.mask(text);
    }

    HttpRequests http() {
        HttpRequests now = http.get();
        if (now == null) {
            throw ending.toException(name(), null);
        }
        return now;
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    /** Milliseconds of the timer. */
    long now() {
        return recipe.timer().now(TimeUnit.MILLISECONDS);
    }

    LegacySessions sessions() {
        return sessions;
    }

    private Mono<Void> doOpen() {
        Termination ended = ending.cause();
        if (ended != null) {
            return Mono.error(ended.toException(name(), null));
        }
        ProxySettings.Proxy proxy = recipe.proxy();
        return proxy == null ? open(null) : address(proxy).flatMap(this::open);
    }

    private Mono<Void> open(@Nullable InetSocketAddress proxy) {
        http.set(new HttpRequests(recipe, secrets, recipe.pool().acquire(recipe.headers(), recipe.options()), proxy));
        if (ending.hasEnded()) {
            // closed meanwhile: whoever takes it gives it back
            return giveBack().then(Mono.error(() -> Termination.closed().toException(name(), null)));
        }
        return recipe.kind() == HttpKind.SSE
                ? Mono.deferContextual(context -> openOlder(Caller.of(context)))
                : Mono.empty();
    }

    /** Netty wants the address of a proxy, and looking up its name blocks. */
    private Mono<InetSocketAddress> address(ProxySettings.Proxy proxy) {
        return Mono.fromCallable(() -> new InetSocketAddress(InetAddress.getByName(proxy.host()), proxy.port()))
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorMap(UnknownHostException.class, failures::proxyUnknown);
    }

    private Mono<Void> giveBack() {
        HttpRequests requests = http.getAndSet(null);
        return requests == null
                ? Mono.empty()
                : requests.close().then(Mono.defer(() -> recipe.pool().release(recipe.headers())));
    }

    // HTTP+SSE

    /** "400 Bad Request, 404 Not Found, or 405 Method Not Allowed" may be those of the older transport. */
    boolean mayFallBack(int status) {
        return recipe.kind() == HttpKind.AUTO
                && sessions.handshake() == null
                && (status == 400 || status == 404 || status == 405);
    }

    /** Speaks the older transport from here on, and makes the request by it; if that is not there either, the refusal counts. */
    void fallBack(HttpCall call, McpException refusal) {
        log.debug("[{}] {}; trying HTTP+SSE", name(), refusal.problem());
        run(openOlder(call.caller()).onErrorMap(e -> failures.neither(refusal, e)), new Running() {
            @Override
            protected void hookOnComplete() {
                forward(call);
            }

            @Override
            protected void hookOnError(Throwable e) {
                call.fail(e);
            }
        });
    }

    /** Opens what who opens the connection has over the older transport; others open theirs by their first request. */
    private Mono<Void> openOlder(Caller caller) {
        return Mono.defer(() -> sessions.begin(caller).openOlder()).doOnSuccess(open -> older = true);
    }

    boolean speaksOlder() {
        return older;
    }

    private void forward(HttpCall call) {
        CallerSession first = sessions.first();
        Connection over = first == null ? null : first.older();
        if (over == null || call.exchange().over()) {
            return;
        }
        run(
                over.exchange(call.exchange().spec())
                        .doOnNext(message -> {
                            if (message instanceof JsonRpcMessage.Response response) {
                                call.respond(response);
                            } else if (message instanceof JsonRpcMessage.Notification notification) {
                                call.exchange().related(notification);
                            }
                        })
                        .doOnError(call::fail)
                        .then(),
                new Running());
    }

    private Flux<JsonRpcMessage> overOlder(RequestSpec request) {
        return Flux.deferContextual(context -> {
            CallerSession first = sessions.first();
            CallerSession own = request.method().equals(Methods.INITIALIZE) ? null : sessions.enter(Caller.of(context));
            if (own == null) {
                return first == null
                        ? Flux.error(Termination.closed().toException(name(), request.method()))
                        : over(first, request).doOnNext(message -> {
                            if (message instanceof JsonRpcMessage.Success success
                                    && success.result() instanceof InitializeResult result) {
                                sessions.begun(first.caller(), session(null, result), request);
                            }
                        });
            }
            Mono<Void> opening = own.opening();
            Flux<JsonRpcMessage> exchange = Flux.defer(() -> over(own, request));
            return (opening == null ? exchange : opening.thenMany(exchange)).doFinally(end -> own.leave());
        });
    }

    /** What was under way when the one stream of the older transport broke off may have been carried out. */
    private Flux<JsonRpcMessage> over(CallerSession own, RequestSpec request) {
        Connection link = own.older();
        if (link == null) {
            Termination ended = ending.cause();
            return Flux.error((ended == null ? Termination.lost("its stream ended", Diagnostics.NONE, null) : ended)
                    .toException(name(), request.method()));
        }
        Flux<JsonRpcMessage> exchange = link.exchange(request);
        return link.isTerminated()
                ? exchange
                : exchange.onErrorMap(
                        McpConnectionException.class, e -> link.isTerminated() ? failures.withUnknownOutcome(e) : e);
    }

    // requests

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super JsonRpcMessage> actual) {
                if (older) {
                    overOlder(request).subscribe(actual);
                } else {
                    start(request, actual);
                }
            }
        };
    }

    /** The same over Streamable HTTP, also where that is about to turn out not to be spoken. */
    Flux<JsonRpcMessage> streamable(RequestSpec request) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super JsonRpcMessage> actual) {
                start(request, actual);
            }
        };
    }

    private void start(RequestSpec spec, CoreSubscriber<? super JsonRpcMessage> actual) {
        RequestId.OfLong id = new RequestId.OfLong(ids.incrementAndGet());
        HttpCall call;
        JsonRpcMessage.Request request;
        try {
            Caller caller = Caller.of(actual.currentContext());
            request =
                    new JsonRpcMessage.Request(id, spec.method(), spec.params().make(id, actual.currentContext()));
            ParameterHeaders parameters =
                    request.params() instanceof CallToolParams tool ? tools.of(caller, tool.name()) : null;
            call = new HttpCall(this, id, spec, caller, Outgoing.of(name(), request, parameters), actual);
        } catch (Throwable e) {
            Operators.error(actual, e);
            return;
        }
        calls.put(id, call);
        try {
            actual.onSubscribe(call.exchange());
        } catch (Throwable e) {
            call.exchange().cancel();
            throw e;
        }
        // looked at after the registration: an exchange that begins while the link ends is seen here or by terminate()
        Termination ended = ending.cause();
        if (ended != null) {
            calls.remove(id);
            call.exchange().fail(ended.toException(name(), spec.method()));
            return;
        }
        call.exchange().send(Mono.fromRunnable(() -> {
            sent(request);
            call.post();
        }));
    }

    /** The request that a message answers which was over the limit; null where that is none. */
    @Nullable
    HttpCall callOf(@Nullable FrameEnds ends) {
        return ends == null ? null : call(CODEC.responseId(ends.head(), ends.tail()));
    }

    @Nullable
    HttpCall call(@Nullable RequestId id) {
        return id == null ? null : calls.get(id);
    }

    /** Whether it was still waited for. */
    boolean forget(RequestId id) {
        HttpCall call = calls.remove(id);
        if (call != null) {
            call.leave();
        }
        return call != null;
    }

    private void sent(JsonRpcMessage message) {
        if (recorder != null) {
            recorder.sent(link, name(), message, this::mask);
        }
    }

    void received(Frame frame) {
        activity.received();
        if (recorder != null) {
            recorder.received(link, name(), frame, this::mask);
        }
    }

    void received(Bodies.Taken body) {
        activity.received();
        if (recorder != null) {
            recorder.received(
                    link,
                    name(),
                    new Frame().set(body.bytes(), body.start(), body.length() - body.start()),
                    this::mask);
        }
    }

    /** Something that is going on; it ends with the connection. */
    static class Running extends BaseSubscriber<Void> {
        private Disposable.@Nullable Composite group;

        @Override
        protected final void hookFinally(SignalType type) {
            Disposable.Composite all = group;
            if (all != null) {
                all.remove(this);
            }
        }

        /** What nobody waits for may fail: that it may not get through is part of its contract. */
        @Override
        protected void hookOnError(Throwable e) {
            log.debug("left: {}", SafeText.line(e));
        }
    }

    /** One of the places that own a lifecycle: what runs here is ended by {@link #close()}. */
    void run(Publisher<Void> work, Running as) {
        as.group = running;
        if (running.add(as)) {
            work.subscribe(as);
        }
    }

    /** Runs it after a while, if the connection is still there. */
    void later(Duration delay, Runnable work) {
        run(Mono.delay(delay, recipe.timer()).doOnNext(tick -> work.run()).then(), new Running());
    }

    // notifications and answers

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        // it is about the client, and so for all
        return notification.method().equals(Methods.ROOTS_LIST_CHANGED) && sessions.handshake() != null
                ? Flux.defer(() -> Flux.fromIterable(sessions.all()))
                        .flatMap(one -> send(one, notification).onErrorComplete())
                        .then()
                : sendFromContext(notification);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return sendFromContext(response).doOnError(McpOverloadException.class, e -> {
            // over the older transport, the connection of the caller tells it
            if (!older) {
                tell(new ConnectionEvent.Dropped(response.toString()));
            }
        });
    }

    /** By the session of whom the context names. */
    private Mono<Void> sendFromContext(JsonRpcMessage message) {
        return Mono.deferContextual(context -> {
            Caller caller = Caller.of(context);
            CallerSession own = sessions.find(caller);
            if (own == null) {
                // before there is a session what is sent goes by the only link there is
                own = sessions.first();
                return older && own != null ? send(own, message) : deliver(caller, null, message, null);
            }
            Mono<Void> sent = send(own, message);
            ServerStream stream = own.stream();
            return !older && isInitialized(message)
                    // "opened before the first call": what the server asks meanwhile comes by it
                    ? sent.then(stream.open())
                    : sent;
        });
    }

    private static boolean isInitialized(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Notification notification
                && notification.method().equals(Methods.INITIALIZED);
    }

    private Mono<Void> send(CallerSession own, JsonRpcMessage message) {
        Connection link = own.older();
        if (link != null) {
            return message instanceof JsonRpcMessage.Response response
                    ? link.reply(response)
                    : link.notify((JsonRpcMessage.Notification) message);
        }
        return older ? Mono.empty() : sendInSession(own, message);
    }

    /** "When a client receives HTTP 404 in response to a request containing a session id, it MUST start a new session." */
    private Mono<Void> sendInSession(CallerSession own, JsonRpcMessage message) {
        return Mono.defer(() -> {
            Session session = own.session();
            if (session == null) {
                // it was lost; what answers a question of it is for nobody
                Mono<Void> opening = message instanceof JsonRpcMessage.Response ? null : own.opening();
                return opening == null
                        ? Mono.error(failures.protocol("the session is lost in which it asked"))
                        : opening.then(Mono.defer(() -> deliver(own.caller(), own.session(), message, null)));
            }
            return deliver(own.caller(), session, message, session.id() == null ? null : lostSessions)
                    .onErrorResume(LostSessions.Forgotten.class, e -> renew(own, session, message, e));
        });
    }

    /** Begins a session in place of the one that was forgotten, and sends what means something in any session once more. */
    private Mono<Void> renew(
            CallerSession own, Session forgotten, JsonRpcMessage message, LostSessions.Forgotten lost) {
        Mono<Void> renewed = own.renewed(forgotten, lost.refusal().problem());
        if (message instanceof JsonRpcMessage.Response) {
            // what was asked in the other session is not waited for in this one
            return renewed.then(Failures.unhooked(lost.refusal()));
        }
        return isInitialized(message)
                // the new session has had its own
                ? renewed
                : renewed.then(Mono.defer(() -> deliver(own.caller(), own.session(), message, lostSessions)))
                        .onErrorMap(LostSessions.Forgotten.class, again -> {
                            lostSessions.cameAgain(again);
                            return again.refusal();
                        });
    }

    /**
     * Posts what is no request.
     *
     * @param lost recognises that the session is forgotten: then it fails with {@link LostSessions.Forgotten}; null where that
     *     is a refusal like any other
     */
    Mono<Void> deliver(Caller caller, @Nullable Session session, JsonRpcMessage message, @Nullable LostSessions lost) {
        return Mono.defer(() -> {
            Termination ended = ending.cause();
            if (ended != null) {
                return Mono.error(ended.toException(name(), null));
            }
            sent(message);
            return delivery.post(
                    http(), recipe.url(), caller, session == null ? headers -> {} : session::write, message, lost);
        });
    }

    /** Tells a server of the legacy era that an answer is not wanted any more, then does what follows. */
    void tellCancelled(RequestId.OfLong id, Caller caller, Session session, Runnable then) {
        if (isTerminated()) {
            then.run();
            return;
        }
        JsonRpcMessage.Notification cancelled =
                new JsonRpcMessage.Notification(Methods.CANCELLED, new CancelledParams(id, null));
        CallerSession own = sessions.find(caller);
        Mono<Void> told = deliver(caller, session, cancelled, session.id() == null ? null : lostSessions)
                .doFinally(end -> then.run());
        run(
                own == null
                        ? told
                        : told.onErrorResume(
                                LostSessions.Forgotten.class,
                                // there is nothing to be cancelled in the new one
                                e -> own.renewed(session, e.refusal().problem())),
                new Running());
    }

    void refuse(JsonRpcMessage.Request request, Caller caller) {
        JsonRpcError error = new JsonRpcError(JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
        run(sendFromContext(new JsonRpcMessage.Failure(request.id(), error)).contextWrite(caller::in), new Running());
    }

    // the sessions of the legacy era

    @Override
    public boolean hasSessionPerCaller() {
        return sessions.handshake() != null;
    }

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.deferContextual(context -> {
            CallerSession own = sessions.enter(Caller.of(context));
            return own == null ? Connection.super.holdSession() : own.held().doFinally(end -> own.leave());
        });
    }

    /** A session was begun. */
    void begun(@Nullable String id, InitializeResult result, RequestSpec initialize, Caller caller) {
        sessions.begun(caller, session(id, result), initialize);
    }

    private static Session session(@Nullable String id, InitializeResult result) {
        String revision = result.protocolVersion();
        return new Session(Session.usable(id) ? id : null, revision == null ? "" : revision);
    }

    /** A session that nobody waits for any more: the server need not keep it. */
    void orphan(Session session, Caller caller) {
        Mono<Void> end = delete(session, caller);
        if (isTerminated()) {
            orphans.add(end);
        } else {
            run(end, new Running());
        }
    }

    // what comes

    @Override
    public Flux<Incoming> incoming() {
        return inbox;
    }

    boolean offer(Incoming message) {
        return inbox.offer(message);
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return events.flux();
    }

    void tell(ConnectionEvent event) {
        activity.observe(event);
        events.emit(event);
    }

    void undecodable(Malformed malformed, String preview) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "[{}] skipped what is no message ({}): {}",
                    name(),
                    SafeText.line(malformed.reason()),
                    SafeText.line(preview));
        }
        tell(new ConnectionEvent.Undecodable(
                malformed.json(), mask(malformed.reason()), preview, undecodable.incrementAndGet()));
    }

    /** Without the tools whose definitions are invalid. */
    ListToolsResult usable(Caller caller, ListToolsResult page) {
        return tools.seen(caller, page);
    }

    @Override
    public boolean wordsCallsByLists() {
        return !older;
    }

    // the end

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public boolean isTerminated() {
        return ending.hasEnded();
    }

    void terminate(Termination cause) {
        ending.end(cause, () -> {
            sessions.all().forEach(one -> one.stream().stop());
            calls.forEach((id, call) -> {
                if (calls.remove(id) != null) {
                    call.leave();
                    Callbacks.run(() -> call.connectionEnded(cause));
                }
            });
            inbox.complete();
        });
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        Mono<Void> orphaned = Flux.<Mono<Void>>generate(sink -> {
                    Mono<Void> next = orphans.poll();
                    if (next == null) {
                        sink.complete();
                    } else {
                        sink.next(next);
                    }
                })
                .flatMap(end -> end)
                .then();
        return Mono.when(sessions.close(), orphaned)
                .onErrorComplete()
                .then(Mono.fromRunnable(() -> Callbacks.run(running::dispose)))
                .then(Mono.defer(this::giveBack))
                .doOnTerminate(events::complete);
    }

    /** "Clients that no longer need a particular session SHOULD send an HTTP DELETE"; whether it is accepted does not matter. */
    Mono<Void> delete(Session last, Caller caller) {
        return Mono.defer(() -> {
            HttpRequests requests = http.get();
            if (last.id() == null || requests == null) {
                return Mono.empty();
            }
            return requests.<Void>delete(
                            recipe.url(),
                            caller,
                            last::write,
                            (response, content) -> Bodies.take(content, Bodies.ERROR)
                                    .then(Mono.fromRunnable(() -> events.emit(new ConnectionEvent.Closed(
                                            "the session was ended (" + failures.status(response) + ")")))))
                    .then()
                    .timeout(recipe.options().closeGrace(), recipe.timer())
                    .onErrorResume(e -> {
                        log.debug("[{}] the session was not ended: {}", name(), SafeText.line(mask(e.toString())));
                        return Mono.empty();
                    });
        });
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }

    @Override
    public long mark() {
        return activity.mark();
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        // over the older transport, what comes is seen by the connections of the callers only
        return older ? diagnostics() : diagnostics().withMeanwhile(activity.since(mark));
    }

    @Override
    public int pendingExchanges() {
        return calls.size() + (older ? sessions.pendingExchanges() : 0);
    }
}
