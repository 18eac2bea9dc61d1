package dev.mcpflux.transport.spi;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.Bindings;
import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.DroppedPart;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.Malformed;
import dev.mcpflux.jsonrpc.MessageHandler;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.ServerResult;
import dev.mcpflux.protocol.Subscribed;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.TolerantReader;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/**
 * Carries exchanges over one duplex stream of frames. It assigns the ids, decodes each frame once on the thread that
 * reads it, routes responses by id and progress by token, and reports one cause of termination to all waiters. All
 * callers share the stream, so no state is keyed by {@link Caller}.
 */
public final class Multiplexer implements Connection, PendingExchange.Owner {

    private static final Logger log = LoggerFactory.getLogger(Multiplexer.class);
    private static final int INCOMING_BUFFER = 256;
    private static final long INCOMING_BYTES = 16L * 1024 * 1024;

    /** A message that waits for the subscriber of {@link #incoming()}, and its approximate size in bytes. */
    private record Arrived(JsonRpcMessage message, int bytes) {}

    private final String name;
    private final DuplexConnection duplex;
    private final Map<RequestId.OfLong, PendingExchange> pending = new ConcurrentHashMap<>();
    /** The pending exchanges that asked for log messages. */
    private final Map<RequestId.OfLong, PendingExchange> logging = new ConcurrentHashMap<>();

    private final AtomicLong ids = new AtomicLong();
    private final Ending ending = new Ending(this::doClose);
    private final EventSink<ConnectionEvent> events =
            new EventSink<>(ConnectionEvent.EventsDropped::new, event -> event.masked(this::mask));
    private final Sinks.Many<Arrived> incoming = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(new BoundedQueue<>(INCOMING_BUFFER, INCOMING_BYTES, Arrived::bytes));
    private final Router router = new Router();
    private final PeerActivity activity;
    private final Mono<Void> open;
    private final BiConsumer<RequestSpec, CoreSubscriber<? super JsonRpcMessage>> start = this::start;
    private volatile @Nullable WireTap tap;

    private Multiplexer(String name, Function<EventSink<ConnectionEvent>, DuplexConnection> stream) {
        this.name = name;
        this.duplex = stream.apply(events);
        this.activity = new PeerActivity(this::mask);
        this.open = Callbacks.once(this::doOpen);
    }

    /**
     * A connection over a stream.
     *
     * @param name the server's name
     * @param stream creates the stream, which emits its events into the given sink
     */
    public static Connection over(String name, Function<EventSink<ConnectionEvent>, DuplexConnection> stream) {
        return new Multiplexer(name, stream);
    }

    @Override
    public Mono<Void> open() {
        return open;
    }

    private Mono<Void> doOpen() {
        Termination ended = ending.cause();
        if (ended != null) {
            return Mono.error(ended.toException(name, null));
        }
        // this class owns a lifecycle, so it may subscribe: it watches the stream until the stream ends
        duplex.onTermination().subscribe(this::terminate, e -> terminate(lost(e)));
        return duplex.open().doOnSuccess(v -> duplex.frames().subscribe(router));
    }

    private Termination lost(Throwable e) {
        return Termination.lost(
                "the connection failed: " + mask(String.valueOf(e.getMessage())), duplex.diagnostics(), e);
    }

    @Override
    public Flux<JsonRpcMessage> exchange(RequestSpec request) {
        return new ExchangeFlux(name, request, start);
    }

    private void start(RequestSpec spec, CoreSubscriber<? super JsonRpcMessage> actual) {
        RequestId.OfLong id = new RequestId.OfLong(ids.incrementAndGet());
        JsonRpcMessage.Request request;
        PendingExchange exchange;
        try {
            exchange = new PendingExchange(this, id, spec, actual);
            request = spec.request(id, exchange.context());
        } catch (Throwable e) {
            Operators.error(actual, e);
            return;
        }
        pending.put(id, exchange);
        if (spec.logs()) {
            logging.put(id, exchange);
        }
        try {
            actual.onSubscribe(exchange);
        } catch (Throwable e) {
            exchange.cancel();
            throw e;
        }
        // checked after the registration: an exchange that begins while the connection ends is failed here or in
        // terminate()
        Termination ended = ending.cause();
        if (ended != null) {
            forget(id);
            exchange.fail(ended.toException(name, spec.method()));
            return;
        }
        exchange.send(write(request));
    }

    @Override
    public void forget(RequestId.OfLong id) {
        take(id);
    }

