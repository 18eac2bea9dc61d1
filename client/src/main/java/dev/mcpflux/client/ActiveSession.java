package dev.mcpflux.client;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.PageResult;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An open session: the operations of the protocol, over one connection, in one revision. */
final class ActiveSession {

    private final PeerInfo peer;
    private final SessionOptions options;
    private final Mono<Termination> ended;
    private final Deadlines deadlines;
    private final RequestSender requests;
    private final ResultCache cache;
    private final PagedLists pages;
    private final ToolRegistry tools;
    private final UndeclaredLists undeclared;
    private final Notices notices;
    private final Era era;
    private final ToolCalls toolCalls;
    private final Disposable.Composite running = Disposables.composite();

    ActiveSession(
            Connection connection,
            PeerInfo peer,
            SessionOptions options,
            String server,
            EventSink<SessionEvent> events,
            Mono<Termination> ended) {
        this.peer = peer;
        this.options = options;
        this.ended = ended;
        Dialect dialect = Dialect.of(peer.revision(), options);
        InputHandlers handlers = new InputHandlers(server, options);
        this.deadlines = new Deadlines(options.timer());
        ServerRequests peerRequests = new ServerRequests(server, handlers, connection, deadlines::now);
        deadlines.watch(peerRequests);
        this.requests = new RequestSender(
                server, connection, dialect, options, handlers, deadlines, peerRequests::busyUntil, ended);
        this.cache = new ResultCache(options.timer(), options.maxCachedResults(), options.maxCachedBytes());
        this.pages = new PagedLists(requests, cache, this::listRead, events::emit);
        this.undeclared = new UndeclaredLists(server);
        this.tools = new ToolRegistry(requests, pages, LegacyEra.runsTasks(peer));
        this.notices = new Notices(events, cache, tools);
        this.era = dialect.era(new Era.Parts(peer, options, requests, peerRequests, cache, notices, ended, running));
        this.toolCalls = new ToolCalls(requests, tools, era.tasks());
    }

    private void listRead(String method) {
        era.listRead(method);
    }

    PeerInfo peer() {
        return peer;
    }

    Era era() {
        return era;
    }

    /** The number of calls in progress. An exchange that only listens is not one; a task between two polls is one. */
    int calls(int exchanges) {
        return Math.max(0, exchanges - era.listeningExchanges()) + requests.work();
    }

    /** Starts the background work of the session and sends its notifications; {@link #end} ends it. */
    Mono<Void> begin() {
        // answers of handlers are useless once the server is gone
        running.add(ended.subscribe(end -> running.dispose()));
        era.begin();
        return era.introduce();
    }

    void end() {
        running.dispose();
        notices.complete();
        deadlines.rest();
    }

    /** The session of a caller has ended, so changes for this caller are no longer reported. */
    void forget(Caller caller) {
        tools.forget(caller);
    }

    /**
     * Handles a notification of the server.
     *
     * @param caller the caller whose session received it; null for the shared session
     */
    void onEvent(SessionEvent event, @Nullable Caller caller) {
        notices.report(event, caller);
    }

    Flux<Tool> listTools(Caller caller, RequestOptions options) {
        return list(
                capabilities().tools() != null,
                Methods.TOOLS_LIST,
                ListToolsResult.class,
                options,
                (page, bytes) -> tools.seen(caller, page, bytes));
    }

    /** A list that the server declares, or may have without declaring it. */
    private <T, P extends PageResult<T>> Flux<T> list(
            boolean declared, String method, Class<P> type, RequestOptions options, PagedLists.Seen<? super P> seen) {
        return declared
                ? pages.all(method, type, options, seen)
                : undeclared.ask(method, options, patience -> pages.all(method, type, patience, seen));
    }

    Mono<ListToolsResult> toolsPage(Caller caller, @Nullable String cursor, RequestOptions options) {
        return pages.page(
                Methods.TOOLS_LIST,
                cursor,
                ListToolsResult.class,
                options,
                (page, bytes) -> tools.seen(caller, page, bytes));
    }

