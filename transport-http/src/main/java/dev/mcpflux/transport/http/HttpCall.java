package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Masker;
import dev.mcpflux.transport.PendingExchange;
import dev.mcpflux.transport.RequestSpec;
import dev.mcpflux.transport.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One request, from its POST to its response. In the legacy era the response may come on a stream that is taken up again
 * when it broke off, and a session that the server has forgotten is begun anew; both happen here.
 */
final class HttpCall implements PendingExchange.Owner {

    /** How many notifications may wait for the subscriber before no more is read. */
    private static final int ENOUGH = 64;

    /** How many bytes they may have before no more is read. */
    private static final long ENOUGH_BYTES = 1024 * 1024;

    /** How long the rest of a stream may take after the response, so that its connection can be used again. */
    private static final Duration REST = Duration.ofSeconds(1);

    /** As much of a media type or an id as an error shows. */
    private static final int MAX_TYPE = 100;

    /** What may have an effect, or begins something: never sent again by itself. */
    private static final Set<String> ONCE = Set.of(
            Methods.TOOLS_CALL,
            Methods.TASKS_UPDATE,
            Methods.INITIALIZE,
            Methods.COMPLETE,
            Methods.LISTEN,
            Methods.TASKS_RESULT);

    private final HttpConnection connection;
    private final PendingExchange exchange;
    private final Caller caller;
    private final Outgoing outgoing;
    private final Reconnection reconnection;

    private volatile @Nullable Attempt current;
    private volatile @Nullable SseBody reading;
    private volatile boolean written;
    private volatile boolean answered;
    private volatile @Nullable Session used;
    private volatile @Nullable String lastEventId;
    private volatile @Nullable String newSession;
    /** The id of a response that came instead. */
    private volatile @Nullable String foreign;

    /** Made for the first question that the server asks by the stream of this call. */
    private final AtomicReference<Sinks.@Nullable Empty<Void>> givenUp = new AtomicReference<>();

    private volatile boolean isGivenUp;
    private volatile boolean accepted;
    private volatile boolean left;
    private final AtomicReference<@Nullable CallerSession> entered = new AtomicReference<>();
    private boolean renewed;
    private boolean sentAgain;

    HttpCall(
            HttpConnection connection,
            RequestId.OfLong id,
            RequestSpec spec,
            Caller caller,
            Outgoing outgoing,
            CoreSubscriber<? super JsonRpcMessage> actual) {
        this.connection = connection;
        this.caller = caller;
        this.outgoing = outgoing;
        this.exchange = new PendingExchange(this, id, spec, actual);
        this.reconnection = new Reconnection(connection.recipe().options());
    }

    PendingExchange exchange() {
        return exchange;
    }

    Caller caller() {
        return caller;
    }

    /** It is over: the session of its caller is not used by it any more. */
    void leave() {
        left = true;
        CallerSession own = entered.getAndSet(null);
        if (own != null) {
            own.leave();
        }
        String begun = newSession;
        if (begun != null && !accepted && Session.usable(begun)) {
            // the server has begun it, and nobody is left to use it
            newSession = null;
            connection.orphan(new Session(begun, ""), caller);
        }
    }

    private boolean initializes() {
        return exchange.method().equals(Methods.INITIALIZE);
    }

    /** Completes when this call is cancelled, times out or fails; never if it is answered. */
    Mono<Void> givenUp() {
        Sinks.Empty<Void> signal =
                Objects.requireNonNull(givenUp.updateAndGet(before -> before == null ? Sinks.empty() : before));
        if (isGivenUp) {
            signal.tryEmitEmpty();
        }
        return Callbacks.isolated(signal.asMono());
    }

    private void giveUp() {
        isGivenUp = true;
        Sinks.Empty<Void> signal = givenUp.get();
        if (signal != null) {
            signal.tryEmitEmpty();
        }
    }

    // what happens to the exchange

    @Override
    public void forget(RequestId.OfLong id) {
        connection.forget(id);
    }

    /**
     * "Closing the SSE response stream is the cancellation signal" in the modern era; in the legacy one "to cancel, the client
     * SHOULD explicitly send a CancelledNotification".
     */
    @Override
    public void cancelled(PendingExchange gone) {
        Session session = used;
        if (written && session != null && gone.spec().cancellable()) {
            connection.tellCancelled(gone.id(), caller, session, this::abort);
        } else {
            abort();
        }
        giveUp();
    }

    @Override
    public void wanted(PendingExchange wanting) {
        SseBody body = reading;
        if (body != null) {
            body.resume();
        }
    }

    /** Gives up the request of HTTP. */
    void abort() {
        Attempt attempt = current;
        if (attempt != null) {
            attempt.cancel();
        }
    }