    private @Nullable PendingExchange take(RequestId.OfLong id) {
        PendingExchange exchange = pending.remove(id);
        if (exchange != null && exchange.logs()) {
            logging.remove(id);
        }
        return exchange;
    }

    private Mono<Void> write(JsonRpcMessage message) {
        Mono<Void> sending = duplex.send(message);
        WireTap seer = tap;
        return seer == null
                ? sending
                // not an operator, because the sender has to know the actual subscriber
                : new Mono<>() {
                    @Override
                    public void subscribe(CoreSubscriber<? super Void> actual) {
                        // before sending: the response may arrive before the send call returns
                        seer.sent(message);
                        sending.subscribe(actual);
                    }
                };
    }

    @Override
    public void cancelled(PendingExchange exchange) {
        RequestId.OfLong id = exchange.id();
        if (exchange.spec().cancellable() && !ending.hasEnded()) {
            JsonRpcMessage.Notification cancelled =
                    new JsonRpcMessage.Notification(Methods.CANCELLED, new CancelledParams(id, null));
            // the subscriber has gone; this cancellation is sent without waiting, and may get lost
            write(cancelled)
                    .subscribe(null, e -> log.debug("[{}] {} was not sent: {}", name, cancelled, SafeText.line(e)));
        }
    }

    @Override
    public Mono<Void> notify(JsonRpcMessage.Notification notification) {
        return send(notification);
    }

    @Override
    public Mono<Void> reply(JsonRpcMessage.Response response) {
        return send(response).doOnError(McpOverloadException.class, e -> dropped(response));
    }

    /** Reports a response that was dropped because the peer sends requests but does not read. */
    private void dropped(JsonRpcMessage.Response response) {
        events.emit(new ConnectionEvent.Dropped(response.toString()));
    }

    private Mono<Void> send(JsonRpcMessage message) {
        return Mono.defer(() -> {
            Termination ended = ending.cause();
            return ended != null ? Mono.error(ended.toException(name, null)) : write(message);
        });
    }

    @Override
    public Flux<Incoming> incoming() {
        return incoming.asFlux().map(arrived -> Incoming.shared(arrived.message));
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return events.flux();
    }

    @Override
    public void tap(Supplier<? extends WireTap> taps) {
        WireTap before = tap;
        WireTap added = taps.get();
        tap = before == null ? added : before.and(added);
    }

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public boolean isTerminated() {
        return ending.hasEnded();
    }

    private void terminate(Termination cause) {
        ending.end(cause, () -> {
            logging.clear();
            pending.forEach((id, exchange) -> {
                if (pending.remove(id, exchange)) {
                    Callbacks.run(
                            () -> exchange.linkEnded(outcome -> cause.toException(name, exchange.method(), outcome)));
                }
            });
            Callbacks.run(incoming::tryEmitComplete);
        });
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        terminate(Termination.closed());
        return duplex.close().doOnTerminate(events::complete);
    }

    @Override
    public Mono<String> closeNow() {
        return Mono.defer(() -> {
            terminate(Termination.closed());
            return duplex.closeNow().flatMap(stage -> ending.close().thenReturn(stage));
        });
    }

    @Override
    public String mask(String text) {
        return duplex.mask(text);
    }

    @Override
    public Diagnostics diagnostics() {
        return duplex.diagnostics();
    }

    @Override
    public long mark() {
        return activity.mark();
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        List<String> meanwhile = new ArrayList<>(activity.since(mark));
        long unfinished = duplex.unfinished();
        if (unfinished > 0) {
            meanwhile.remove(PeerActivity.NOTHING);
            meanwhile.add("it wrote " + unfinished + " bytes without a line end");
        }
        int unread = duplex.unread();
        if (unread > 0) {
            meanwhile.add(
                    "it does not read its input: " + unread + (unread == 1 ? " message waits" : " messages wait"));
        }
        return duplex.diagnostics().withMeanwhile(meanwhile);
    }

    @Override
    public boolean holdsBack() {
        return false;
    }

    @Override
    public boolean mirrorsArgumentsInHeaders() {
        return false;
    }

    @Override
    public boolean hasSessionPerCaller() {
        return false;
    }

    @Override
    public Flux<Boolean> holdSession() {
        return Flux.concat(Mono.just(true), Mono.never());
    }

    @Override
    public @Nullable Long pid() {
        return duplex.pid();
    }

    @Override
    public int pendingExchanges() {
        return pending.size();
    }