    Flux<Prompts.Prompt> listPrompts(RequestOptions options) {
        return list(
                capabilities().prompts() != null,
                Methods.PROMPTS_LIST,
                Prompts.ListPromptsResult.class,
                options,
                (page, bytes) -> {});
    }

    Flux<Resources.Resource> listResources(RequestOptions options) {
        return list(
                capabilities().resources() != null,
                Methods.RESOURCES_LIST,
                Resources.ListResourcesResult.class,
                options,
                (page, bytes) -> {});
    }

    Flux<Resources.ResourceTemplate> listResourceTemplates(RequestOptions options) {
        return list(
                        capabilities().resources() != null,
                        Methods.RESOURCE_TEMPLATES_LIST,
                        Resources.ListResourceTemplatesResult.class,
                        options,
                        (page, bytes) -> {})
                // no capability declares resource templates
                .onErrorResume(UndeclaredLists::unknown, e -> Flux.empty());
    }

    ToolCalls toolCalls() {
        return toolCalls;
    }

    Flux<ToolSignal> resumeTask(String taskId, RequestOptions options) {
        return requests.within(options, Methods.TASKS_GET, era.tasks().resume(taskId, options));
    }

    Mono<Tasks.Task> getTask(String taskId) {
        return era.tasks().get(taskId, options.request());
    }

    Mono<Void> cancelTask(String taskId) {
        return era.tasks().cancel(taskId, options.request());
    }

    Flux<Tasks.Task> listTasks() {
        return era.listsTasks()
                ? pages.all(Methods.TASKS_LIST, Tasks.ListTasksResult.class, options.request(), (page, bytes) -> {})
                : Flux.empty();
    }

    Mono<Prompts.GetPromptResult> getPrompt(String prompt, Map<String, String> arguments, RequestOptions options) {
        Map<String, String> given = arguments.isEmpty() ? null : Map.copyOf(arguments);
        return requests.ask(
                new RequestSender.Question<>(
                        Methods.PROMPTS_GET,
                        RequestEffect.READS,
                        new Prompts.GetPromptParams(prompt, given, null, null, null),
                        RoundResult.Prompt.class),
                options,
                atOnce -> {},
                null);
    }

    Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options) {
        return cache.findOrAsk(
                Methods.RESOURCES_READ,
                uri,
                Resources.ReadResourceResult.class,
                options.cache(),
                keeper -> requests.ask(
                        new RequestSender.Question<>(
                                Methods.RESOURCES_READ,
                                RequestEffect.READS,
                                new Resources.ReadResourceParams(uri, null, null, null),
                                RoundResult.Read.class),
                        options,
                        result -> keeper.keep(result.ttlMs(), result.cacheScope(), result),
                        null));
    }

    Mono<Completions.Completion> complete(
            Completions.CompletionReference reference, String argument, String value, Map<String, String> resolved) {
        ProtocolRevision revision = peer.revision();
        // the capability is declared since 2025-03-26
        if (capabilities().completions() == null && revision != ProtocolRevision.V2024_11_05) {
            return Mono.just(Completions.Completion.NONE);
        }
        Completions.CompletionContext context =
                resolved.isEmpty() || revision.compareTo(ProtocolRevision.V2025_06_18) < 0
                        ? null
                        : new Completions.CompletionContext(Map.copyOf(resolved));
        return requests.ask(
                        Methods.COMPLETE,
                        RequestEffect.MAY_ACT,
                        new Completions.CompleteParams(
                                reference, new Completions.CompletionArgument(argument, value), context, null),
                        Completions.CompleteResult.class,
                        options.request())
                .map(result -> result.completion() == null ? Completions.Completion.NONE : result.completion());
    }

    private ServerCapabilities capabilities() {
        return peer.capabilities();
    }
}
