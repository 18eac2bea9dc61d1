package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Role;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.uri.UriTemplate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * A server in memory with everything that a server can have: tools, prompts, resources, templates, completion, log messages,
 * changes at run time, questions to the client, and errors. Where the order of messages matters, use {@link ScriptedPeer}.
 *
 * <pre>{@code
 * InMemoryServer server = InMemoryServer.named("weather")
 *         .tool("lookup", arguments -> "sunny in " + arguments.path("city").asString())
 *         .handle("ask", call -> call.elicit("Which city?", "city").map(answer -> InMemoryServer.text("…")))
 *         .resource("weather://lisbon", "sunny");
 * HostConfig config = HostConfig.of(server.transport());
 * }</pre>
 *
 * <p>It speaks all revisions of the protocol, and so both eras, unless {@link #revisions} restricts it. It serves any number of
 * connections, and answers on the thread that sent the request, or on the one on which a handler emits. What it offers may
 * change at any time: clients are notified as the specification says.
 *
 * <p>A <em>handler</em> is subscribed once for each call, and again for none of the rounds of a call. Completion without a
 * value is an empty result. An error becomes a tool error, or for prompts and resources an internal error of JSON-RPC; {@link
 * #rpcError} makes errors with a code. It is cancelled when the client cancels the call or goes away, and the call is then
 * not answered.
 */
public final class InMemoryServer {

    private final ServerModel model;
    private final Set<ServerLink> links = ConcurrentHashMap.newKeySet();

    private InMemoryServer(String name) {
        this.model = new ServerModel(name);
    }

    /** A server that offers nothing yet. */
    public static InMemoryServer named(String name) {
        return new InMemoryServer(name);
    }

    /** Speaks these revisions only, such as {@code "2025-06-18"}; takes effect for new connections. */
    public InMemoryServer revisions(String... revisions) {
        model.revisions(List.of(revisions));
        return this;
    }

    /** Tells clients how it wants to be used. */
    public InMemoryServer instructions(String text) {
        model.instructions(text);
        return this;
    }

    /** Answers requests for lists in pages of so many elements. */
    public InMemoryServer pageSize(int elements) {
        model.pageSize(elements);
        return this;
    }

    // tools

    /** Offers a tool that answers with a text; the function receives the arguments, or a missing node. */
    public InMemoryServer tool(String tool, Function<JsonNode, String> answer) {
        return handle(tool, call -> Mono.fromSupplier(() -> text(answer.apply(call.arguments()))));
    }

    /** Offers a tool that takes any arguments. */
    public InMemoryServer handle(String tool, Function<ServerCall, Mono<CallToolResult>> handler) {
        JsonNode anything = ServerMessages.object().put("type", "object");
        return handle(new Tool(tool, null, null, anything, null, null, null, null, null), handler);
    }

    /** Offers a tool with a description, schemas and annotations. */
    public InMemoryServer handle(Tool tool, Function<ServerCall, Mono<CallToolResult>> handler) {
        return put(ListKind.TOOLS, tool.name(), tool, handler);
    }

    /** Offers the tool no longer. */
    public InMemoryServer removeTool(String tool) {
        return remove(ListKind.TOOLS, tool);
    }

    // prompts

    /** Offers a prompt of one message of the user; the function receives the arguments, or a missing node. */
    public InMemoryServer prompt(String prompt, Function<JsonNode, String> text) {
        return handlePrompt(
                new Prompts.Prompt(prompt, null, null, null, null, null),
                call -> Mono.fromSupplier(() -> new Prompts.GetPromptResult(
                        null,
                        List.of(new Prompts.PromptMessage(Role.USER, new Content.Text(text.apply(call.arguments())))),
                        null)));
    }

    /** Offers a prompt with a description and arguments. */
    public InMemoryServer handlePrompt(
            Prompts.Prompt prompt, Function<ServerCall, Mono<Prompts.GetPromptResult>> handler) {
        return put(ListKind.PROMPTS, prompt.name(), prompt, handler);
    }

    /** Offers the prompt no longer. */
    public InMemoryServer removePrompt(String prompt) {
        return remove(ListKind.PROMPTS, prompt);
    }

    // resources

    /** Offers a resource that holds this text. For one that it offers already, clients are notified of the new content. */
    public InMemoryServer resource(String uri, String text) {
        return handleResource(
                new Resources.Resource(uri, uri, null, null, "text/plain", null, null, null, null),
                call -> Mono.just(ServerMessages.contents(uri, text)));
    }

    /** Offers a resource. For one that it offers already, clients are notified of new content. */
    public InMemoryServer handleResource(
            Resources.Resource resource, Function<ServerCall, Mono<Resources.ReadResourceResult>> handler) {
        if (model.has(ListKind.RESOURCES, resource.uri())) {
            model.put(ListKind.RESOURCES, resource.uri(), new ServerModel.Entry(resource, handler));
            return resourceUpdated(resource.uri());
        }
        return put(ListKind.RESOURCES, resource.uri(), resource, handler);
    }

    /** Offers the resource no longer. */
    public InMemoryServer removeResource(String uri) {
        return remove(ListKind.RESOURCES, uri);
    }

    /** Notifies the clients that watch a resource, or a resource of a template, that it has changed. */
    public InMemoryServer resourceUpdated(String uri) {
        links.forEach(link -> link.notices().resourceUpdated(uri));
        return this;
    }

    /**
     * Offers the resources of a template; the function receives the values of its variables in the URI.
     *
     * @param uriTemplate of RFC 6570
     */
    public InMemoryServer template(String uriTemplate, Function<Map<String, Object>, String> text) {
        UriTemplate parsed = UriTemplate.of(uriTemplate);
        return put(
                ListKind.RESOURCE_TEMPLATES,
                uriTemplate,
                new Resources.ResourceTemplate(uriTemplate, uriTemplate, null, null, "text/plain", null, null, null),
                call -> Mono.fromSupplier(() -> {
                    String uri = call.params().path("uri").asString("");
                    return ServerMessages.contents(
                            uri, text.apply(parsed.match(uri).orElse(Map.of())));
                }));
    }

    /** Completes arguments; the function receives what is to be completed, and returns at most 100 values. */
    public InMemoryServer completion(
            Completions.CompletionReference of, Function<Completions.CompleteParams, List<String>> values) {
        String reference = of.name() == null ? String.valueOf(of.uri()) : of.name();
        model.complete(
                reference,
                call -> Mono.fromSupplier(() -> new Completions.CompleteResult(
                        new Completions.Completion(
                                values.apply(McpJson.bind(call.params(), Completions.CompleteParams.class)),
                                null,
                                null),
                        null,
                        null)));
        return this;
    }

    private InMemoryServer put(
            ListKind kind, String key, Object definition, Function<ServerCall, ? extends Mono<?>> handler) {
        model.put(kind, key, new ServerModel.Entry(definition, handler));
        links.forEach(link -> link.notices().listChanged(kind));
        return this;
    }

    private InMemoryServer remove(ListKind kind, String key) {
        if (model.remove(kind, key)) {
            links.forEach(link -> link.notices().listChanged(kind));
        }
        return this;
    }

    // what goes wrong

    /** Answers requests of this method with an error, until {@link #recover}. */
    public InMemoryServer fail(String method, int code, String message) {
        model.fail(method, new JsonRpcError(code, message));
        return this;
    }

    /** Answers no request of this method, until {@link #recover}. */
    public InMemoryServer ignore(String method) {
        model.ignore(method);
        return this;
    }

    /** Answers requests of this method again. */
    public InMemoryServer recover(String method) {
        model.recover(method);
        return this;
    }

    /** Ends all connections, as a server that crashes. New ones are served as before. */
    public void disconnect() {
        links.forEach(ServerLink::lose);
    }

    // what it sends of itself

    /**
     * Sends a log message to the clients of the legacy era that want its level. In the modern era log messages belong to a
     * request: see {@link ServerCall#log}.
     */
    public void log(LogLevel level, @Nullable String logger, Object data) {
        links.forEach(link -> link.log(level, logger, data));
    }

    /** Ends all {@code subscriptions/listen} of the modern era in order. */
    public void endSubscriptions() {
        links.forEach(link -> link.notices().endSubscriptions());
    }

    // what was received

    /** The transport to this server; each connection is one of its own. */
    public Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return model.name();
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(model.name(), events -> connect().connection());
            }
        };
    }

    ServerLink connect() {
        return new ServerLink(model, links);
    }

    /** How many clients have sent something and are still connected. */
    public int connections() {
        return links.size();
    }

    /** Everything that all clients have sent so far, in order. */
    public List<JsonNode> received() {
        return model.received();
    }

    /** The methods of what all clients have sent so far; {@code response:ID} for a response. */
    public List<String> receivedMethods() {
        return received().stream().map(PeerScript::label).toList();
    }

    // results

    /** A result of one text. */
    public static CallToolResult text(String text) {
        return new CallToolResult(List.of(new Content.Text(text)), null, null, null);
    }

    /** A result with structured content, a record, a map or a tree, and the same as text. */
    public static CallToolResult structured(Object value) {
        JsonNode tree = ServerMessages.tree(value);
        return new CallToolResult(List.of(new Content.Text(tree.toString())), tree, null, null);
    }

    /** A tool error with this text. */
    public static CallToolResult failure(String text) {
        return new CallToolResult(List.of(new Content.Text(text)), null, true, null);
    }

    /** For handlers: an exception that answers the request with an error of JSON-RPC. */
    public static RuntimeException rpcError(int code, String message) {
        return new RpcException(code, message);
    }
}
