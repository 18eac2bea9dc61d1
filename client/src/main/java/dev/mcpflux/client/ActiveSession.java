package dev.mcpflux.client;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Discovery;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Logging;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.PageResult;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.ServerCapabilities;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import reactor.util.retry.Retry;

/** What an open session can do: the operations of the protocol, over one connection, in one revision. */
final class ActiveSession {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);
    private static final Duration LISTEN_AGAIN_AT_MOST = Duration.ofMinutes(1);

    private final String server;
    private final PeerInfo peer;
    private final SessionOptions options;
    private final Connection connection;
    private final EventSink<SessionEvent> events;
    /** The same, with whose session it came by; what listens takes it from here. */
    private final EventSink<Listening.Told> told = new EventSink<>();

    private final Mono<Termination> ended;
    private final Dialect dialect;
    private final Deadlines deadlines;
    private final Requests requests;
    private final PeerRequests peerRequests;
    private final ResultCache cache;
    private final Pages pages;
    private final KnownTools tools;
    private final UndeclaredLists undeclared;
    private final TaskFollower tasks;
    private final Listening listening;
    private final Disposable.Composite running = Disposables.composite();
    private final AtomicInteger own = new AtomicInteger();
    /** What the server tells of now, because it was asked to; null while it does not. */
    private volatile Subscriptions.@Nullable Filter toldOf;

    /** Lists that may have changed without anybody being told. */
    private final Set<SessionEvent.ListChanged.Kind> unheard = ConcurrentHashMap.newKeySet();

    ActiveSession(
            Connection connection,
            PeerInfo peer,
            SessionOptions options,
            String server,
            EventSink<SessionEvent> events,
            Mono<Termination> ended) {
        this.server = server;
        this.peer = peer;
        this.options = options;
        this.connection = connection;
        this.events = events;
        this.ended = ended;
        this.dialect = new Dialect(peer.revision(), options);
        InputHandlers handlers = new InputHandlers(server, options);
        this.deadlines = new Deadlines(options.timer());
        this.peerRequests = new PeerRequests(server, handlers, connection, deadlines::now);
        deadlines.watch(peerRequests);
        this.requests =
                new Requests(server, connection, dialect, options, handlers, deadlines, peerRequests::busyUntil, ended);
        this.cache = new ResultCache(options.timer(), options.maxCachedResults(), options.maxCachedBytes());
        this.pages = new Pages(requests, cache, this::listRead, events::emit);
        this.undeclared = new UndeclaredLists(server);
        this.tools = new KnownTools(requests, pages, runsTasks(peer));
        this.tasks =
                new TaskFollower(requests, EventSink.direct(told.flux()), dialect.modern() || says(peer, "cancel"));
        this.listening = new Listening(requests, peer.capabilities(), EventSink.direct(told.flux()), ended);
    }

    private static boolean runsTasks(PeerInfo peer) {
        return peer.revision() == ProtocolRevision.V2025_11_25
                && peer.capabilities().tasks() != null
                && peer.capabilities().tasks().path("requests").path("tools").has("call");
    }

    /** "capabilities.tasks.cancel controls if the tasks/cancel operation is supported", and so on (2025-11-25). */
    private static boolean says(PeerInfo peer, String operation) {
        return peer.capabilities().tasks() != null
                && peer.capabilities().tasks().has(operation);
    }

    PeerInfo peer() {
        return peer;
    }

    /** How many exchanges are under way that nobody asked for. */
    int ownExchanges() {
        return own.get();
    }

    /** How many calls are under way: what only listens is none, and a task between two looks is one. */
    int calls(int exchanges) {
        return Math.max(0, exchanges - listening.exchanges()) + requests.work();
    }

    /** Begins what goes on for as long as the session lives; {@link #end} ends it. */
    void begin() {
        // nobody waits for what handlers answer when the server is gone
        running.add(ended.subscribe(end -> running.dispose()));
        if (dialect.modern()) {
            Subscriptions.Filter filter = Listening.offered(Subscriptions.Filter.lists(), peer.capabilities());
            if (options.listen() && filter != null) {
                running.add(listenForChanges(filter).subscribe());
            }
            return;
        }
        running.add(peerRequests.start(options.maxConcurrentHandlers()));
    }

    private void tellOfRoots() {
        running.add(options.handlers()
                .rootsChanges()
                .concatMap(change -> connection
                        .notify(new JsonRpcMessage.Notification(Methods.ROOTS_LIST_CHANGED, null))
                        .onErrorComplete())
                .subscribe(
                        null, e -> log.warn("[{}] the roots are not watched any more: {}", server, SafeText.line(e))));
    }

    /** Tells a legacy server that the session has begun, and what a modern one is told with each request. */
    Mono<Void> introduce() {
        if (dialect.modern()) {
            return Mono.empty();
        }
        // "After successful initialization, the client MUST send an initialized notification."
        Mono<Void> initialized = connection
                .notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))
                .doOnSuccess(sent -> tellOfRoots());
        LogLevel level = options.logLevel();
        return level == null
                ? initialized
                : initialized.then(tellLogLevel(level)).onErrorResume(PeerErrorException.class, e -> {
                    log.warn("[{}] its log level could not be set: {}", server, SafeText.line(e));
                    return Mono.empty();
                });
    }

    void end() {
        running.dispose();
        told.complete();
        deadlines.rest();
    }

    /** What the server may end, or refuse, at any time: then what was read is as fresh as its {@code ttlMs} says. */
    private Flux<ListenSignal> listenForChanges(Subscriptions.Filter filter) {
        return Flux.defer(() -> listening.listen(filter))
                .doOnSubscribe(s -> own.incrementAndGet())
                .doFinally(end -> {
                    own.decrementAndGet();
                    notToldAnyMore();
                })
                .doOnNext(signal -> {
                    if (signal instanceof ListenSignal.ListChanged changed) {
                        listChanged(changed.kind());
                    } else if (signal instanceof ListenSignal.Acknowledged acknowledged) {
                        acknowledged(acknowledged.filter());
                    }
                })
                // an orderly end is one of the server's own: it is asked again, less and less often
                .repeatWhen(ends -> ends.index().delayUntil(end -> Mono.delay(pause(end.getT1()), options.timer())))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, LISTEN_AGAIN)
                        .maxBackoff(LISTEN_AGAIN_AT_MOST)
                        .scheduler(options.timer())
                        // a link that is lost ends all of this; a stream that breaks off may be had again
                        .filter(e -> !(e instanceof McpClosedException) && !(e instanceof PeerErrorException)))
                .onErrorResume(e -> {
                    log.debug("[{}] does not tell of changes of its lists: {}", server, SafeText.line(e));
                    return Flux.empty();
                });
    }

    private void listChanged(SessionEvent.ListChanged.Kind kind) {
        onEvent(new SessionEvent.ListChanged(kind), null);
    }

    /** What may have changed unheard is told to have changed, now that the next change will be told. */
    private void acknowledged(Subscriptions.Filter filter) {
        toldOf = filter;
        for (SessionEvent.ListChanged.Kind kind : SessionEvent.ListChanged.Kind.values()) {
            if (unheard.remove(kind) && Listening.wants(filter, kind)) {
                listChanged(kind);
            }
        }
    }

    /** Nobody tells of what changes between one subscription and the next. */
    private void notToldAnyMore() {
        if (toldOf != null) {
            toldOf = null;
            unheard.addAll(List.of(SessionEvent.ListChanged.Kind.values()));
        }
    }

    /** Over HTTP a list may be answered before the server has heard that it is listened to. */
    private void listRead(String method) {
        SessionEvent.ListChanged.Kind kind = Listening.listed(method);
        // looked at once more after it was added: the acknowledgement may come at this moment
        if (kind != null && !tells(kind) && unheard.add(kind) && tells(kind) && unheard.remove(kind)) {
            listChanged(kind);
        }
    }

    /** The server had forgotten a session: what it was told by requests is told again, and what it told may not be true. */
    void renewed(Caller caller) {
        if (dialect.modern()) {
            return;
        }
        for (SessionEvent.ListChanged.Kind kind : SessionEvent.ListChanged.Kind.values()) {
            onEvent(new SessionEvent.ListChanged(kind), caller);
        }
        introduceTo(caller, listening.watchAgain(caller));
    }

    /** A session was begun for one more caller: it is told what the first one was told. */
    void begun(Caller caller) {
        introduceTo(caller, listening.watchAgain(caller));
    }

    private void introduceTo(Caller caller, Mono<Void> further) {
        LogLevel level = dialect.logLevel(caller);
        Mono<Void> again = level == null ? Mono.empty() : tellLogLevel(level).onErrorComplete();
        running.add(again.then(further)
                .contextWrite(caller::in)
                .subscribe(
                        null, e -> log.debug("[{}] it was not told everything again: {}", server, SafeText.line(e))));
    }

    /** The session of a caller has ended: nobody tells of what changes for it any more. */
    void forget(Caller caller) {
        tools.forget(caller);
    }

    /** A legacy server tells by the session of the caller, or over stdio by the one of all. */
    boolean tellsEachCaller() {
        return !dialect.modern();
    }

    boolean tells(SessionEvent.ListChanged.Kind kind) {
        Subscriptions.Filter filter = toldOf;
        return !dialect.modern() || (filter != null && Listening.wants(filter, kind));
    }

    private static Duration pause(long count) {
        Duration pause = LISTEN_AGAIN.multipliedBy(1L << Math.min(count, 6));
        return pause.compareTo(LISTEN_AGAIN_AT_MOST) > 0 ? LISTEN_AGAIN_AT_MOST : pause;
    }

    void onRequest(JsonRpcMessage.Request request, @Nullable ContextView context, @Nullable Mono<Void> callGivenUp) {
        if (dialect.modern()) {
            // "The client MUST NOT write JSON-RPC responses" (2026-07-28: basic/transports/stdio)
            log.warn(
                    "[{}] its request {} is left unanswered: a modern server must not send requests",
                    server,
                    SafeText.line(connection.mask(request.method()), 200));
        } else {
            peerRequests.accept(request, context, callGivenUp);
        }
    }

    void onCancelled(@Nullable RequestId id, @Nullable ContextView context) {
        peerRequests.cancel(id, context);
    }

    /**
     * What is not true any more is forgotten before anybody is told: for all callers, since what changed for one may have
     * changed for others.
     *
     * @param caller by whose session the server told so; null by the one of all
     */
    void onEvent(SessionEvent event, @Nullable Caller caller) {
        forgetWhatChanged(event);
        told.emit(new Listening.Told(caller, event));
        events.emit(event);
    }

    private void forgetWhatChanged(SessionEvent event) {
        if (event instanceof SessionEvent.ListChanged changed) {
            switch (changed.kind()) {
                case TOOLS -> {
                    tools.changed();
                    cache.drop(Methods.TOOLS_LIST);
                }
                case PROMPTS -> cache.drop(Methods.PROMPTS_LIST);
                case RESOURCES -> {
                    cache.drop(Methods.RESOURCES_LIST);
                    cache.drop(Methods.RESOURCE_TEMPLATES_LIST);
                }
            }
        } else if (event instanceof SessionEvent.ResourceUpdated updated) {
            cache.drop(Methods.RESOURCES_READ, updated.uri());
        }
    }

    Flux<Tool> listTools(Caller caller, RequestOptions limits) {
        return list(
                capabilities().tools() != null,
                Methods.TOOLS_LIST,
                ListToolsResult.class,
                limits,
                page -> tools.seen(caller, page));
    }

    /** A list that the server declares, or may have all the same. */
    private <T, P extends PageResult<T>> Flux<T> list(
            boolean declared, String method, Class<P> type, RequestOptions limits, Consumer<? super P> seen) {
        return declared
                ? pages.all(method, type, limits, seen)
                : undeclared.ask(method, limits, patience -> pages.all(method, type, patience, seen));
    }

    Mono<ListToolsResult> toolsPage(Caller caller, @Nullable String cursor, RequestOptions limits) {
        return pages.page(Methods.TOOLS_LIST, cursor, ListToolsResult.class, limits)
                .doOnNext(page -> tools.seen(caller, page));
    }

    Flux<Prompts.Prompt> listPrompts(RequestOptions limits) {
        return list(
                capabilities().prompts() != null, Methods.PROMPTS_LIST, Prompts.ListResult.class, limits, page -> {});
    }

    Flux<Resources.Resource> listResources(RequestOptions limits) {
        return list(
                capabilities().resources() != null,
                Methods.RESOURCES_LIST,
                Resources.ListResult.class,
                limits,
                page -> {});
    }

    Flux<Resources.Template> listResourceTemplates(RequestOptions limits) {
        return list(
                        capabilities().resources() != null,
                        Methods.RESOURCE_TEMPLATES_LIST,
                        Resources.ListTemplatesResult.class,
                        limits,
                        page -> {})
                // no capability says whether there are templates
                .onErrorResume(UndeclaredLists::unknown, e -> Flux.empty());
    }

    Mono<CallToolResult> callTool(Caller caller, String tool, @Nullable Object arguments, RequestOptions limits) {
        return tools.knowsWhetherTask(caller, tool)
                ? callKnown(caller, tool, arguments, limits)
                : tools.whetherTask(caller, tool, limits)
                        .then(Mono.defer(() -> callKnown(caller, tool, arguments, limits)));
    }

    private Mono<CallToolResult> callKnown(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions limits) {
        Mono<CallToolResult> call = requests.ask(
                toolCall(caller, tool, arguments, limits),
                limits,
                atOnce -> {},
                task -> tasks.followToResult(task, limits),
                result -> tools.checkResult(caller, tool, result, limits));
        Mono<CallToolResult> sure = connection.wordsCallsByLists()
                ? call.onErrorResume(
                        McpHeaderMismatchException.class,
                        e -> tools.readAnew(caller, limits)
                                .onErrorMap(inner -> withBoth(e, inner))
                                .then(call))
                : call;
        // the check of the arguments is part of the call and of its time
        return limits.validateArguments()
                ? requests.within(
                        limits,
                        Methods.TOOLS_CALL,
                        tools.checkArguments(caller, tool, arguments, limits).then(sure))
                : sure;
    }

    /** The refusal is what counts; why the list could not be read is kept beneath it. */
    private static Throwable withBoth(McpHeaderMismatchException refusal, Throwable e) {
        refusal.addSuppressed(e);
        return refusal;
    }

    Flux<ToolSignal> toolSignals(Caller caller, String tool, @Nullable Object arguments, RequestOptions limits) {
        return tools.knowsWhetherTask(caller, tool)
                ? knownSignals(caller, tool, arguments, limits)
                : tools.whetherTask(caller, tool, limits)
                        .thenMany(Flux.defer(() -> knownSignals(caller, tool, arguments, limits)));
    }

    private Flux<ToolSignal> knownSignals(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions limits) {
        Flux<ToolSignal> call = checked(
                caller,
                tool,
                limits,
                Flux.deferContextual(context -> requests.signals(
                        toolCall(caller, tool, arguments, limits),
                        limits,
                        ToolSignal.Result::new,
                        task -> tasks.follow(task, limits),
                        task -> tasks.abandon(task, limits, context))));
        Flux<ToolSignal> sure = connection.wordsCallsByLists()
                // refused before it began: nothing was told yet
                ? call.onErrorResume(
                        McpHeaderMismatchException.class,
                        e -> tools.readAnew(caller, limits)
                                .onErrorMap(inner -> withBoth(e, inner))
                                .thenMany(call))
                : call;
        Flux<ToolSignal> all = limits.validateArguments()
                ? tools.checkArguments(caller, tool, arguments, limits).thenMany(sure)
                : sure;
        // checks are part of the call and of its time
        return options.schemas() == null ? all : requests.within(limits, Methods.TOOLS_CALL, all);
    }

    private Flux<ToolSignal> checked(Caller caller, String tool, RequestOptions limits, Flux<ToolSignal> signals) {
        return options.validator() == null
                ? signals
                : signals.concatMap(signal ->
                        signal instanceof ToolSignal.Result result && tools.checks(caller, tool, result.result())
                                ? tools.checkResult(caller, tool, result.result(), limits)
                                        .map(ToolSignal.Result::new)
                                : Mono.just(signal));
    }

    private Requests.Question<CallToolResult> toolCall(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions limits) {
        Tasks.TaskMetadata task = tools.task(caller, tool, limits);
        return new Requests.Question<>(
                Methods.TOOLS_CALL,
                null,
                (meta, inputs, state) -> new CallToolParams(tool, arguments, inputs, state, task, meta),
                Reply.ToolCall.class);
    }

    Flux<ToolSignal> resumeTask(String taskId, RequestOptions limits) {
        return requests.within(limits, Methods.TASKS_GET, tasks.resume(taskId, limits));
    }

    Mono<Tasks.Task> getTask(String taskId) {
        return tasks.get(taskId, options.request());
    }

    Mono<Void> cancelTask(String taskId) {
        return tasks.cancel(taskId, options.request());
    }

    Flux<Tasks.Task> listTasks() {
        boolean can = runsTasks(peer) && says(peer, "list");
        return can
                ? pages.all(Methods.TASKS_LIST, Tasks.ListResult.class, options.request(), page -> {})
                : Flux.empty();
    }

    Mono<Prompts.GetResult> getPrompt(String prompt, Map<String, String> arguments, RequestOptions limits) {
        Map<String, String> given = arguments.isEmpty() ? null : Map.copyOf(arguments);
        return requests.ask(
                new Requests.Question<>(
                        Methods.PROMPTS_GET,
                        null,
                        (meta, inputs, state) -> new Prompts.GetParams(prompt, given, inputs, state, meta),
                        Reply.Prompt.class),
                limits,
                atOnce -> {},
                null);
    }

    Mono<Resources.ReadResult> readResource(String uri, RequestOptions limits) {
        return Mono.deferContextual(context -> {
            Resources.ReadResult kept = limits.cache() == CachePolicy.USE
                    ? cache.find(Methods.RESOURCES_READ, uri, context, Resources.ReadResult.class)
                    : null;
            if (kept != null) {
                return Mono.just(kept);
            }
            long moment = cache.moment();
            return requests.ask(
                    new Requests.Question<>(
                            Methods.RESOURCES_READ,
                            uri,
                            (meta, inputs, state) -> new Resources.ReadParams(uri, inputs, state, meta),
                            Reply.Read.class),
                    limits,
                    result -> {
                        if (limits.cache() != CachePolicy.BYPASS) {
                            cache.keep(
                                    Methods.RESOURCES_READ,
                                    uri,
                                    context,
                                    result.ttlMs(),
                                    result.cacheScope(),
                                    result,
                                    moment);
                        }
                    },
                    null);
        });
    }

    Mono<Completions.Completion> complete(
            Completions.Reference reference, String argument, String value, Map<String, String> resolved) {
        ProtocolRevision revision = peer.revision();
        // the capability is declared since 2025-03-26
        if (capabilities().completions() == null && revision != ProtocolRevision.V2024_11_05) {
            return Mono.just(Completions.Completion.NONE);
        }
        Completions.Resolved context = resolved.isEmpty() || revision.compareTo(ProtocolRevision.V2025_06_18) < 0
                ? null
                : new Completions.Resolved(Map.copyOf(resolved));
        return requests.ask(
                        Methods.COMPLETE,
                        meta -> new Completions.CompleteParams(
                                reference, new Completions.Argument(argument, value), context, meta),
                        Completions.CompleteResult.class,
                        options.request())
                .map(result -> result.completion() == null ? Completions.Completion.NONE : result.completion());
    }

    Mono<Void> setLogLevel(Caller caller, LogLevel level) {
        return dialect.modern()
                ? Mono.fromRunnable(() -> dialect.logLevel(caller, level))
                : tellLogLevel(level).doOnSuccess(set -> dialect.logLevel(caller, level));
    }

    /** Over stdio this is the level of the server, for all who call it: there is one session. */
    private Mono<Void> tellLogLevel(LogLevel level) {
        return capabilities().logging() == null
                ? Mono.empty()
                : requests.ask(
                                Methods.SET_LEVEL,
                                meta -> new Logging.SetLevelParams(level, meta),
                                EmptyResult.class,
                                options.request())
                        .then();
    }

    /** What is heard of is not true any more, whoever listens. */
    Flux<ListenSignal> listen(Caller caller, Subscriptions.Filter filter) {
        Flux<ListenSignal> signals = listening.listen(filter);
        // a legacy server tells the session, which has seen to it already
        return dialect.modern() ? signals.doOnNext(signal -> onSignal(signal, caller)) : signals;
    }

    private void onSignal(ListenSignal signal, Caller caller) {
        if (signal instanceof ListenSignal.ListChanged changed) {
            forgetWhatChanged(new SessionEvent.ListChanged(changed.kind()));
        } else if (signal instanceof ListenSignal.ResourceUpdated updated) {
            onEvent(new SessionEvent.ResourceUpdated(updated.uri()), caller);
        } else if (signal instanceof ListenSignal.TaskChanged changed) {
            onEvent(new SessionEvent.TaskChanged(changed.task()), caller);
        }
    }

    Mono<Void> ping() {
        return dialect.modern()
                ? discover(options.request().withCache(CachePolicy.BYPASS)).then()
                : requests.ask(
                                Methods.PING,
                                meta -> meta == null ? null : new Discovery.NoParams(meta),
                                EmptyResult.class,
                                options.request())
                        .then();
    }

    Mono<PeerInfo> discover(RequestOptions limits) {
        if (!dialect.modern()) {
            return Mono.just(peer);
        }
        return Mono.deferContextual(context -> {
            PeerInfo kept = limits.cache() == CachePolicy.USE
                    ? cache.find(Methods.DISCOVER, null, context, PeerInfo.class)
                    : null;
            if (kept != null) {
                return Mono.just(kept);
            }
            long moment = cache.moment();
            return requests.ask(Methods.DISCOVER, Discovery.NoParams::new, Discovery.DiscoverResult.class, limits)
                    .map(result -> {
                        PeerInfo now = Discover.peer(server, peer.revision(), result);
                        if (limits.cache() != CachePolicy.BYPASS) {
                            cache.keep(
                                    Methods.DISCOVER, null, context, result.ttlMs(), result.cacheScope(), now, moment);
                        }
                        return now;
                    });
        });
    }

    private ServerCapabilities capabilities() {
        return peer.capabilities();
    }
}
