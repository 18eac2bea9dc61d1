package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

/** What the servers of a host offer: their lists, and the ways from names and URIs to their sessions. */
abstract sealed class HostCatalogue implements HostOperations permits McpHost {

    private final Map<String, ServerHandle> servers;
    private final HostEvents events;
    private final Catalogue<CatalogueTool> tools;
    private final Catalogue<CataloguePrompt> prompts;
    private final CatalogueLists<CatalogueResource> resources;
    private final CatalogueLists<CatalogueTemplate> templates;
    private final ResourceRoutes resourceRoutes;

    HostCatalogue(Map<String, ServerHandle> servers, HostEvents events) {
        this.servers = servers;
        this.events = events;
        this.tools = new Catalogue<>(lists(
                ListKind.TOOLS, (server, session) -> session.listTools().map(one -> CatalogueTool.of(server, one))));
        this.prompts = new Catalogue<>(lists(
                ListKind.PROMPTS,
                (server, session) -> session.listPrompts().map(one -> CataloguePrompt.of(server, one))));
        this.resources = lists(
                ListKind.RESOURCES,
                (server, session) -> session.listResources().map(one -> new CatalogueResource(server, one)));
        this.templates = lists(
                ListKind.RESOURCE_TEMPLATES,
                (server, session) -> session.listResourceTemplates().map(one -> new CatalogueTemplate(server, one)));
        this.resourceRoutes = new ResourceRoutes(servers, resources, templates);
    }

    private <E extends CatalogueEntry> CatalogueLists<E> lists(
            ListKind kind, BiFunction<String, McpSession, Flux<E>> elements) {
        return new CatalogueLists<>(kind, servers.values(), events, elements);
    }

    /** The servers, in the order of the configuration. */
    final Collection<ServerHandle> handles() {
        return servers.values();
    }

    @Override
    public ServerHandle server(String name) {
        ServerHandle server = servers.get(name);
        if (server == null) {
            throw new McpConfigurationException(
                    null, "no server is called '" + name + "'; there is " + String.join(", ", servers.keySet()));
        }
        return server;
    }

    /** As {@link #server}, when it is subscribed. */
    final Mono<ServerHandle> found(String name) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            return Mono.just(server(name));
        });
    }

    @Override
    public Flux<CatalogueTool> tools() {
        return tools.entries();
    }

    @Override
    public Mono<CatalogueTool> tool(String name) {
        return tools.entry(name);
    }

    @Override
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments) {
        return tools.with(name, (session, tool) -> session.callTool(tool, arguments));
    }

    @Override
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments, RequestOptions options) {
        return tools.with(name, (session, tool) -> session.callTool(tool, arguments, options));
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type) {
        return tools.with(name, (session, tool) -> session.callToolAs(tool, arguments, type));
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type, RequestOptions options) {
        return tools.with(name, (session, tool) -> session.callToolAs(tool, arguments, type, options));
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, TypeReference<T> type) {
        return tools.with(name, (session, tool) -> session.callToolAs(tool, arguments, type));
    }

    @Override
    public <T> Mono<T> callToolAs(
            String name, @Nullable Object arguments, TypeReference<T> type, RequestOptions options) {
        return tools.with(name, (session, tool) -> session.callToolAs(tool, arguments, type, options));
    }

    @Override
    public Flux<ToolSignal> streamTool(String name, @Nullable Object arguments) {
        return tools.withMany(name, (session, tool) -> session.streamTool(tool, arguments));
    }

    @Override
    public Flux<ToolSignal> streamTool(String name, @Nullable Object arguments, RequestOptions options) {
        return tools.withMany(name, (session, tool) -> session.streamTool(tool, arguments, options));
    }

    @Override
    public Flux<ToolSignal> resumeTask(String server, String taskId) {
        return found(server).flatMapMany(handle -> handle.use(session -> session.resumeTask(taskId)));
    }

    @Override
    public Flux<ToolSignal> resumeTask(String server, String taskId, RequestOptions options) {
        return found(server).flatMapMany(handle -> handle.use(session -> session.resumeTask(taskId, options)));
    }

    @Override
    public Flux<CataloguePrompt> prompts() {
        return prompts.entries();
    }

    @Override
    public Mono<CataloguePrompt> prompt(String name) {
        return prompts.entry(name);
    }

    @Override
    public Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments) {
        return prompts.with(name, (session, prompt) -> session.getPrompt(prompt, arguments));
    }

    @Override
    public Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments, RequestOptions options) {
        return prompts.with(name, (session, prompt) -> session.getPrompt(prompt, arguments, options));
    }

    @Override
    public Flux<CatalogueResource> resources() {
        return resources.entries();
    }

    @Override
    public Flux<CatalogueTemplate> resourceTemplates() {
        return templates.entries();
    }

    @Override
    public Mono<Resources.ReadResourceResult> readResource(String uri) {
        return resourceRoutes.with(uri, session -> session.readResource(uri));
    }

    @Override
    public Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options) {
        return resourceRoutes.with(uri, session -> session.readResource(uri, options));
    }
}
