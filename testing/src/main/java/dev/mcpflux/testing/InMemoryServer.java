package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.Multiplexer;
import dev.mcpflux.transport.Transport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server in memory that answers as often as it is asked, for tests to which the order of messages does not matter; where
 * it does, take {@link ScriptedPeer}.
 *
 * <pre>{@code
 * InMemoryServer server = InMemoryServer.named("weather")
 *         .tool("lookup", arguments -> "sunny in " + arguments.path("city").asString())
 *         .handle("slow", call -> Mono.never());
 * }</pre>
 *
 * <p>It speaks the newest legacy revision, serves any number of connections, and answers on the thread that sent the
 * request, or on the one on which a tool's {@code Mono} emits. Name its tools before it is used.
 */
public final class InMemoryServer {

    private final String name;
    private final Map<String, Function<Call, Mono<CallToolResult>>> tools = new LinkedHashMap<>();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private InMemoryServer(String name) {
        this.name = name;
    }

    /** A server without tools yet. */
    public static InMemoryServer named(String name) {
        return new InMemoryServer(name);
    }

    /**
     * Offers a tool that answers with a text.
     *
     * @param answer is given the arguments, a missing node where there are none; what it throws becomes a tool error
     */
    public InMemoryServer tool(String tool, Function<JsonNode, String> answer) {
        return handle(tool, call -> Mono.fromSupplier(() -> text(answer.apply(call.arguments()))));
    }

    /**
     * Offers a tool.
     *
     * @param handler makes the answer: subscribed once a call; an error becomes a tool error, completion without a value
     *     a result without content. <em>Cancellation</em>: it is cancelled when the client cancels the call or goes away,
     *     and the call is then not answered.
     */
    public InMemoryServer handle(String tool, Function<Call, Mono<CallToolResult>> handler) {
        tools.put(tool, handler);
        return this;
    }

    /** A result that says this. */
    public static CallToolResult text(String text) {
        return new CallToolResult(List.of(new Content.Text(text)), null, null, null);
    }

    /** The way to this server; each connection is one of its own. */
    public Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(name, events -> new Link().connection);
            }
        };
    }

    /** How many clients have said something and are still connected. */
    public int connections() {
        return links.size();
    }

    /** One call of a tool. */
    public static final class Call {
        private final Link link;
        private final JsonNode request;

        private Call(Link link, JsonNode request) {
            this.link = link;
            this.request = request;
        }

        /** The arguments; a missing node where there are none. */
        public JsonNode arguments() {
            return request.path("params").path("arguments");
        }

        /** Tells the client how far the call is, if it asked for that. */
        public void progress(double progress, double total) {
            JsonNode token = request.path("params").path("_meta").path("progressToken");
            if (!token.isMissingNode()) {
                ObjectNode params = McpJson.mapper().createObjectNode();
                params.set("progressToken", token);
                params.put("progress", progress).put("total", total);
                ObjectNode message = message();
                message.put("method", Methods.PROGRESS).set("params", params);
                link.send(message);
            }
        }

        /** The ids of the requests that this client has cancelled so far, in order. */
        public List<String> cancelled() {
            return List.copyOf(link.cancelled);
        }

        /** Goes away, as a process that crashes: the client loses the connection. */
        public void disconnect() {
            link.connection.lose("the server went away");
        }
    }

    private static ObjectNode message() {
        return McpJson.mapper().createObjectNode().put("jsonrpc", "2.0");
    }

    /** One connection, seen from the server. */
    private final class Link {
        private final InMemoryConnection connection = new InMemoryConnection(name, this::receive);
        private final Map<JsonNode, Disposable> running = new ConcurrentHashMap<>();
        private final List<String> cancelled = new CopyOnWriteArrayList<>();

        private void receive(JsonNode message) {
            if (links.add(this)) {
                // owns what runs for this client: all of it ends with the connection
                connection.onTermination().subscribe(end -> {
                    links.remove(this);
                    running.values().forEach(Disposable::dispose);
                    running.clear();
                });
            }
            JsonNode id = message.path("id");
            switch (message.path("method").asString("")) {
                case Methods.INITIALIZE -> result(id, initialized());
                case Methods.TOOLS_LIST -> result(id, list());
                case Methods.TOOLS_CALL -> call(id, message);
                case Methods.PING -> result(id, McpJson.mapper().createObjectNode());
                case Methods.CANCELLED -> cancel(message.path("params").path("requestId"));
                default -> {
                    if (message.has("method") && message.has("id")) {
                        error(id, JsonRpcError.METHOD_NOT_FOUND, "Method not found");
                    }
                }
            }
        }

        private ObjectNode initialized() {
            ObjectNode result = McpJson.mapper().createObjectNode().put("protocolVersion", "2025-11-25");
            result.putObject("capabilities").putObject("tools");
            result.putObject("serverInfo").put("name", name).put("version", "1");
            return result;
        }

        private ObjectNode list() {
            ObjectNode result = McpJson.mapper().createObjectNode();
            result.putArray("tools");
            tools.keySet()
                    .forEach(tool -> result.withArray("tools")
                            .addObject()
                            .put("name", tool)
                            .putObject("inputSchema")
                            .put("type", "object"));
            return result;
        }

        private void call(JsonNode id, JsonNode request) {
            String tool = request.path("params").path("name").asString("");
            Function<Call, Mono<CallToolResult>> handler = tools.get(tool);
            if (handler == null) {
                error(id, JsonRpcError.INVALID_PARAMS, "Unknown tool: " + tool);
                return;
            }
            // in the table before it runs: it may answer, or be cancelled, while it is being subscribed
            Disposable.Swap slot = Disposables.swap();
            running.put(id, slot);
            slot.update(Mono.defer(() -> handler.apply(new Call(this, request)))
                    .defaultIfEmpty(new CallToolResult(List.of(), null, null, null))
                    .onErrorResume(e -> Mono.just(failed(e)))
                    .subscribe(result -> {
                        if (running.remove(id) != null) {
                            result(id, result);
                        }
                    }));
        }

        private CallToolResult failed(Throwable e) {
            return new CallToolResult(List.of(new Content.Text(String.valueOf(e.getMessage()))), null, true, null);
        }

        private void cancel(JsonNode id) {
            cancelled.add(id.asString(""));
            Disposable call = running.remove(id);
            if (call != null) {
                call.dispose();
            }
        }

        private void result(JsonNode id, @Nullable Object result) {
            ObjectNode message = message();
            message.set("id", id);
            message.set("result", McpJson.mapper().valueToTree(result));
            send(message);
        }

        private void error(JsonNode id, int code, String text) {
            ObjectNode message = message();
            message.set("id", id);
            message.putObject("error").put("code", code).put("message", text);
            send(message);
        }

        private void send(ObjectNode message) {
            connection.emit(McpJson.mapper().writeValueAsBytes(message));
        }
    }
}