    void fail(Throwable e) {
        connection.forget(exchange.id());
        exchange.fail(e);
        abort();
        giveUp();
    }

    /** The connection has ended. */
    void connectionEnded(Termination cause) {
        exchange.fail(connection.failures().ended(exchange.method(), cause, written));
        abort();
    }

    /** Hands over the response; false if it had one already. */
    boolean respond(JsonRpcMessage.Response received) {
        JsonRpcMessage.Response response = received instanceof JsonRpcMessage.Failure failure
                ? new JsonRpcMessage.Failure(failure.id(), masked(failure.error()))
                : received;
        CallerSession own = entered.get();
        accepted = accepted || (initializes() && response instanceof JsonRpcMessage.Success);
        if (!connection.forget(exchange.id())) {
            return false;
        }
        JsonRpcMessage.Response told = response;
        if (response instanceof JsonRpcMessage.Success success) {
            if (initializes() && success.result() instanceof InitializeResult result) {
                connection.begun(newSession, result, exchange.spec(), caller);
            } else if (success.result() instanceof ListToolsResult tools && outgoing.modern()) {
                told = new JsonRpcMessage.Success(success.id(), connection.usable(caller, tools));
            }
        }
        exchange.respond(told);
        Session in = used;
        if (in != null && own != null) {
            own.stream().answered(in);
        }
        return true;
    }

    private JsonRpcError masked(JsonRpcError error) {
        connection.secrets().know(caller);
        return Masker.mask(error, connection::mask);
    }

    // the request

    void post() {
        if (initializes() || outgoing.modern()) {
            post(null);
            return;
        }
        CallerSession own = enter();
        Mono<Void> opening = own == null ? null : own.opening();
        if (opening == null) {
            post(own == null ? null : own.session());
        } else {
            afterwards(opening, this::postAgain);
        }
    }

    /** The session of the caller, which is used from now on until this is over; null where none was begun. */
    private @Nullable CallerSession enter() {
        CallerSession own = entered.get();
        if (own == null) {
            own = connection.sessions().enter(caller);
            entered.set(own);
            if (left) {
                leave();
            }
        }
        return own;
    }

    /** Goes on when something else is done, and fails if that does. */
    private void afterwards(Mono<Void> first, Runnable then) {
        goOnElsewhere();
        connection.run(first, new HttpConnection.Running() {
            @Override
            protected void hookOnComplete() {
                then.run();
            }

            @Override
            protected void hookOnError(Throwable e) {
                fail(e);
            }
        });
    }

    private void post(@Nullable Session session) {
        used = session;
        answered = false;
        run(connection
                .http()
                .post(
                        connection.recipe().url(),
                        caller,
                        headers -> {
                            outgoing.write(headers);
                            if (session != null) {
                                session.write(headers);
                            }
                        },
                        outgoing.body(),
                        () -> written = true,
                        this::answer));
    }

    private void run(Publisher<Void> requests) {
        Attempt attempt = new Attempt();
        current = attempt;
        connection.run(requests, attempt);
        if (exchange.over()) {
            // cancelled while it was begun anew: who cancelled has seen the attempt before
            attempt.cancel();
        }
    }

    /** One request of HTTP. */
    private final class Attempt extends HttpConnection.Running {

        @Override
        protected void hookOnComplete() {
            if (this == current) {
                ended(null);
            }
        }

        @Override
        protected void hookOnError(Throwable e) {
            if (this == current) {
                ended(e);
            }
        }
    }

    private Publisher<Void> answer(HttpClientResponse response, ByteBufFlux content) {
        answered = true;
        // what answers it may show them
        connection.secrets().know(caller);
        if (response.status().code() / 100 != 2) {
            return refused(response, content);
        }
        if (initializes()) {
            newSession = response.responseHeaders().get("Mcp-Session-Id");
        }
        String type = HttpRequests.mediaType(response);
        if (type.equals(HttpRequests.EVENTS)) {
            // a stream does not know how long it will be: what does may be something else
            return HttpRequests.contentLength(response) > 0 ? maybeEvents(response, content) : events(content, false);
        }
        if (HttpRequests.isJson(type)) {
            return json(response, content);
        }
        if (type.isEmpty()) {
            return untyped(response, content);
        }
        noMessage(response, SafeText.line(type, MAX_TYPE));
        return Mono.empty();
    }

    private void noMessage(HttpClientResponse response, String found) {
        fail(connection
                .failures()
                .protocol(exchange.method() + " failed: " + connection.recipe().origin() + " answered with " + found
                        + " (" + response.status().code()
                        + ") in place of a message; is that the address of an MCP server?"));
    }

