package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.Catalogue.Route;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.filter.Approval;
import dev.mcpflux.host.filter.ApprovalQuestion;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.HostSignal;
import dev.mcpflux.host.server.ServerHandle;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

/** What the servers of a host offer: their lists, and the ways from names and URIs to their sessions. */
abstract sealed class HostCatalogue implements HostOperations permits McpHost {

    private final ServerRegistry servers;
    private final HostEvents events;
    private final @Nullable ListCache cache;
    private final Catalogue<CatalogueTool> tools;
    private final Catalogue<CataloguePrompt> prompts;
    private final CatalogueLists<CatalogueResource> resources;
    private final CatalogueLists<CatalogueTemplate> templates;
    private final ResourceRoutes resourceRoutes;
    private final @Nullable FilterChain filters;

    /** Without filters of the application, for calls that the configuration of their server decides about. */
    private volatile @Nullable FilterChain policiesOnly;

    private final @Nullable Function<ApprovalQuestion, Mono<Approval>> approver;

    HostCatalogue(
            ServerRegistry servers,
            HostEvents events,
            List<HostFilter> filters,
            @Nullable Function<ApprovalQuestion, Mono<Approval>> approver,
            @Nullable ListCache cache) {
        this.cache = cache;
        this.approver = approver;
        this.servers = servers;
        this.events = events;
        this.tools = new Catalogue<>(lists(
                ListKind.TOOLS,
                CatalogueTool.class,
                (server, session) -> session.listTools().map(one -> CatalogueTool.of(server, one))));
        this.prompts = new Catalogue<>(lists(
                ListKind.PROMPTS,
                CataloguePrompt.class,
                (server, session) -> session.listPrompts().map(one -> CataloguePrompt.of(server, one))));
        this.resources = lists(
                ListKind.RESOURCES,
                CatalogueResource.class,
                (server, session) -> session.listResources().map(one -> new CatalogueResource(server, one)));
        this.templates = lists(
                ListKind.RESOURCE_TEMPLATES,
                CatalogueTemplate.class,
                (server, session) -> session.listResourceTemplates().map(one -> new CatalogueTemplate(server, one)));
        this.resourceRoutes = new ResourceRoutes(servers, resources, templates);
        this.filters = filters.isEmpty() ? null : chain(filters);
    }

    private FilterChain chain(List<HostFilter> all) {
        return new FilterChain(
                all,
                this::make,
                call -> tools.entryAt(call.server(), call.tool()),
                server -> tools.lists().policy(server),
                servers,
                events);
    }

    /** The filters, and behind them what is configured for servers. */
    private FilterChain chain() {
        FilterChain known = filters == null ? policiesOnly : filters;
        if (known == null) {
            // several at the same time keep nothing of their own
            policiesOnly = known = chain(List.of());
        }
        return known;
    }

    private <E extends CatalogueEntry> CatalogueLists<E> lists(
            ListKind kind, Class<E> type, BiFunction<String, McpSession, Flux<E>> elements) {
        return new CatalogueLists<>(kind, type, cache, servers, events, approver, elements);
    }

    /** The servers, in the order of the configuration. */
    final ServerRegistry registry() {
        return servers;
    }

    /**
     * What one server offers of a kind, as this host lists it; the other servers are not waited for.
     *
     * @return completes with the list; one that cannot be read is empty, as in the lists of all servers. Fails if there is no such
     *     server. <em>Cancellation</em> cancels the requests.
     */
    public final Flux<CatalogueEntry> entriesOf(String server, ListKind kind) {
        return found(server).thenMany(Flux.defer(() -> switch (kind) {
            case TOOLS -> entriesOf(server, tools.lists(), CatalogueTool.class);
            case PROMPTS -> entriesOf(server, prompts.lists(), CataloguePrompt.class);
            case RESOURCES -> entriesOf(server, resources, CatalogueResource.class);
            case RESOURCE_TEMPLATES -> entriesOf(server, templates, CatalogueTemplate.class);
        }));
    }

    private <E extends CatalogueEntry> Flux<CatalogueEntry> entriesOf(
            String server, CatalogueLists<E> lists, Class<E> type) {
        // filters may leave entries out, and see all servers at once
        Flux<E> entries = filters == null
                ? lists.entriesOf(server)
                : entries(lists, type).filter(entry -> entry.server().equals(server));
        return entries.cast(CatalogueEntry.class);
    }

