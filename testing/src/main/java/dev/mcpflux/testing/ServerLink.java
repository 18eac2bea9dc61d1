package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Methods;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One connection of a server in memory: reads the messages of the client and answers them, each in its era. */
final class ServerLink {

    private static final String UNKNOWN_METHOD = "Method not found";
    private static final Set<String> CALLS =
            Set.of(Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ, Methods.COMPLETE);

    private final ServerModel model;
    private final Set<ServerLink> links;
    private final InMemoryConnection connection;
    private final ServerNotices notices;
    private final ServerQuestions questions;
    private final Map<JsonNode, RunningCall> running = new ConcurrentHashMap<>();
    private final Map<String, RunningCall> suspended = new ConcurrentHashMap<>();
    private final List<String> cancelled = new CopyOnWriteArrayList<>();
    private final AtomicLong ids = new AtomicLong();

    /** The parameters of {@code initialize}, from when it was answered. */
    private volatile @Nullable JsonNode greeting;

    private volatile String revision = ServerModel.MODERN;
    private volatile LogLevel level = LogLevel.DEBUG;

    ServerLink(ServerModel model, Set<ServerLink> links) {
        this.model = model;
        this.links = links;
        this.connection = new InMemoryConnection(model.name(), this::receive);
        this.notices = new ServerNotices(this::send);
        this.questions = new ServerQuestions(this::send);
    }

    InMemoryConnection connection() {
        return connection;
    }

    ServerNotices notices() {
        return notices;
    }

    ServerQuestions questions() {
        return questions;
    }

    /** The capabilities that the client has declared in a request, or in the legacy era in its greeting. */
    JsonNode clientCapabilities(JsonNode request, boolean modern) {
        JsonNode hello = greeting;
        return modern || hello == null
                ? ServerMessages.meta(request, "clientCapabilities")
                : hello.path("capabilities");
    }

    String revision() {
        return revision;
    }

    List<String> cancelled() {
        return List.copyOf(cancelled);
    }

    void lose() {
        connection.lose("the server went away");
    }

    void send(ObjectNode message) {
        connection.emit(McpJson.mapper().writeValueAsBytes(message));
    }

    /** Answers a message of the client. */
    void receive(JsonNode message) {
        if (links.add(this)) {
            // owns what runs for this client: all of it ends with the connection
            connection.onTermination().subscribe(end -> close());
        }
        model.received(message);
        JsonNode id = message.path("id");
        String method = message.path("method").asString("");
        if (method.isEmpty()) {
            questions.answered(id.asLong(), message);
        } else if (id.isMissingNode()) {
            notified(method, message.path("params"));
        } else if (!model.ignores(method)) {
            try {
                JsonRpcError failure = model.failure(method);
                if (failure != null) {
                    throw new RpcException(failure);
                }
                requested(method, id, message);
            } catch (RpcException e) {
                send(ServerMessages.error(id, e.error()));
            }
        }
    }

    private void close() {
        links.remove(this);
        running.values().forEach(RunningCall::dispose);
        running.clear();
        suspended.values().forEach(RunningCall::dispose);
        suspended.clear();
        notices.clear();
    }

    private void notified(String method, JsonNode params) {
        if (method.equals(Methods.CANCELLED)) {
            JsonNode id = params.path("requestId");
            cancelled.add(id.asString(""));
            notices.unlisten(id);
            RunningCall call = running.remove(id);
            if (call != null) {
                call.dispose();
            }
        } else if (method.equals(Methods.INITIALIZED)) {
            notices.ready();
        }
    }

    // requests

    private void requested(String method, JsonNode id, JsonNode request) {
        String version = ServerMessages.meta(request, "protocolVersion").asString("");
        boolean modern = !version.isEmpty();
        if (modern) {
            requireModern(version);
        } else if (greeting == null && !method.equals(Methods.INITIALIZE) && !method.equals(Methods.PING)) {
            throw new RpcException(JsonRpcError.INVALID_PARAMS, "it has no _meta, and there was no initialize");
        }
        ListKind list = ListKind.ofMethod(method);
        if (list != null) {
            reply(id, method, model.page(list, request.path("params").path("cursor")), modern);
        } else if (CALLS.contains(method)) {
            call(method, id, request, modern);
        } else if (modern) {
            requestedModern(method, id, request.path("params"));
        } else {
            requestedLegacy(method, id, request.path("params"));
        }
    }

    private void requireModern(String version) {
        List<String> spoken = model.revisions();
        if (!spoken.contains(ServerModel.MODERN)) {
            throw new RpcException(JsonRpcError.METHOD_NOT_FOUND, UNKNOWN_METHOD);
        }
        if (!version.equals(ServerModel.MODERN)) {
            throw RpcException.unsupportedVersion(spoken, version);
        }
    }