    /** Receives the frames, decodes them and routes the messages, all on the thread that reads. */
    private final class Router implements CoreSubscriber<Frame>, DuplexConnection.Oversize, Bindings, MessageHandler {

        private long undecodable;
        private @Nullable Frame frame;

        @Override
        public void onSubscribe(org.reactivestreams.Subscription subscription) {
            // unbounded demand: routing never waits, and all buffers behind it are bounded
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Frame next) {
            frame = next;
            activity.received();
            WireTap seer = tap;
            if (seer != null) {
                seer.received(next);
            }
            FrameBytes size = FrameBytes.ofThisThread();
            size.set(next.length());
            try {
                JsonRpcCodec.shared().decode(next.bytes(), next.offset(), next.length(), this, this);
            } catch (Throwable e) {
                threw(e);
            } finally {
                frame = null;
                size.set(0);
            }
        }

        /** The response is too long to be received, so its exchange fails at once instead of by a timeout. */
        @Override
        public void tooLong(long bytes, String limit, ByteBuffer head, ByteBuffer tail) {
            PendingExchange exchange = answered(head, tail);
            if (exchange != null) {
                Callbacks.run(() -> exchange.fail(new McpProtocolException(
                        name,
                        "the response to " + exchange.method() + " has " + bytes + " bytes, more than the limit of "
                                + limit)));
            }
        }

        @Override
        public void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
            String reason =
                    "has " + bytes + " bytes, and there is not enough memory now; " + FrameMemory.HELD.describe();
            activity.received();
            activity.undecodable(true, reason, "");
            events.emit(new ConnectionEvent.Undecodable(true, reason, "", ++undecodable));
            PendingExchange exchange = answered(head, tail);
            if (exchange != null) {
                Callbacks.run(() -> exchange.fail(new McpOverloadException(
                        name, "the response to " + exchange.method() + " " + reason, CallOutcome.UNKNOWN)));
            }
        }

        private @Nullable PendingExchange answered(ByteBuffer head, ByteBuffer tail) {
            RequestId.OfLong id = JsonRpcCodec.shared().responseId(head, tail);
            return id == null ? null : take(id);
        }

        @Override
        public boolean mayWait() {
            return duplex.readsOnItsOwnThread() && !ending.hasEnded();
        }

        /**
         * An error that is thrown instead of signalled must not end the connection, unless the JVM itself has failed.
         */
        private void threw(Throwable e) {
            log.error("[{}] a subscriber threw", name, e);
            if (Callbacks.isFatal(e)) {
                terminate(Termination.lost("handling its message failed: " + e, duplex.diagnostics(), e));
            }
        }

        @Override
        public void onError(Throwable e) {
            terminate(lost(e));
        }

        @Override
        public void onComplete() {
            // the reason for the end comes from onTermination
        }

        @Override
        public @Nullable Class<?> resultType(RequestId id) {
            PendingExchange exchange = id instanceof RequestId.OfLong n ? pending.get(n) : null;
            return exchange == null ? null : exchange.resultType();
        }

        @Override
        public @Nullable DirectReader<?> resultReader(RequestId id) {
            PendingExchange exchange = id instanceof RequestId.OfLong n ? pending.get(n) : null;
            return exchange == null ? null : exchange.spec().reader();
        }

        @Override
        public Class<?> paramsType(String method) {
            return Methods.paramsType(method);
        }

        @Override
        public void onBatch(int messages) {
            FrameBytes.share(messages);
        }

        @Override
        public void onMessage(JsonRpcMessage message) {
            if (message instanceof JsonRpcMessage.Failure failure) {
                onResponse(
                        new JsonRpcMessage.Failure(failure.id(), Masker.mask(failure.error(), Multiplexer.this::mask)));
            } else if (message instanceof JsonRpcMessage.Response response) {
                onResponse(response);
            } else if (message instanceof JsonRpcMessage.Notification notification) {
                if (!related(notification) && !offer(notification)) {
                    events.emit(new ConnectionEvent.Dropped(notification.method()));
                }
            } else if (message instanceof JsonRpcMessage.Request request && !offer(request)) {
                events.emit(new ConnectionEvent.Dropped(request.method()));
                refuse(request);
            }
        }

        /** Whether there was room, or there is no subscriber any more. */
        private boolean offer(JsonRpcMessage message) {
            Sinks.EmitResult result = incoming.tryEmitNext(new Arrived(message, FrameBytes.current()));
            return result != Sinks.EmitResult.FAIL_OVERFLOW && result != Sinks.EmitResult.FAIL_ZERO_SUBSCRIBER;
        }

