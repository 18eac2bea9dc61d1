package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.ListenSignal;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.EventSink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * All configured servers, as one. A host belongs to no thread: any thread may subscribe, cancel and close.
 *
 * <p>{@link #use} makes the life of the host part of a subscription: it is torn down when the work completes, fails or is
 * cancelled, also while servers are still starting. {@link #open} and {@link #close} are for containers that begin and
 * end things by separate calls, and {@link #create} and {@link #start} for those that need the host before it runs. Either way teardown is in reverse order of start, each server after the one before, and
 * its end can be awaited by {@link #closed()}.
 */
public final class McpHost {

    private static final Logger log = LoggerFactory.getLogger(McpHost.class);

    private static final Duration LISTEN_AGAIN = Duration.ofSeconds(1);
    private static final Duration LISTEN_AGAIN_AT_MOST = Duration.ofMinutes(1);

    private final HostConfig config;
    private final Map<String, ManagedServer> servers = new LinkedHashMap<>();
    private final EventSink<HostEvent> events = new EventSink<>(count -> new HostEvent.EventsDropped("", count));
    private final Scope scope;
    private final ShutdownHook hook;
    private final Catalogue<CatalogueTool> tools;
    private final Catalogue<CataloguePrompt> prompts;
    private final ResourceRoutes resourceRoutes;
    private final Mono<Void> startup;
    private final Mono<Void> start;
    private final Mono<Void> close;

    private McpHost(HostConfig config) {
        this.config = config;
        this.scope = new Scope(config.closeTimeout(), config.session().timer());
        TransportFactory transports = new TransportFactory(System::getenv, config.proxies());
        for (ServerDefinition server : config.servers()) {
            servers.put(server.name(), new ManagedServer(server, config.session(), transports, events));
        }
        this.tools = new Catalogue<>(McpToolNotFoundException.KIND, servers, events, ManagedServer::tools);
        this.prompts = new Catalogue<>("prompt", servers, events, ManagedServer::prompts);
        this.resourceRoutes = new ResourceRoutes(servers, events);
        this.startup = Callbacks.once(this::doStart);
        this.start = Callbacks.once(this::startOrClose);
        this.close = Callbacks.once(this::doClose);
        this.hook = new ShutdownHook(
                calm().then(close),
                config.shutdownGrace()
                        .plus(config.closeTimeout())
                        .plus(Scope.KILL_LIMIT)
                        .plusSeconds(1));
    }

    /**
     * A host that runs nothing yet: {@link #start()} starts its servers, and {@link #close()} takes it down. What subscribes to
     * {@link #events()} before misses none of them.
     */
    public static McpHost create(HostConfig config) {
        return new McpHost(config);
    }

    /**
     * Opens a host, uses it for one result, and takes it down; see {@link #use(HostConfig, Function)}.
     *
     * @return the result, or nothing where the work has none, once the teardown has ended; fails as {@link #use} does. (The
     *     first element of {@code use(…).next()} comes before the teardown.) <em>Cancellation</em> tears down.
     */
    public static <T> Mono<T> useOne(HostConfig config, Function<McpHost, ? extends Mono<T>> body) {
        return useOne(config, Mono.never(), body);
    }

    /** As {@link #useOne(HostConfig, Function)}, of work that may be stopped; see {@link #use(HostConfig, Publisher, Function)}. */
    public static <T> Mono<T> useOne(HostConfig config, Publisher<?> stop, Function<McpHost, ? extends Mono<T>> body) {
        // waits for completion, which comes after the teardown
        return McpHost.<T>use(config, stop, body).singleOrEmpty();
    }

    /**
     * Opens a host, uses it, and takes it down.
     *
     * @param body the work; called when what {@link HostConfig#startup()} says is there
     * @return what {@code body} emits. Completion and errors are passed on after the teardown has ended. Where the work
     *     completed and the teardown fails, fails with {@link McpShutdownException}, which says so; where the work failed, an
     *     error of the teardown is suppressed in that of the work. Fails with
     *     {@link McpServerUnavailableException} if a required server fails to start. {@link #close()}, called from
     *     anywhere, ends the work as if it had completed.
     *     <p><em>Cancellation</em> tears down; who needs to know when that has ended takes {@link #closed()} from the
     *     body.
     */
    public static <T> Flux<T> use(HostConfig config, Function<McpHost, ? extends Publisher<T>> body) {
        return use(config, Mono.never(), body);
    }

    /**
     * Opens a host, uses it, and takes it down when the work ends or is to stop; see {@link #use(HostConfig, Function)}.
     *
     * @param stop when this emits or completes, also while servers are still starting, the work ends as if it had
     *     completed; if it fails, the work fails with that. Unlike who cancels, who stops sees the end of the teardown: it is the completion of the result.
     */
    public static <T> Flux<T> use(
            HostConfig config, Publisher<?> stop, Function<McpHost, ? extends Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            // usingWhen would wrap it, and put the error of the work beneath it
            AtomicReference<@Nullable Throwable> teardown = new AtomicReference<>();
            AtomicBoolean completed = new AtomicBoolean();
            return Flux.usingWhen(
                            // a cheap handle, made synchronously: nothing can be lost by cancelling while it is made
                            Mono.fromSupplier(() -> new McpHost(config)),
                            host -> until(
                                    Flux.firstWithSignal(host.scope.closing(), stop),
                                    host.startup()
                                            .thenMany(Callbacks.<T>deferred(() -> body.apply(host)))
                                            .doOnComplete(() -> completed.set(true))),
                            host -> host.close().doOnError(teardown::set).onErrorComplete(),
                            (host, error) -> host.close()
                                    .doOnError(e -> suppress(e, error))
                                    .onErrorComplete(),
                            host -> host.close().onErrorResume(e -> {
                                log.warn("closing a cancelled host failed: {}", SafeText.line(e));
                                return Mono.empty();
                            }))
                    .concatWith(Mono.defer(() -> afterWork(teardown.get(), completed.get())));
        });
    }

    // an exception must not be suppressed in itself: the work may have failed with that of the teardown
    @SuppressWarnings("ReferenceEquality")
    private static void suppress(Throwable teardown, Throwable error) {
        if (teardown != error) {
            error.addSuppressed(teardown);
        }
    }

    private static <T> Mono<T> afterWork(@Nullable Throwable teardown, boolean completed) {
        if (teardown == null) {
            return Mono.empty();
        }
        return Mono.error(completed && teardown instanceof McpShutdownException slow ? slow.afterWork() : teardown);
    }

    /** Reactor's {@code takeUntilOther} alone passes an error of its companion on, but does not cancel the work then. */
    private static <T> Flux<T> until(Publisher<?> stop, Flux<T> work) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        return work.takeUntilOther(Flux.from(stop).doOnError(failure::set).onErrorComplete())
                .concatWith(Mono.defer(() -> {
                    Throwable why = failure.get();
                    return why == null ? Mono.empty() : Mono.error(why);
                }));
    }

    /**
     * Opens a host that is closed by {@link #close()}.
     *
     * @return the host, once what {@link HostConfig#startup()} says is there. Fails with
     *     {@link McpServerUnavailableException} if a required server fails to start; what was started is then gone.
     *     <p><em>Cancellation</em> closes the host, whether it has been emitted or not: a subscriber that cancels is not
     *     there to close it. One that takes the host and completes owns it.
     */
    public static Mono<McpHost> open(HostConfig config) {
        return new HostOpening(config);
    }

    /**
     * Starts the servers of a {@linkplain #create created} host, once, however often it is subscribed.
     *
     * @return completes once what {@link HostConfig#startup()} says is there. Fails with {@link McpServerUnavailableException} if
     *     a required server fails to start; the host is then closed, and what was started is gone. Fails with
     *     {@link McpClosedException} if the host is closed before or meanwhile. <em>Cancellation</em> stops waiting; the start
     *     goes on, and {@link #close()} ends it.
     */
    public Mono<Void> start() {
        return start;
    }

    private Mono<Void> startOrClose() {
        return startup.onErrorResume(e -> close.onErrorResume(teardown -> {
                            suppress(teardown, e);
                            return Mono.empty();
                        })
                        .then(Mono.error(e)))
                .then(Mono.defer(() -> scope.isClosing()
                        ? Mono.error(new McpClosedException(null, "the host is closed"))
                        : Mono.empty()));
    }

    /** Starts the servers, once; completes and fails as {@link #open} says, and leaves closing to the caller. */
    Mono<Void> startup() {
        return startup;
    }

    private Mono<Void> doStart() {
        config.warnings().forEach(log::warn);
        if (config.shutdownHook()) {
            hook.add();
            if (scope.isClosing()) {
                // closed before it was started: closing has removed the hook, or does so after this
                hook.remove();
            }
        }
        // this one owns the starting servers: the scope ends them, not who waits for them
        Flux.fromIterable(servers.values())
                .flatMap(this::startServer, config.maxConcurrentStarts())
                .subscribe(null, e -> log.error("starting the servers failed", e));
        return Mono.when(servers.values().stream()
                .filter(s -> s.required() || config.startup() == HostConfig.Startup.SETTLED)
                .map(ManagedServer::awaitStart)
                .toList());
    }

    private Mono<Void> startServer(ManagedServer server) {
        if (scope.adopt(new Scope.Entry(server.name(), server.close(), server.closeNow()))) {
            return server.start();
        }
        server.dismiss();
        return Mono.empty();
    }

    /** How the servers are now, in the order of the configuration. */
    public List<ServerStatus> servers() {
        return servers.values().stream().map(ManagedServer::status).toList();
    }

    /**
     * The session of one server, once it is ready.
     *
     * @return fails with {@link McpServerUnavailableException} if the server is not or no longer there, and with
     *     {@link McpConfigurationException} if there is none of that name
     */
    public Mono<McpSession> session(String server) {
        return managed(server).flatMap(ManagedServer::session);
    }

    private Mono<ManagedServer> managed(String server) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            ManagedServer managed = servers.get(server);
            return managed != null
                    ? Mono.just(managed)
                    : Mono.error(() -> new McpConfigurationException(
                            null,
                            "no server is called '" + server + "'; there is " + String.join(", ", servers.keySet())));
        });
    }

    /**
     * Takes one server down and starts it again. Calls to it that are under way fail; what listens to it goes on with the
     * new one.
     *
     * @return completes when it is ready again; fails with {@link McpServerUnavailableException} if it does not start, or
     *     has not been started yet, or the host is closing. <em>Cancellation</em> stops waiting; the restart goes on.
     */
    public Mono<Void> restart(String server) {
        return managed(server).flatMap(ManagedServer::restart);
    }

    /**
     * The tools of all servers, in the order of the configuration.
     *
     * @return waits for servers that are still starting, and leaves out those that failed ({@link #servers()} reports them)
     *     and those whose list cannot be read within the limit of a request, or within a minute where that is less
     *     ({@link HostEvent.ListFailed} reports them). All lists are read at the same time. They are kept until their server
     *     says that they changed.
     */
    public Flux<CatalogueTool> tools() {
        return tools.entries();
    }

    /**
     * One tool, by its qualified name, by its {@linkplain CatalogueTool#modelName() name for models}, or by its bare name
     * where that is unique.
     *
     * @return fails with {@link McpToolNotFoundException}, which names the candidates
     */
    public Mono<CatalogueTool> tool(String name) {
        return tools.entry(name);
    }

    /** Calls a tool with the limits of its server; see {@link #callTool(String, Object, RequestOptions)}. */
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments) {
        return tools.with(name, (session, tool) -> session.callTool(tool, arguments));
    }

    /**
     * Calls a tool.
     *
     * @param name {@code server__tool}, a {@linkplain CatalogueTool#modelName() name for models}, or the bare name of a tool that
     *     one server only offers. A bare name is not given to another server while the one that listed it is not there
     * @param arguments what is written as a JSON object: a map, a record or a tree; null for none
     * @return as {@link McpSession#callTool(String, Object, RequestOptions)}; besides fails with
     *     {@link McpToolNotFoundException} and {@link McpServerUnavailableException}. A call whose outcome is unknown is
     *     never repeated.
     *     <p><em>Cancellation</em> tells the server to stop.
     */
    public Mono<CallToolResult> callTool(String name, @Nullable Object arguments, RequestOptions limits) {
        return tools.with(name, (session, tool) -> session.callTool(tool, arguments, limits));
    }

    /** Calls a tool with the limits of its server and asks for its progress; see {@link McpSession#toolSignals}. */
    public Flux<ToolSignal> toolSignals(String name, @Nullable Object arguments) {
        return tools.route(name)
                .flatMapMany(
                        route -> route.server().session().flatMapMany(s -> s.toolSignals(route.name(), arguments)));
    }

    /** Calls a tool and asks for its progress; see {@link McpSession#toolSignals} and {@link #callTool}. */
    public Flux<ToolSignal> toolSignals(String name, @Nullable Object arguments, RequestOptions limits) {
        return tools.route(name)
                .flatMapMany(route ->
                        route.server().session().flatMapMany(s -> s.toolSignals(route.name(), arguments, limits)));
    }

    /**
     * Follows a task that an earlier call began, maybe of a host before this one; see
     * {@link McpSession#resumeTask(String, RequestOptions)}.
     */
    public Flux<ToolSignal> resumeTask(String server, String taskId) {
        return session(server).flatMapMany(s -> s.resumeTask(taskId));
    }

    /** The prompts of all servers, in the order of the configuration; see {@link #tools()}. */
    public Flux<CataloguePrompt> prompts() {
        return prompts.entries();
    }

    /** One prompt, by its qualified name or by its bare name; fails with {@link McpNameNotFoundException}. */
    public Mono<CataloguePrompt> prompt(String name) {
        return prompts.entry(name);
    }

    /**
     * The messages of a prompt; see {@link McpSession#getPrompt(String, Map, RequestOptions)}.
     *
     * @param name {@code server__prompt}, or the bare name of a prompt that one server only offers
     */
    public Mono<Prompts.GetResult> getPrompt(String name, Map<String, String> arguments) {
        return prompts.with(name, (session, prompt) -> session.getPrompt(prompt, arguments));
    }

    /** The resources of all servers, in the order of the configuration; see {@link #tools()}. */
    public Flux<CatalogueResource> resources() {
        return resourceRoutes.resources((server, why) -> {});
    }

    /** The resource templates of all servers, in the order of the configuration; see {@link #tools()}. */
    public Flux<CatalogueTemplate> resourceTemplates() {
        return resourceRoutes.templates((server, why) -> {});
    }

    /**
     * What a resource holds, from the one server that has it: that lists it, or has a template that makes it. What is listed does
     * not stand above another server's template; but a template without a scheme of its own, such as <code>{+uri}</code>, counts
     * only where no server has the URI otherwise. Where nobody has it, the only server that offers resources is asked.
     *
     * @return as {@link McpSession#readResource(String, RequestOptions)}; besides fails with
     *     {@link McpNameNotFoundException} if several servers may have it ({@link #readResource(String, String)} says which),
     *     and with {@link McpServerUnavailableException} while a server that had it is not there
     */
    public Mono<Resources.ReadResult> readResource(String uri) {
        return resourceRoutes.route(uri).flatMap(session -> session.readResource(uri));
    }

    /** What a resource of one server holds; see {@link McpSession#readResource(String, RequestOptions)}. */
    public Mono<Resources.ReadResult> readResource(String server, String uri) {
        return session(server).flatMap(s -> s.readResource(uri));
    }

    /**
     * Listens to one server for changes; see {@link McpSession#listen}. Unlike there, a server that is lost does not end it:
     * when the server has been started again, it is listened to again, and that is acknowledged anew. So it is when only its
     * stream broke off (HTTP, modern era), after a second, and less and less often while that does not help.
     *
     * @return completes when the server ends it in order, and when the host is closed
     */
    public Flux<ListenSignal> listen(String server, Subscriptions.Filter filter) {
        return managed(server).flatMapMany(managed -> {
            Sinks.Empty<Void> ended = Sinks.empty();
            return managed.sessions()
                    .switchMap(session -> session.listen(filter)
                            .doOnComplete(ended::tryEmitEmpty)
                            .retryWhen(listenAgain(managed, session))
                            // the next session, if there is one, goes on with it
                            .onErrorResume(
                                    e -> e instanceof McpConnectionException || e instanceof McpClosedException,
                                    e -> Flux.empty()))
                    .takeUntilOther(ended.asMono());
        });
    }

    // the very session, and not one that is equal to it
    @SuppressWarnings("ReferenceEquality")
    private Retry listenAgain(ManagedServer managed, McpSession session) {
        return Retry.backoff(Long.MAX_VALUE, LISTEN_AGAIN)
                .maxBackoff(LISTEN_AGAIN_AT_MOST)
                .transientErrors(true)
                .scheduler(config.session().timer())
                .filter(e -> e instanceof McpConnectionException && managed.readyNow() == session);
    }

    /** How many requests to all servers wait for their response now. */
    public int pendingRequests() {
        return servers.values().stream()
                .mapToInt(ManagedServer::pendingRequests)
                .sum();
    }

    /**
     * What happens, from now on: states, and what servers report. Hot, never fails; completes when the host is closed.
     *
     * <p>Each subscriber has a buffer of 256 events and 4 MiB. Of a subscriber that is slower the oldest events are dropped,
     * and {@link HostEvent.EventsDropped} reports how many. <em>Thread:</em> a thread for events, in order; a subscriber may
     * block it, and holds up neither calls nor other subscribers.
     */
    public Flux<HostEvent> events() {
        return events.flux();
    }

    /**
     * Takes the host down: work under way ends, servers are closed in reverse order of start, each within its own limits.
     * Idempotent: one teardown, however often and from however many threads it is subscribed, and everyone sees its end.
     * All of it is bounded by {@link HostConfig#closeTimeout()}; then the servers that are left are killed.
     *
     * @return completes when all servers are gone; fails with {@link McpShutdownException} if some had to be killed since the
     *     time was over, or if closing some failed, after every server was tried. <em>Cancellation</em> stops waiting; the
     *     teardown goes on.
     */
    public Mono<Void> close() {
        return close;
    }

    /** Completes when the calls under way have ended, within {@link HostConfig#shutdownGrace()}, or the host is closed. */
    private Mono<Void> calm() {
        return new Calm(
                        this::callsUnderWay,
                        config.shutdownGrace(),
                        config.session().timer())
                .await()
                .takeUntilOther(scope.closing());
    }

    private int callsUnderWay() {
        return servers.values().stream().mapToInt(ManagedServer::callsUnderWay).sum();
    }

    private Mono<Void> doClose() {
        return scope.close().doOnTerminate(() -> {
            hook.remove();
            servers.values().forEach(ManagedServer::dismiss);
            events.complete();
        });
    }

    /** Completes, or fails, when the teardown has ended, whoever began it; begins nothing itself. */
    public Mono<Void> closed() {
        return scope.closed();
    }
}
