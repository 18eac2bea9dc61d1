package dev.mcpflux.transport.http;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
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
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Frame;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.WireRecorder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The requests to one server, and what keeps them together: ids, the session of the legacy era, what is known of tools. It
 * opens nothing by itself: a server that cannot be reached is found out by the first request.
 */
final class HttpConnection implements Connection {

    static final JsonRpcCodec CODEC = new JsonRpcCodec();

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpRecipe recipe;
    private final Failures failures;
    private final Map<RequestId, HttpCall> calls = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong undecodable = new AtomicLong();
    private final AtomicReference<@Nullable Termination> termination = new AtomicReference<>();
    private final Sinks.One<Termination> terminated = Sinks.one();
    private final EventSink<ConnectionEvent> events = new EventSink<>(ConnectionEvent.EventsDropped::new);
    private final Inbox inbox = new Inbox();
    private final KnownHeaders tools;
    private final Delivery delivery;
    private final AtomicReference<@Nullable HttpRequests> http = new AtomicReference<>();
    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
    private final AtomicReference<@Nullable Renewal> renewal = new AtomicReference<>();
    private final Disposable.Composite running = Disposables.composite();
    private final ServerStream stream;

    private final @Nullable WireRecorder recorder = WireRecorder.INSTALLED;
    private final String link = recorder == null ? "" : recorder.link();
    private final Mono<Void> open;
    private final Mono<Void> close;

    /** What is spoken in place of Streamable HTTP, once that turned out. */
    private volatile @Nullable Connection fallback;

    /** The same, while it is being opened. */
    private volatile @Nullable Connection opening;