    /** Without a media type, the first bytes say what it is. */
    private Publisher<Void> untyped(HttpClientResponse response, ByteBufFlux content) {
        return content.switchOnFirst((first, all) -> {
            ByteBuf bytes = first.get();
            if (bytes == null) {
                return all.then(Mono.fromRunnable(() -> noMessage(response, "an empty answer")));
            }
            ByteBufFlux again = ByteBufFlux.fromInbound(all);
            return switch (Bodies.sniff(bytes)) {
                case JSON -> json(response, again);
                case EVENTS -> events(again, false);
                case NEITHER -> {
                    noMessage(response, "a body of no media type");
                    yield Mono.empty();
                }
            };
        });
    }

    /** What is said to be events, and may be JSON all the same. */
    private Publisher<Void> maybeEvents(HttpClientResponse response, ByteBufFlux content) {
        return content.switchOnFirst((first, all) -> {
            ByteBuf bytes = first.get();
            ByteBufFlux again = ByteBufFlux.fromInbound(all);
            return bytes != null && Bodies.sniff(bytes) == Bodies.Kind.JSON
                    ? json(response, again)
                    : events(again, false);
        });
    }

    /** Decodes a body that is said to be JSON; some hold events all the same. */
    private void decode(Bodies.Taken body) {
        Router router = new Router(connection, this, exchange.context());
        if (!body.beginsAsJson()) {
            ByteBuf bytes = Unpooled.wrappedBuffer(body.bytes(), 0, body.length());
            if (Bodies.sniff(bytes) == Bodies.Kind.EVENTS) {
                SseDecoder decoder =
                        new SseDecoder(connection.recipe().options().maxMessageBytes());
                try {
                    while (decoder.next(bytes)) {
                        onEvent(decoder, router);
                    }
                    if (decoder.end()) {
                        onEvent(decoder, router);
                    }
                } finally {
                    decoder.close();
                }
                return;
            }
        }
        router.decode(body.bytes(), body.start(), body.length() - body.start());
    }

    private Mono<Void> json(HttpClientResponse response, ByteBufFlux content) {
        int max = connection.recipe().options().maxMessageBytes();
        return Bodies.take(content, max, HttpRequests.contentLength(response))
                .doOnNext(body -> {
                    if (body.noRoom()) {
                        failForRoom();
                        return;
                    }
                    if (body.cut()) {
                        tooLong(max);
                        return;
                    }
                    decode(body);
                    if (!exchange.over()) {
                        // what is out of step stays so
                        HttpRequests.neverAgain(response);
                        fail(connection
                                .failures()
                                .protocol("the answer to " + exchange.method() + " is "
                                        + (foreign == null
                                                ? "no response to it"
                                                : "a response to another request: its id is " + foreign + ", and not "
                                                        + exchange.id())));
                    }
                })
                .then();
    }

    /** A response came by the answer to this request, and is one to a request that nobody here has made. */
    void foreign(RequestId id) {
        foreign = SafeText.line(connection.mask(String.valueOf(id)), MAX_TYPE);
    }

    private void tooLong(long bytes) {
        connection.tell(new ConnectionEvent.FrameTooLong(
                bytes, connection.recipe().options().maxMessageBytes()));
        failTooLong();
    }

    private void skipped(SseDecoder event) {
        if (event.noRoom()) {
            failForRoom();
        } else {
            tooLong(event.skippedBytes());
        }
    }

    /** Its answer has come, and others have taken the memory for it. */
    void failForRoom() {
        fail(connection
                .failures()
                .overload("there is no room now for the answer to " + exchange.method() + "; "
                        + FrameMemory.HELD.describe()));
    }

    /** Its answer has come and was skipped. */
    void failTooLong() {
        int limit = connection.recipe().options().maxMessageBytes();
        fail(connection
                .failures()
                .protocol("the answer to " + exchange.method() + " is longer than the limit of " + limit
                        + " bytes (HttpOptions.maxMessageBytes)"));
    }

    private Mono<Void> events(ByteBufFlux content, boolean resumed) {
        Router router = new Router(connection, this, exchange.context());
        SseBody.Taker taker = new SseBody.Taker() {
            private boolean resting;

            @Override
            public boolean paused() {
                return !exchange.over() && (exchange.waiting() >= ENOUGH || exchange.waitingBytes() >= ENOUGH_BYTES);
            }

            @Override
            public void cut(SseDecoder event) {
                if (event.tooLong()) {
                    skipped(event);
                    return;
                }
                // the server has not finished it, so it may come again
                if (event.isMessage()) {
                    router.decode(event.bytes(), event.offset(), event.length());
                }
            }

            @Override
            public void event(SseDecoder event) {
                onEvent(event, router);
                if (exchange.over() && !resting) {
                    resting = true;
                    rest(resumed);
                }
            }
        };
        return SseBody.read(content, connection.recipe().options().maxMessageBytes(), taker, body -> reading = body);
    }