    /** As {@link McpHost#catalogueChanges()}. */
    final Flux<CatalogueChange> changesOfLists() {
        return new CatalogueChanges(List.of(tools.lists(), prompts.lists(), resources, templates), events).changes();
    }

    @Override
    public ServerHandle server(String name) {
        return servers.get(name).handle();
    }

    /** As {@link #server}, when it is subscribed. */
    final Mono<ServerHandle> found(String name) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            return Mono.just(server(name));
        });
    }

    // -- through the filters, where there are any

    private <E extends CatalogueEntry> Flux<E> entries(CatalogueLists<E> lists, Class<E> type) {
        return filters == null
                ? lists.entries()
                : filters.run(new HostCall.ListEntries(lists.kind()))
                        .ofType(HostSignal.Entry.class)
                        .map(HostSignal.Entry::entry)
                        .ofType(type);
    }

    private Mono<CallToolResult> call(String name, @Nullable Object arguments, @Nullable RequestOptions options) {
        return filters == null
                ? tools.with(name, (session, route) -> made(session, route, arguments, options))
                : tools.route(name).flatMap(route -> filtered(filters, route, arguments, options));
    }

    private Mono<CallToolResult> made(
            @Nullable McpSession session, Route route, @Nullable Object arguments, @Nullable RequestOptions options) {
        return session == null
                ? filtered(chain(), route, arguments, options)
                : HostCalls.call(session, route, arguments, options);
    }

    private static Mono<CallToolResult> filtered(
            FilterChain filters, Route route, @Nullable Object arguments, @Nullable RequestOptions options) {
        return filters.one(HostCalls.toolCall(route, arguments, options, false), HostSignal.ToolResult.class)
                .map(HostSignal.ToolResult::result);
    }

    private <T> Mono<T> callAs(
            String name,
            @Nullable Object arguments,
            @Nullable RequestOptions options,
            BiFunction<Route, CallToolResult, T> bind) {
        return filters == null
                ? tools.with(
                        name,
                        (session, route) ->
                                made(session, route, arguments, options).map(result -> bind.apply(route, result)))
                : tools.route(name)
                        .flatMap(route ->
                                filtered(filters, route, arguments, options).map(result -> bind.apply(route, result)));
    }

    private Flux<ToolSignal> stream(String name, @Nullable Object arguments, @Nullable RequestOptions options) {
        return filters == null
                ? tools.withMany(
                        name,
                        (session, route) -> session == null
                                ? filteredStream(chain(), route, arguments, options)
                                : HostCalls.stream(session, route, arguments, options))
                : tools.route(name).flatMapMany(route -> filteredStream(filters, route, arguments, options));
    }

    private static Flux<ToolSignal> filteredStream(
            FilterChain filters, Route route, @Nullable Object arguments, @Nullable RequestOptions options) {
        return filters.run(HostCalls.toolCall(route, arguments, options, true)).handle(HostCalls::toolSignal);
    }

    private Flux<ToolSignal> resume(String server, String taskId, @Nullable RequestOptions options) {
        HostCall.ResumeTask call = new HostCall.ResumeTask(server, taskId, options);
        return found(server)
                .flatMapMany(handle -> filters == null && tools.lists().policy(servers.get(server)) == null
                        ? handle.use(session -> HostCalls.resume(session, call))
                        : chain().run(call).handle(HostCalls::toolSignal));
    }

    private Mono<Prompts.GetPromptResult> prompt(
            String name, Map<String, String> arguments, @Nullable RequestOptions options) {
        return filters == null
                ? prompts.with(
                        name,
                        (session, route) ->
                                HostCalls.prompt(Objects.requireNonNull(session), route.name(), arguments, options))
                : prompts.route(name)
                        .flatMap(route -> filters.one(
                                new HostCall.GetPrompt(route.server().name(), route.name(), arguments, options),
                                HostSignal.PromptResult.class))
                        .map(HostSignal.PromptResult::result);
    }

    private Mono<Resources.ReadResourceResult> read(String uri, @Nullable RequestOptions options) {
        if (filters == null) {
            return resourceRoutes.with(uri, session -> HostCalls.read(session, uri, options));
        }
        Mono<HostSignal.ResourceResult> result = uri.startsWith(HostCall.ReadResource.HOST_SCHEME)
                ? filters.one(new HostCall.ReadResource("", uri, options), HostSignal.ResourceResult.class)
                : resourceRoutes.at(
                        uri,
                        server -> filters.one(
                                new HostCall.ReadResource(server.name(), uri, options),
                                HostSignal.ResourceResult.class));
        return result.map(HostSignal.ResourceResult::result);
    }

    // -- as the host offers them

    @Override
    public Flux<CatalogueTool> tools() {
        return entries(tools.lists(), CatalogueTool.class);
    }

    @Override
    public Mono<CatalogueTool> tool(String name) {
        return tools.entry(name);
    }

    @Override
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments) {
        return call(name, arguments, null);
    }

    @Override
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments, RequestOptions options) {
        return call(name, arguments, options);
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type) {
        return callAs(name, arguments, null, (route, result) -> HostCalls.bind(route, result, type));
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, Class<T> type, RequestOptions options) {
        return callAs(name, arguments, options, (route, result) -> HostCalls.bind(route, result, type));
    }

    @Override
    public <T> Mono<T> callToolAs(String name, @Nullable Object arguments, TypeReference<T> type) {
        return callAs(name, arguments, null, (route, result) -> HostCalls.bind(route, result, type));
    }

    @Override
    public <T> Mono<T> callToolAs(
            String name, @Nullable Object arguments, TypeReference<T> type, RequestOptions options) {
        return callAs(name, arguments, options, (route, result) -> HostCalls.bind(route, result, type));
    }

    @Override
    public Flux<ToolSignal> streamTool(String name, @Nullable Object arguments) {
        return stream(name, arguments, null);
    }

    @Override
    public Flux<ToolSignal> streamTool(String name, @Nullable Object arguments, RequestOptions options) {
        return stream(name, arguments, options);
    }

    @Override
    public Flux<ToolSignal> resumeTask(String server, String taskId) {
        return resume(server, taskId, null);
    }

    @Override
    public Flux<ToolSignal> resumeTask(String server, String taskId, RequestOptions options) {
        return resume(server, taskId, options);
    }

    @Override
    public Flux<CataloguePrompt> prompts() {
        return entries(prompts.lists(), CataloguePrompt.class);
    }

    @Override
    public Mono<CataloguePrompt> prompt(String name) {
        return prompts.entry(name);
    }

    @Override
    public Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments) {
        return prompt(name, arguments, null);
    }

    @Override
    public Mono<Prompts.GetPromptResult> getPrompt(String name, Map<String, String> arguments, RequestOptions options) {
        return prompt(name, arguments, options);
    }

    @Override
    public Flux<CatalogueResource> resources() {
        return entries(resources, CatalogueResource.class);
    }

    @Override
    public Flux<CatalogueTemplate> resourceTemplates() {
        return entries(templates, CatalogueTemplate.class);
    }

    @Override
    public Mono<Resources.ReadResourceResult> readResource(String uri) {
        return read(uri, null);
    }

    @Override
    public Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options) {
        return read(uri, options);
    }

    @Override
    public Mono<Completions.Completion> complete(
            String server,
            Completions.CompletionReference reference,
            String argument,
            String value,
            Map<String, String> resolved) {
        HostCall.Complete call = new HostCall.Complete(server, reference, argument, value, resolved);
        return found(server)
                .flatMap(handle -> filters == null
                        ? handle.useOne(session -> HostCalls.complete(session, call))
                        : filters.one(call, HostSignal.CompletionResult.class)
                                .map(HostSignal.CompletionResult::result));
    }

    /** As {@link McpHost#listen}. */
    final Flux<ListenSignal> changesOf(String server, Subscriptions.SubscriptionFilter wanted) {
        return Flux.defer(() -> filters == null
                ? HostSubscription.listen(servers.get(server), wanted)
                : filters.run(new HostCall.Listen(server, wanted))
                        .ofType(HostSignal.Listening.class)
                        .map(HostSignal.Listening::signal));
    }

    /** What stands behind the last filter. */
    private Flux<HostSignal> make(HostCall call) {
        if (call instanceof HostCall.ListEntries list) {
            return lists(list.kind()).entries().map(HostSignal.Entry::new);
        }
        if (call.server().isEmpty()) {
            return Flux.error(ResourceRoutes.unknown(call.subject()));
        }
        return HostCalls.make(servers.get(call.server()), call);
    }

    private CatalogueLists<? extends CatalogueEntry> lists(ListKind kind) {
        return switch (kind) {
            case TOOLS -> tools.lists();
            case PROMPTS -> prompts.lists();
            case RESOURCES -> resources;
            case RESOURCE_TEMPLATES -> templates;
        };
    }
}