    HttpConnection(HttpRecipe recipe) {
        this.recipe = recipe;
        this.failures = new Failures(recipe);
        this.tools = new KnownHeaders(recipe.name(), events::emit);
        this.delivery = new Delivery(recipe, failures, Callbacks.isolated(terminated.asMono()));
        this.stream = new ServerStream(this);
        this.open = Callbacks.isolated(Mono.defer(this::doOpen).cache());
        this.close = Callbacks.isolated(Mono.defer(this::doClose).cache());
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

    String mask(String text) {
        return recipe.masker().mask(text);
    }

    HttpRequests http() {
        HttpRequests now = http.get();
        if (now == null) {
            Termination ended = termination.get();
            throw (ended == null ? Termination.closed() : ended).toException(name(), null);
        }
        return now;
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        Termination ended = termination.get();
        if (ended != null) {
            return Mono.error(ended.toException(name(), null));
        }
        ProxySettings.Proxy proxy = recipe.proxy();
        return proxy == null ? open(null) : address(proxy).flatMap(this::open);
    }

    private Mono<Void> open(@Nullable InetSocketAddress proxy) {
        http.set(new HttpRequests(recipe, recipe.pool().acquire(recipe.headers(), recipe.options()), proxy));
        if (termination.get() != null) {
            // closed meanwhile: whoever takes it gives it back
            return giveBack().then(Mono.error(() -> Termination.closed().toException(name(), null)));
        }
        return recipe.kind() == HttpKind.SSE ? openSse(Context.empty()) : Mono.empty();
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
                && session.get() == null
                && (status == 400 || status == 404 || status == 405);
    }

    /** Speaks the older transport from here on, and makes the request by it; if that is not there either, the refusal counts. */
    void fallBack(HttpCall call, McpException refusal) {
        log.debug("[{}] {}; trying HTTP+SSE", name(), refusal.problem());
        run(
                openSse(Context.of(call.exchange().context())).onErrorMap(e -> failures.neither(refusal, e)),
                new Running() {
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

    private Mono<Void> openSse(ContextView context) {
        return Mono.defer(() -> {
            Connection older = SseConnection.over(recipe, http(), failures, context);
            opening = older;
            if (isTerminated()) {
                close(older);
            }
            return older.open().doOnSuccess(open -> follow(older)).doOnError(e -> close(older));
        });
    }

    private void close(Connection older) {
        run(older.close(), new Running());
    }

    /** What the older one tells is told here. */
    private void follow(Connection older) {
        fallback = older;
        EventSink.direct(older.events()).subscribe(events::emit);
        older.incoming().subscribe(inbox::offer);
        older.onTermination().subscribe(this::terminate);
        if (isTerminated()) {
            close(older);
        }
    }

    private void forward(HttpCall call) {
        Connection older = fallback;
        if (older == null || call.exchange().over()) {
            return;
        }
        Running forwarding = new Running();
        run(
                older.exchange(call.exchange().spec())
                        .doOnNext(message -> {
                            if (message instanceof JsonRpcMessage.Response response) {
                                call.respond(response);
                            } else if (message instanceof JsonRpcMessage.Notification notification) {
                                call.exchange().related(notification);
                            }
                        })
                        .doOnError(call::fail)
                        .then(),
                forwarding);
    }

    // requests

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super JsonRpcMessage> actual) {
                Connection older = fallback;
                if (older == null) {
                    start(request, actual);
                } else {
                    over(older, request).subscribe(actual);
                }
            }
        };
    }

    /** What was under way when the one stream of the older transport broke off may have been carried out. */
    private Flux<JsonRpcMessage> over(Connection older, RequestSpec request) {
        Flux<JsonRpcMessage> exchange = older.exchange(request);
        return older.isTerminated()
                ? exchange
                : exchange.onErrorMap(
                        McpConnectionException.class, e -> older.isTerminated() ? failures.withUnknownOutcome(e) : e);
    }

    private void start(RequestSpec spec, CoreSubscriber<? super JsonRpcMessage> actual) {
        RequestId.OfLong id = new RequestId.OfLong(ids.incrementAndGet());
        HttpCall call;
        JsonRpcMessage.Request request;
        try {
            request =
                    new JsonRpcMessage.Request(id, spec.method(), spec.params().make(id, actual.currentContext()));
            ParameterHeaders parameters =
                    request.params() instanceof CallToolParams tool ? tools.of(tool.name()) : null;
            call = new HttpCall(this, id, spec, Outgoing.of(name(), request, parameters), actual);
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
        Termination ended = termination.get();
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

    @Nullable
    HttpCall call(@Nullable RequestId id) {
        return id == null ? null : calls.get(id);
    }

    /** Whether it was still waited for. */
    boolean forget(RequestId id) {
        return calls.remove(id) != null;
    }

    private void sent(JsonRpcMessage message) {
        if (recorder != null) {
            recorder.sent(link, name(), message);
        }
    }

    void received(Frame frame) {
        if (recorder != null) {
            recorder.received(link, name(), frame);
        }
    }

    void received(Bodies.Taken body) {
        if (recorder != null) {
            recorder.received(link, name(), new Frame().set(body.bytes(), body.start(), body.length() - body.start()));
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
            log.debug("left: {}", e.toString());
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
        Mono<Void> told = send(notification);
        return notification.method().equals(Methods.INITIALIZED)
                // "opened before the first call": what the server asks meanwhile comes by it
                ? told.then(Mono.defer(() -> fallback == null ? stream.open() : Mono.empty()))
                : told;
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return send(response);
    }

    private Mono<Void> send(JsonRpcMessage message) {
        return Mono.deferContextual(context -> {
            Connection older = fallback;
            if (older != null) {
                return message instanceof JsonRpcMessage.Response response
                        ? older.reply(response)
                        : older.notify((JsonRpcMessage.Notification) message);
            }
            Termination ended = termination.get();
            return ended == null ? post(message, context) : Mono.error(ended.toException(name(), null));
        });
    }

    private Mono<Void> post(JsonRpcMessage message, ContextView context) {
        Session now = session.get();
        sent(message);
        // what goes on by itself goes on behalf of who began the session
        return now == null
                ? delivery.post(http(), recipe.url(), context, headers -> {}, message)
                : delivery.post(http(), recipe.url(), withHeaders(context, now), now::write, message);
    }

    private static ContextView withHeaders(ContextView context, Session session) {
        return context.hasKey(HttpTransport.HEADERS) || session.headers().isEmpty()
                ? context
                : Context.of(context).put(HttpTransport.HEADERS, session.headers());
    }

    /** Tells a server of the legacy era that an answer is not wanted any more, then does what follows. */
    void tellCancelled(RequestId.OfLong id, ContextView context, Runnable then) {
        if (isTerminated()) {
            then.run();
            return;
        }
        JsonRpcMessage.Notification cancelled =
                new JsonRpcMessage.Notification(Methods.CANCELLED, new CancelledParams(id, null));
        run(send(cancelled).contextWrite(Context.of(context)).doFinally(end -> then.run()), new Running());
    }

    void refuse(JsonRpcMessage.Request request) {
        JsonRpcError error = new JsonRpcError(JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
        run(send(new JsonRpcMessage.Failure(request.id(), error)), new Running());
    }

    // the session of the legacy era

    @Nullable
    Session session() {
        return session.get();
    }

    /** A session was begun. */
    void begun(@Nullable String id, InitializeResult result, RequestSpec initialize, ContextView context) {
        String revision = result.protocolVersion();
        session.set(new Session(
                Session.usable(id) ? id : null,
                revision == null ? "" : revision,
                HttpRequests.ofCaller(context),
                initialize));
    }

    /** A server keeps one session for who began it; others must not be mixed into it. Null where all is well. */
    @Nullable
    String notForThisCaller(Session of, ContextView context) {
        Map<String, String> headers = HttpRequests.ofCaller(context);
        return of.id() == null || headers.isEmpty() || headers.equals(of.headers())
                ? null
                : "the server keeps a session, which belongs to who opened it, and the call has headers of somebody else";
    }

    private record Renewal(Session of, Mono<Void> done) {}

    /**
     * Begins a session in place of one that the server has forgotten: once, however many requests find that out.
     *
     * @param then what is done when there is one
     * @param failed what is done with why there is none
     */
    void renew(Session forgotten, String reason, Runnable then, Consumer<Throwable> failed) {
        run(renewed(forgotten, reason), new Running() {
            @Override
            protected void hookOnComplete() {
                then.run();
            }

            @Override
            protected void hookOnError(Throwable e) {
                failed.accept(e);
            }
        });
    }

    // the very session that was forgotten, and not one that is equal to it
    @SuppressWarnings("ReferenceEquality")
    private Mono<Void> renewed(Session forgotten, String reason) {
        if (session.get() != forgotten) {
            Renewal under = renewal.get();
            return under != null && under.of == forgotten ? under.done : Mono.empty();
        }
        Renewal before = renewal.get();
        if (before != null && before.of == forgotten) {
            return before.done;
        }
        Renewal mine = new Renewal(
                forgotten, Callbacks.isolated(begin(forgotten, reason).cache()));
        return renewal.compareAndSet(before, mine) ? mine.done : Mono.defer(() -> renewed(forgotten, reason));
    }

    private Mono<Void> begin(Session forgotten, String reason) {
        return Mono.defer(() -> {
                    log.warn("[{}] the server has forgotten the session ({}); a new one is begun", name(), reason);
                    stream.stop();
                    return exchange(forgotten.initialize()).last();
                })
                .flatMap(answer -> answer instanceof JsonRpcMessage.Success success
                                && success.result() instanceof InitializeResult result
                                && forgotten.revision().equals(result.protocolVersion())
                        ? notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))
                        : Mono.error(failures.protocol("it has forgotten the session, and does not begin one like it")))
                .contextWrite(context -> forgotten.headers().isEmpty()
                        ? context
                        : context.put(HttpTransport.HEADERS, forgotten.headers()))
                .doOnSuccess(done -> events.emit(new ConnectionEvent.SessionRenewed(reason)))
                // not kept: the next one may have more luck
                .doOnError(e -> renewal.set(null));
    }

    // what comes

    @Override
    public Flux<JsonRpcMessage> incoming() {
        return inbox;
    }

    boolean offer(JsonRpcMessage message) {
        return inbox.offer(message);
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return events.flux();
    }

    void tell(ConnectionEvent event) {
        events.emit(event);
    }

    void undecodable(Malformed malformed, String preview) {
        log.debug("[{}] skipped what is no message ({}): {}", name(), malformed.reason(), preview);
        events.emit(new ConnectionEvent.Undecodable(
                malformed.json(), malformed.reason(), preview, undecodable.incrementAndGet()));
    }

    /** Without the tools whose definitions are invalid. */
    ListToolsResult usable(ListToolsResult page) {
        return tools.seen(page);
    }

    @Override
    public boolean wordsCallsByLists() {
        return fallback == null;
    }

    // the end

    @Override
    public Mono<Termination> onTermination() {
        return Callbacks.isolated(terminated.asMono());
    }

    @Override
    public boolean isTerminated() {
        return termination.get() != null;
    }

    void terminate(Termination cause) {
        if (!termination.compareAndSet(null, cause)) {
            return;
        }
        stream.stop();
        calls.forEach((id, call) -> {
            if (calls.remove(id) != null) {
                Callbacks.run(() -> call.connectionEnded(cause));
            }
        });
        inbox.complete();
        terminated.tryEmitValue(cause);
    }

    @Override
    public Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        Session last = session.getAndSet(null);
        Connection older = opening;
        HttpRequests requests = http.get();
        terminate(Termination.closed());
        Mono<Void> over = older != null
                ? older.close()
                : last == null || last.id() == null || requests == null ? Mono.empty() : delete(requests, last);
        return over.onErrorComplete()
                .then(Mono.fromRunnable(() -> Callbacks.run(running::dispose)))
                .then(Mono.defer(this::giveBack))
                .doOnTerminate(events::complete);
    }

    /** "Clients that no longer need a particular session SHOULD send an HTTP DELETE"; whether it is accepted does not matter. */
    private Mono<Void> delete(HttpRequests requests, Session last) {
        return requests.<Void>delete(
                        recipe.url(),
                        withHeaders(Context.empty(), last),
                        last::write,
                        (response, content) -> Bodies.take(content, Bodies.ERROR)
                                .then(Mono.fromRunnable(() -> events.emit(new ConnectionEvent.Closed(
                                        "the session was ended (" + response.status() + ")")))))
                .then()
                .timeout(recipe.options().closeGrace(), recipe.timer())
                .onErrorResume(e -> {
                    log.debug("[{}] the session was not ended: {}", name(), e.toString());
                    return Mono.empty();
                });
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }

    @Override
    public int pendingExchanges() {
        Connection older = fallback;
        return calls.size() + (older == null ? 0 : older.pendingExchanges());
    }
}
