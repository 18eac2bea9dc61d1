package dev.mcpflux.client;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.Connection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers the requests of a legacy server. Requests without a handler are rejected at once, so that the server does not
 * wait. Handlers run concurrently, up to a limit; further requests wait, up to a limit, and beyond it are rejected.
 * Requests are keyed by {@link Caller} if each caller has a session.
 */
final class ServerRequests implements Deadlines.Watcher {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);
    private static final int MAX_SHOWN = 400;
    private static final int WAITING = 256;
    /** The approximate size, in bytes, of all requests that wait or are being answered. */
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private static final String ABANDONED = "the call that it was asked for was given up";
    private static final String RELATED_TASK = "io.modelcontextprotocol/related-task";

    /**
     * The error response to a request that only clients send. Such a request has the id of one of ours if the server
     * just echoes its input, so this text identifies the echo.
     */
    static final String ECHO = "this is what a client asks a server";

    private final String server;
    private final InputHandlers handlers;
    private final Connection connection;
    private final LongSupplier clock;
    /** The requests that wait or are being answered. */
    private final Map<Key, Open> active = new ConcurrentHashMap<>();

    /** Two sessions of one server may use the same id. The caller is null for the shared session. */
    private record Key(@Nullable Caller caller, RequestId id) {}

    /** A request that waits for a handler. */
    private record Asked(
            JsonRpcMessage.Request request,
            Key key,
            @Nullable ContextView context) {}

    /** A request that is not answered yet. */
    private static final class Open {
        private final Sinks.Empty<Void> stop = Sinks.empty();
        private final @Nullable ContextView context;
        private final long came;
        private final int bytes;
        /**
         * Completes when the call that the request belongs to ends without an answer; null if that call is unknown.
         */
        private final @Nullable Mono<Void> callGivenUp;
        /** The subscription to the end of that call. */
        private final Disposable.Swap watching = Disposables.swap();
        /** Whether its handler was called, or will never be. */
        private final AtomicBoolean begun = new AtomicBoolean();
        /** The call that the request belongs to may have ended. */
        private volatile boolean orphan;
        /** The call that the request belongs to has ended. */
        private volatile boolean abandoned;

        Open(@Nullable ContextView context, @Nullable Mono<Void> callGivenUp, long came, int bytes) {
            this.context = context;
            this.callGivenUp = callGivenUp;
            this.came = came;
            this.bytes = bytes;
        }

        /** Whether the call that the request belongs to ended without an answer. */
        boolean isCallGivenUp() {
            if (callGivenUp == null) {
                return false;
            }
            AtomicBoolean come = new AtomicBoolean();
            callGivenUp
                    .subscribe(none -> {}, e -> come.set(true), () -> come.set(true))
                    .dispose();
            return come.get();
        }
    }

    private final AtomicInteger orphans = new AtomicInteger();
    private final AtomicLong held = new AtomicLong();

    private volatile long answered = Long.MIN_VALUE;
    // only the thread that reads from the server emits
    private final Sinks.Many<Asked> questions =
            Sinks.unsafe().many().unicast().onBackpressureBuffer(new BoundedQueue<>(WAITING));

    /**
     * The requests of one connection.
     *
     * @param clock the clock of the timeouts
     */
    ServerRequests(String server, InputHandlers handlers, Connection connection, LongSupplier clock) {
        this.server = server;
        this.handlers = handlers;
        this.connection = connection;
        this.clock = clock;
    }

    /** Starts to answer requests; dispose the result to stop. */
    Disposable start(int concurrency) {
        return questions.asFlux().flatMap(this::answer, concurrency, 1).subscribe();
    }

    /** The time until which a request of the server was waiting or being answered: now, if one is. */
    long busyUntil() {
        return active.isEmpty() ? answered : now();
    }

    private long now() {
        return clock.getAsLong();
    }

    private void settle(Key key, Open open) {
        answered = now();
        if (active.remove(key, open)) {
            held.addAndGet(-open.bytes);
            open.watching.dispose();
            if (open.orphan) {
                orphans.decrementAndGet();
            }
        }
    }

    /**
     * Called by the thread that reads.
     *
     * @param context the context of the request; null if the caller is unknown
     * @param callGivenUp completes when the call that the request belongs to ends without an answer; null if that call
     *     is unknown
     */
    void accept(JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp) {
        if (request.method().equals(Methods.PING)) {
            // "The receiver MUST respond promptly with an empty response" (basic/utilities/ping)
            reply(new JsonRpcMessage.Success(request.id(), new EmptyResult()), context);
        } else if (!handlers.handles(request.method())) {
            refuse(request, context, JsonRpcError.METHOD_NOT_FOUND, "this client does not offer " + request.method());
        } else {
            Asked asked = new Asked(request, key(context, request.id()), context);
            Open open = new Open(context, callGivenUp, now(), FrameBytes.current());
            boolean room = held.addAndGet(open.bytes) <= MAX_BYTES || active.isEmpty();
            Open before = active.put(asked.key, open);
            if (before != null) {
                // a duplicate id: the first request is abandoned
                held.addAndGet(-before.bytes);
            }
            if (!room || questions.tryEmitNext(asked).isFailure()) {
                settle(asked.key, open);
                refuse(request, context, JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
            } else if (callGivenUp != null && active.get(asked.key) == open) {
                open.watching.update(callGivenUp.subscribe(
                        none -> {}, e -> abandon(asked.key, open), () -> abandon(asked.key, open)));
            }
        }
    }

    private static Key key(@Nullable ContextView context, RequestId id) {
        return new Key(context == null ? null : Caller.of(context), id);
    }

    /** Called by the thread that reads, before the negotiation has finished: only pings are answered. */
    void acceptEarly(JsonRpcMessage.Request request, @Nullable ContextView context) {
        if (request.method().equals(Methods.PING)) {
            accept(request, context, null);
        } else {
            boolean ours = request.method().equals(Methods.INITIALIZE)
                    || request.method().equals(Methods.DISCOVER);
            refuse(request, context, JsonRpcError.INVALID_REQUEST, ours ? ECHO : "the session has not begun yet");
        }
    }

    /** The server has cancelled its request: "the receiver SHOULD stop processing and not send a response". */
    void cancel(@Nullable RequestId id, @Nullable ContextView context) {
        // "Invalid cancellation notifications SHOULD be ignored"
        if (id == null) {
            return;
        }
        Key key = key(context, id);
        Open open = active.get(key);
        if (open != null) {
            // removes a request that still waits, so that its handler is never called
            settle(key, open);
            open.stop.tryEmitEmpty();
        }
    }

    /**
     * Abandons requests whose call has ended, because the user who would answer is gone. A server sends requests while
     * it handles a call. If the request arrived on the stream of one call, it is abandoned with that call. Otherwise
     * the call is unknown, but it began before the request arrived. Such a request is abandoned when a call that it may
     * belong to ended without an answer, and no other such call is in progress.
     */
    @Override
    public void givenUp(long begin) {
        active.forEach((key, open) -> {
            if (open.callGivenUp == null && open.came >= begin && !open.orphan) {
                open.orphan = true;
                orphans.incrementAndGet();
            }
        });
    }

    @Override
    public boolean waits() {
        return orphans.get() > 0;
    }

    @Override
    public void ended(long oldest) {
        // waiting requests first: they must not start in place of one that is stopped
        abandon(oldest, false);
        abandon(oldest, true);
    }

    private void abandon(long oldest, boolean begun) {
        active.forEach((key, open) -> {
            if (open.orphan && oldest > open.came && open.begun.get() == begun) {
                abandon(key, open);
            }
        });
    }

    /** Stops the handler, or sends an error response if it was not called yet. */
    private void abandon(Key key, Open open) {
        open.abandoned = true;
        settle(key, open);
        if (open.begun.compareAndSet(false, true)) {
            reply(abandoned(key.id), open.context);
        } else {
            Callbacks.run(open.stop::tryEmitEmpty);
        }
    }

    private static JsonRpcMessage.Response abandoned(RequestId id) {
        return new JsonRpcMessage.Failure(id, new JsonRpcError(JsonRpcError.INTERNAL_ERROR, ABANDONED));
    }

    private Mono<Void> answer(Asked asked) {
        JsonRpcMessage.Request request = asked.request;
        Open open = active.get(asked.key);
        if (open == null) {
            return Mono.empty();
        }
        if (open.isCallGivenUp()) {
            // a call with several requests: waiting ones must not start in place of one that was stopped
            abandon(asked.key, open);
            return Mono.empty();
        }
        if (!open.begun.compareAndSet(false, true)) {
            return Mono.empty();
        }
        return Callbacks.isolated(handlers.answer(
                        request.method(),
                        request.params() instanceof JsonNode params ? params : null,
                        asked.key.caller))
                .<JsonRpcMessage.Response>map(
                        result -> new JsonRpcMessage.Success(request.id(), related(request, result)))
                .onErrorResume(e -> Mono.just(failure(request, e)))
                .takeUntilOther(open.stop.asMono())
                .switchIfEmpty(Mono.defer(() -> open.abandoned ? Mono.just(abandoned(request.id())) : Mono.empty()))
                .flatMap(response -> connection
                        .reply(response)
                        .onErrorResume(
                                // the answer cannot be written: send an error, so that the server does not wait
                                e -> e instanceof McpNotSentException || e instanceof JacksonException,
                                e -> connection.reply(
                                        failure(request, new McpHandlerException(server, "the answer is no JSON", e)))))
                .onErrorResume(e -> {
                    log.debug("[{}] {} was not answered: {}", server, describe(request), SafeText.line(e));
                    return Mono.empty();
                })
                .doFinally(end -> settle(asked.key, open))
                .contextWrite(context -> asked.context == null ? context : context.putAll(asked.context));
    }

    /**
     * "All requests, notifications, and responses related to a task MUST include the io.modelcontextprotocol/related-task
     * key in their _meta field" (2025-11-25: basic/utilities/tasks).
     */
    private static Object related(JsonRpcMessage.Request request, Object result) {
        JsonNode task = request.params() instanceof JsonNode params
                ? params.path("_meta").get(RELATED_TASK)
                : null;
        if (task == null) {
            return result;
        }
        ObjectNode tree = McpJson.mapper().valueToTree(result);
        tree.withObject("_meta").set(RELATED_TASK, task);
        return tree;
    }

    /** Omits the parameters: they contain user data, and the server determines their length. */
    private String describe(JsonRpcMessage.Request request) {
        return SafeText.line(connection.mask("its request " + request.method()), MAX_SHOWN);
    }

    private JsonRpcMessage.Response failure(JsonRpcMessage.Request request, Throwable e) {
        log.warn(
                "[{}] {} was answered with an error: {}",
                server,
                describe(request),
                SafeText.line(connection.mask(e.toString()), MAX_SHOWN));
        int code = e instanceof McpProtocolException ? JsonRpcError.INVALID_PARAMS : JsonRpcError.INTERNAL_ERROR;
        // do not report internal errors of the application to the server
        String message = e instanceof McpProtocolException known
                ? String.valueOf(known.getMessage())
                : "the client could not answer " + request.method();
        return new JsonRpcMessage.Failure(request.id(), new JsonRpcError(code, withoutName(message)));
    }

    /** Removes the configured name of the server, which is unknown to the server. */
    private String withoutName(String message) {
        String prefix = "server '" + server + "': ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    private void refuse(JsonRpcMessage.Request request, @Nullable ContextView context, int code, String message) {
        reply(new JsonRpcMessage.Failure(request.id(), new JsonRpcError(code, message)), context);
    }

    private void reply(JsonRpcMessage.Response response, @Nullable ContextView context) {
        connection
                .reply(response)
                .contextWrite(own -> context == null ? own : own.putAll(context))
                .subscribe(null, e -> log.debug("[{}] an answer was not sent: {}", server, SafeText.line(e)));
    }
}
