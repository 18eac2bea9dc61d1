package dev.mcpflux.client;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.BoundedQueue;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.FrameBytes;
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
 * Answers what a server of the legacy era asks by requests of its own. What nothing answers is refused, so that the server
 * does not wait. Handlers run beside each other, up to a limit; more wait, up to a limit; more than that are refused. Questions
 * are keyed by {@link Caller}, where each has a session.
 */
final class PeerRequests implements Deadlines.Watcher {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);
    private static final int MAX_SHOWN = 400;
    private static final int WAITING = 256;
    /** How many bytes the questions have, about, that are answered or wait. */
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private static final String ABANDONED = "the call that it was asked for was given up";
    private static final String RELATED_TASK = "io.modelcontextprotocol/related-task";

    /**
     * The answer to a request that only clients send. It has the id of ours, so that a program that sends back what it is sent
     * answers with it, and is told by it.
     */
    static final String ECHO = "this is what a client asks a server";

    private final String server;
    private final InputHandlers handlers;
    private final Connection connection;
    private final LongSupplier clock;
    /** What is being answered or waits for it, and how it is stopped. */
    private final Map<Key, Open> active = new ConcurrentHashMap<>();

    /** Two sessions of one server may use the same id; a caller is null where the session is that of all. */
    private record Key(@Nullable Caller caller, RequestId id) {}

    /** A question that waits for its turn. */
    private record Asked(
            JsonRpcMessage.Request request,
            Key key,
            @Nullable ContextView context) {}

    /** A question that is not answered yet. */
    private static final class Open {
        private final Sinks.Empty<Void> stop = Sinks.empty();
        private final @Nullable ContextView context;
        private final long came;
        private final int bytes;
        /** Completes when the call is given up that it came for; null where nobody knows which one that is. */
        private final @Nullable Mono<Void> callGivenUp;
        /** Ends the watching of that call. */
        private final Disposable.Swap watching = Disposables.swap();
        /** Whether its handler was called, or it was decided that it is not to be. */
        private final AtomicBoolean begun = new AtomicBoolean();
        /** The call may be over that it came for. */
        private volatile boolean orphan;
        /** The call is over that it came for. */
        private volatile boolean abandoned;

        Open(@Nullable ContextView context, @Nullable Mono<Void> callGivenUp, long came, int bytes) {
            this.context = context;
            this.callGivenUp = callGivenUp;
            this.came = came;
            this.bytes = bytes;
        }

        /** Whether the call was given up that it came for. */
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
    // fed by the one thread that reads from the server
    private final Sinks.Many<Asked> questions =
            Sinks.unsafe().many().unicast().onBackpressureBuffer(new BoundedQueue<>(WAITING));

    /**
     * For one connection.
     *
     * @param clock that of the time-outs of requests
     */
    PeerRequests(String server, InputHandlers handlers, Connection connection, LongSupplier clock) {
        this.server = server;
        this.handlers = handlers;
        this.connection = connection;
        this.clock = clock;
    }

    /** Begins to answer; what is returned ends it. */
    Disposable start(int concurrency) {
        return questions.asFlux().flatMap(this::answer, concurrency, 1).subscribe();
    }

    /** Until when a question was being answered or waited for it, by the clock: until now, if one is. */
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
     * @param context what the question came with; null where nobody knows on whose behalf it is asked
     * @param callGivenUp completes when the call is given up that the question came for; null where nobody knows which that is
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
                // an id that is used twice: the first one is not waited for any more
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

    /** Called by the thread that reads, before anything was agreed on: nothing but a ping is answered. */
    void acceptEarly(JsonRpcMessage.Request request, @Nullable ContextView context) {
        if (request.method().equals(Methods.PING)) {
            accept(request, context, null);
        } else {
            boolean ours = request.method().equals(Methods.INITIALIZE)
                    || request.method().equals(Methods.DISCOVER);
            refuse(request, context, JsonRpcError.INVALID_REQUEST, ours ? ECHO : "the session has not begun yet");
        }
    }

    /** The server does not want the answer any more: "the receiver SHOULD stop processing and not send a response". */
    void cancel(@Nullable RequestId id, @Nullable ContextView context) {
        // "Invalid cancellation notifications SHOULD be ignored"
        if (id == null) {
            return;
        }
        Key key = key(context, id);
        Open open = active.get(key);
        if (open != null) {
            // one that still waits is not there any more when its turn comes
            settle(key, open);
            open.stop.tryEmitEmpty();
        }
    }

    /**
     * A server asks while it works on a call. Where the question came by the stream of one call, it is given up with that call.
     * Otherwise nothing on the wire says which one it is, but it is one that had begun when the
     * question came. So questions are given up when a call was given up that they may have come for, and no other is under
     * way that they may have come for: who would answer them is not there any more.
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
        // those that wait first: they must not begin in place of one that is stopped
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

    /** Stops its handler, or answers in place of one that was not called yet. */
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
            // several questions of one call: those that wait must not begin in place of one that was stopped
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
                                // what the handler answered cannot be written: the server is not to wait for it
                                e -> e instanceof McpProtocolException || e instanceof JacksonException,
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
     * "All requests, notifications, and responses related to a task MUST include the io.modelcontextprotocol/related-task key
     * in their _meta field" (2025-11-25: basic/utilities/tasks).
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

    /** Without its parameters: they hold what a user is asked, and how long they are is up to the server. */
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
        // what failed inside the application is none of the server's business
        String message = e instanceof McpProtocolException known
                ? String.valueOf(known.getMessage())
                : "the client could not answer " + request.method();
        return new JsonRpcMessage.Failure(request.id(), new JsonRpcError(code, withoutName(message)));
    }

    /** The name that the application gave to the server means nothing to it. */
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