        private void onResponse(JsonRpcMessage.Response response) {
            PendingExchange exchange = response.id() instanceof RequestId.OfLong n ? take(n) : null;
            if (exchange == null) {
                activity.unmatched(String.valueOf(response.id()));
                events.emit(new ConnectionEvent.UnmatchedResponse(String.valueOf(response.id())));
            } else {
                duplex.read(exchange.end());
                exchange.respond(response);
            }
        }

        /**
         * Whether the notification belongs to an exchange. If so, it was passed to the exchange, or the exchange has
         * ended.
         */
        private boolean related(JsonRpcMessage.Notification notification) {
            Object params = notification.params();
            if (params instanceof ProgressParams progress) {
                relate(progress.progressToken(), notification);
                return true;
            }
            if (params instanceof Subscribed subscribed && subscribed.subscriptionId() != null) {
                relate(subscribed.subscriptionId(), notification);
                return true;
            }
            if (params instanceof LogMessage && logging.size() == 1) {
                // also emitted to all, because it belongs to the log of the server
                logging.forEach((id, exchange) -> exchange.related(notification));
                return false;
            }
            return params instanceof CancelledParams cancelled && endedByServer(cancelled);
        }

        private void relate(@Nullable RequestId id, JsonRpcMessage.Notification notification) {
            PendingExchange exchange = id instanceof RequestId.OfLong n ? pending.get(n) : null;
            if (exchange != null) {
                exchange.related(notification);
            }
        }

        /**
         * "Server-sent cancellation notifications MUST reference a subscriptions/listen request, to terminate that
         * subscription stream" (2026-07-28: basic/patterns/cancellation). In the legacy era they refer to requests of the
         * server, whose ids are others.
         */
        private boolean endedByServer(CancelledParams cancelled) {
            if (!(cancelled.requestId() instanceof RequestId.OfLong id)) {
                return false;
            }
            PendingExchange exchange = pending.get(id);
            if (exchange == null || !exchange.method().equals(Methods.LISTEN)) {
                return false;
            }
            take(id);
            exchange.respond(
                    new JsonRpcMessage.Success(id, new Subscriptions.ListenResult(ServerResult.COMPLETE, null)));
            return true;
        }

        private void refuse(JsonRpcMessage.Request request) {
            JsonRpcError error = new JsonRpcError(JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
            write(new JsonRpcMessage.Failure(request.id(), error))
                    .subscribe(null, e -> log.debug("[{}] a request was not refused: {}", name, SafeText.line(e)));
        }

        @Override
        public @Nullable JsonNode reduce(JsonNode value, Class<?> type, DroppedParts dropped) {
            return TolerantReader.reduce(value, type, dropped);
        }

        @Override
        public void onDropped(JsonRpcMessage message, List<DroppedPart> parts) {
            PendingExchange exchange =
                    message instanceof JsonRpcMessage.Response response && response.id() instanceof RequestId.OfLong n
                            ? pending.get(n)
                            : null;
            String method = exchange != null
                    ? exchange.method()
                    : message instanceof JsonRpcMessage.Call call ? call.method() : "an answer";
            parts.forEach(part -> events.emit(ConnectionEvent.ElementDropped.of(method, part)));
        }

        @Override
        public void onMalformed(Malformed unmasked) {
            undecodable++;
            Malformed malformed = unmasked.masked(Multiplexer.this::mask);
            String preview = frame == null ? "" : frame.preview(Multiplexer.this::mask);
            if (log.isDebugEnabled()) {
                log.debug(
                        "[{}] skipped an invalid message ({}): {}",
                        name,
                        SafeText.line(malformed.reason()),
                        SafeText.line(preview));
            }
            activity.undecodable(malformed.json(), malformed.reason(), preview);
            events.emit(new ConnectionEvent.Undecodable(malformed.json(), malformed.reason(), preview, undecodable));
            // for a frame that was cut off, the end of the stream is the better explanation
            boolean answer = frame == null || !frame.cutOff();
            PendingExchange exchange = answer && malformed.id() instanceof RequestId.OfLong n ? take(n) : null;
            if (exchange != null) {
                String problem = "the response to " + exchange.method() + " " + malformed.clause();
                exchange.fail(
                        malformed.overload()
                                ? new McpOverloadException(name, problem, CallOutcome.UNKNOWN)
                                : new McpProtocolException(name, problem));
            }
        }
    }
}
