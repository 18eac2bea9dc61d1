package dev.mcpflux.session;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.BoundedQueue;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
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
final class PeerRequests {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);
    private static final int WAITING = 256;
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
    private final Map<Key, Sinks.Empty<Void>> active = new ConcurrentHashMap<>();

    /** Two sessions of one server may use the same id; a caller is null where the session is that of all. */
    private record Key(@Nullable Caller caller, RequestId id) {}

    /** A question that waits for its turn. */
    private record Asked(
            JsonRpcMessage.Request request,
            Key key,
            @Nullable ContextView context) {}

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

    private void settle(Key key, Sinks.Empty<Void> stop) {
        answered = now();
        active.remove(key, stop);
    }

    /**
     * Called by the thread that reads.
     *
     * @param context what the question came with; null where nobody knows on whose behalf it is asked
     */
    void accept(JsonRpcMessage.Request request, @Nullable ContextView context) {
        if (request.method().equals(Methods.PING)) {
            // "The receiver MUST respond promptly with an empty response" (basic/utilities/ping)
            reply(new JsonRpcMessage.Success(request.id(), new EmptyResult()), context);
        } else if (!handlers.handles(request.method())) {
            refuse(request, context, JsonRpcError.METHOD_NOT_FOUND, "this client does not offer " + request.method());
        } else {
            Asked asked = new Asked(request, key(context, request.id()), context);
            active.put(asked.key, Sinks.empty());
            if (questions.tryEmitNext(asked).isFailure()) {
                active.remove(asked.key);
                refuse(request, context, JsonRpcError.INTERNAL_ERROR, "the client is overloaded");
            }
        }
    }

    private static Key key(@Nullable ContextView context, RequestId id) {
        return new Key(context == null ? null : Caller.of(context), id);
    }

    /** Called by the thread that reads, before anything was agreed on: nothing but a ping is answered. */
    void acceptEarly(JsonRpcMessage.Request request, @Nullable ContextView context) {
        if (request.method().equals(Methods.PING)) {
            accept(request, context);
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
        Sinks.Empty<Void> stop = active.get(key);
        if (stop != null) {
            // one that still waits is not there any more when its turn comes
            settle(key, stop);
            stop.tryEmitEmpty();
        }
    }

    private Mono<Void> answer(Asked asked) {
        JsonRpcMessage.Request request = asked.request;
        Sinks.Empty<Void> stop = active.get(asked.key);
        if (stop == null) {
            return Mono.empty();
        }
        return Callbacks.isolated(handlers.answer(
                        request.method(),
                        request.params() instanceof JsonNode params ? params : null,
                        asked.key.caller))
                .<JsonRpcMessage.Response>map(
                        result -> new JsonRpcMessage.Success(request.id(), related(request, result)))
                .onErrorResume(e -> Mono.just(failure(request, e)))
                .takeUntilOther(stop.asMono())
                .flatMap(response -> connection
                        .reply(response)
                        .onErrorResume(
                                // what the handler answered cannot be written: the server is not to wait for it
                                e -> e instanceof McpProtocolException || e instanceof JacksonException,
                                e -> connection.reply(
                                        failure(request, new McpHandlerException(server, "the answer is no JSON", e)))))
                .onErrorResume(e -> {
                    log.debug("[{}] {} was not answered: {}", server, request, e.toString());
                    return Mono.empty();
                })
                .doFinally(end -> settle(asked.key, stop))
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

    private JsonRpcMessage.Response failure(JsonRpcMessage.Request request, Throwable e) {
        log.warn("[{}] {} was answered with an error: {}", server, request, e.getMessage());
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
                .subscribe(null, e -> log.debug("[{}] {} was not sent: {}", server, response, e.toString()));
    }
}