    private void requestedModern(String method, JsonNode id, JsonNode params) {
        switch (method) {
            case Methods.DISCOVER -> reply(id, method, model.discovered(), true);
            case Methods.LISTEN -> notices.listen(id, params.path("notifications"));
            default -> throw new RpcException(JsonRpcError.METHOD_NOT_FOUND, UNKNOWN_METHOD);
        }
    }

    private void requestedLegacy(String method, JsonNode id, JsonNode params) {
        switch (method) {
            case Methods.INITIALIZE -> {
                revision = chosen(params.path("protocolVersion").asString(""));
                greeting = params;
                reply(id, method, model.initialized(revision), false);
            }
            case Methods.PING -> reply(id, method, ServerMessages.object(), false);
            case Methods.SET_LEVEL -> {
                try {
                    level = LogLevel.of(params.path("level").asString(""));
                } catch (IllegalArgumentException e) {
                    throw new RpcException(JsonRpcError.INVALID_PARAMS, String.valueOf(e.getMessage()));
                }
                reply(id, method, ServerMessages.object(), false);
            }
            case Methods.RESOURCES_SUBSCRIBE -> {
                notices.watch(params.path("uri").asString(""));
                reply(id, method, ServerMessages.object(), false);
            }
            case Methods.RESOURCES_UNSUBSCRIBE -> {
                notices.unwatch(params.path("uri").asString(""));
                reply(id, method, ServerMessages.object(), false);
            }
            default -> throw new RpcException(JsonRpcError.METHOD_NOT_FOUND, UNKNOWN_METHOD);
        }
    }

    /** "Otherwise, the server MUST respond with another protocol version it supports" (2025-11-25: basic/lifecycle). */
    private String chosen(String wanted) {
        List<String> legacy = model.revisions().stream()
                .filter(known -> !known.equals(ServerModel.MODERN))
                .toList();
        if (legacy.isEmpty()) {
            throw RpcException.unsupportedVersion(model.revisions(), wanted);
        }
        return legacy.contains(wanted) ? wanted : legacy.get(0);
    }

    // calls

    private void call(String method, JsonNode id, JsonNode request, boolean modern) {
        JsonNode params = request.path("params");
        RunningCall before = suspended.remove(params.path("requestState").asString(""));
        if (before != null) {
            running.put(id, before);
            before.resume(request);
            return;
        }
        Function<ServerCall, ? extends Mono<?>> handler = model.handler(method, params, modern);
        // in the table before it runs: it may answer, or be cancelled, while it is being subscribed
        RunningCall call = new RunningCall(this, request, modern, "call-" + ids.incrementAndGet());
        running.put(id, call);
        call.start(handler);
    }

    /** A call is over; one that was cancelled is not answered. */
    void ended(JsonNode request, @Nullable JsonNode result, @Nullable JsonRpcError error, boolean modern) {
        JsonNode id = request.path("id");
        if (running.remove(id) == null) {
            return;
        }
        if (error != null) {
            send(ServerMessages.error(id, error));
        } else if (result instanceof ObjectNode object) {
            reply(id, request.path("method").asString(""), object, modern);
        }
    }

    /** A round is over, and the client is to answer the questions of the result. */
    void suspended(JsonNode request, ObjectNode result, String state, RunningCall call) {
        suspended.put(state, call);
        if (running.remove(request.path("id")) != null) {
            send(ServerMessages.result(request.path("id"), result));
        } else {
            suspended.remove(state);
        }
    }

    /** "The result MUST include a resultType field"; "Servers MUST include caching hints" (2026-07-28). */
    private void reply(JsonNode id, String method, ObjectNode result, boolean modern) {
        if (modern) {
            if (!result.has("resultType")) {
                result.put("resultType", "complete");
            }
            boolean cacheable = method.equals(Methods.DISCOVER)
                    || method.equals(Methods.RESOURCES_READ)
                    || ListKind.ofMethod(method) != null;
            if (cacheable && !result.has("ttlMs")) {
                result.put("ttlMs", 0).put("cacheScope", "private");
            }
        }
        send(ServerMessages.result(id, result));
    }

    // log messages

    /** From which level on the client wants log messages of a request; null for none. */
    @Nullable
    LogLevel logLevel(JsonNode request, boolean modern) {
        if (!modern) {
            return level;
        }
        JsonNode wanted = ServerMessages.meta(request, "logLevel");
        return wanted.isMissingNode() ? null : LogLevel.of(wanted.asString());
    }

    void sendLog(LogLevel of, @Nullable String logger, Object data) {
        ObjectNode params = ServerMessages.object().put("level", of.wire());
        if (logger != null) {
            params.put("logger", logger);
        }
        params.set("data", McpJson.mapper().valueToTree(data));
        send(ServerMessages.notification(Methods.MESSAGE, params));
    }

    /** Log messages of no request, which the modern era does not have. */
    void log(LogLevel of, @Nullable String logger, Object data) {
        if (notices.isReady() && of.compareTo(level) >= 0) {
            sendLog(of, logger, data);
        }
    }
}