    private void onEvent(SseDecoder event, Router router) {
        if (event.tooLong()) {
            skipped(event);
            return;
        }
        String id = event.id();
        if (id != null && !outgoing.modern()) {
            lastEventId = id.isEmpty() ? null : id;
            reconnection.progressed();
        }
        if (event.retry() >= 0) {
            reconnection.ask(event.retry());
        }
        if (event.isMessage()) {
            router.decode(event.bytes(), event.offset(), event.length());
        }
    }

    /** The response is there: the end of the stream is, as a rule, on its way; one that was taken up again has none. */
    private void rest(boolean resumed) {
        Attempt attempt = current;
        if (attempt == null) {
            return;
        }
        if (resumed) {
            attempt.cancel();
        } else {
            connection.recipe().timer().schedule(attempt::cancel, REST.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    // when it does not go as it should

    private Mono<Void> refused(HttpClientResponse response, ByteBufFlux content) {
        return Bodies.take(content, Bodies.ERROR)
                .doOnNext(body -> {
                    if (!exchange.over()) {
                        onRefusal(response, body);
                    }
                })
                .then();
    }

    private void onRefusal(HttpClientResponse response, Bodies.Taken body) {
        int status = response.status().code();
        Session session = used;
        JsonRpcError error = ErrorBody.read(body);
        McpHttpStatusException refusal = connection
                .failures()
                .status(
                        exchange.method(),
                        response,
                        body,
                        error,
                        connection.http().target(response));
        if (error != null) {
            connection.received(body);
        }
        LostSessions lost = connection.lostSessions();
        if (session != null && session.id() != null && !renewed && lost.recognises(status, error, body)) {
            sessionLost(session, refusal);
            return;
        }
        if (renewed) {
            lost.cameAgain(error, body);
        }
        if (error != null && !Failures.statusSaysMore(refusal)) {
            respond(new JsonRpcMessage.Failure(exchange.id(), error));
        } else if (initializes() && connection.mayFallBack(status)) {
            goOnElsewhere();
            connection.fallBack(this, refusal);
        } else {
            fail(refusal);
        }
    }

    /** What was refused for its session was not carried out, so it may be sent again: once. */
    private void sessionLost(Session session, McpException refusal) {
        renewed = true;
        CallerSession own = enter();
        if (own == null) {
            fail(refusal);
        } else {
            afterwards(own.renewed(session, refusal.problem()), this::postAgain);
        }
    }

    private void postAgain() {
        if (!exchange.over()) {
            post();
        }
    }

    /** What comes of the request does not depend on this request of HTTP any more. */
    private void goOnElsewhere() {
        current = null;
    }

    private void ended(@Nullable Throwable e) {
        reading = null;
        if (exchange.over() || connection.isTerminated()) {
            return;
        }
        Session session = used;
        if (session != null && lastEventId != null) {
            resume(session, e);
        } else if (e != null && !answered && !sentAgain && Failures.isReset(e) && !ONCE.contains(exchange.method())) {
            // a connection that was idle for too long; what only asks may ask again
            sentAgain = true;
            post();
        } else if (e != null && !answered) {
            fail(connection.failures().of(exchange.method(), e, written));
        } else {
            String other = foreign;
            fail(connection
                    .failures()
                    .broken(
                            exchange.method(),
                            "its connection broke off before the response"
                                    + (other == null ? "" : " (a response came to another request, " + other + ")"),
                            e));
        }
    }

    /** "Resumption is always via HTTP GET with Last-Event-ID" (specification 2025-11-25: basic/transports). */
    private void resume(Session session, @Nullable Throwable e) {
        Duration delay = reconnection.next();
        if (delay == null) {
            fail(connection
                    .failures()
                    .broken(exchange.method(), "its response stream broke off, and could not be taken up again", e));
            return;
        }
        connection.later(delay, () -> {
            if (!exchange.over()) {
                get(session);
            }
        });
    }

    private void get(Session session) {
        String last = lastEventId;
        answered = false;
        run(connection
                .http()
                .get(
                        connection.recipe().url(),
                        caller,
                        headers -> {
                            session.write(headers);
                            if (last != null) {
                                headers.set("Last-Event-ID", last);
                            }
                        },
                        this::resumed));
    }

    private Publisher<Void> resumed(HttpClientResponse response, ByteBufFlux content) {
        answered = true;
        if (response.status().code() == 200 && HttpRequests.mayBeEvents(response)) {
            return events(content, true);
        }
        fail(connection
                .failures()
                .broken(
                        exchange.method(),
                        "its response stream broke off, and the server does not let it be taken up again ("
                                + connection.failures().status(response) + ")",
                        null));
        return Mono.empty();
    }
}
