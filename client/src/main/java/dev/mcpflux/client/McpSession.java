package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.CancelledParams;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.Connection;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Ending;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Incoming;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.core.JacksonException;

/**
 * One server, opened over a transport and negotiated: which era of the protocol it speaks is found out, and callers do not
 * see it. A session is made cheaply and synchronously; {@link #open()} does the work and {@link #close()} ends it, at any
 * moment, from any thread. {@link #use} does both within one subscription.
 *
 * <p>Results arrive on the thread that reads from the server, which is
 * {@link reactor.core.scheduler.NonBlocking}. Every request is bounded in time ({@link RequestOptions}). Cancelling a
 * request tells the server to stop, unless it has answered (specification: basic/utilities/cancellation). Requests fail
 * with {@link dev.mcpflux.error.PeerErrorException}, or a type of its own for the errors the specification gives a meaning,
 * if the server answers with an error.
 */
public final class McpSession {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** A server whose every answer is odd in another way does not fill the log. */
    private static final int MOST_WARNINGS = 256;

    private final Transport transport;
    private final SessionOptions options;
    private final EventSink<SessionEvent> events =
            new EventSink<>(SessionEvent.EventsDropped::new, event -> event.masked(this::mask));
    private final AtomicReference<Link> link = new AtomicReference<>(Link.NONE);
    private final Ending ending = new Ending(this::doClose);
    private final Set<ConnectionEvent.ElementDropped> warned = ConcurrentHashMap.newKeySet();
    private final Mono<PeerInfo> open;

    private McpSession(Transport transport, SessionOptions options) {
        this.transport = transport;
        this.options = options;
        Mono<PeerInfo> opened = Callbacks.once(this::doOpen).handle(this::stillOpen);
        // looked at by each subscriber: what is wrong with one context is not told to others
        this.open = Mono.deferContextual(context -> {
            CallContext.caller(context);
            return opened;
        });
    }

    /** A session that is not open yet. */
    public static McpSession create(Transport transport, SessionOptions options) {
        return new McpSession(transport, options);
    }

    /**
     * Opens a session, uses it, and closes it.
     *
     * @return what {@code body} emits; the session is closed when it completes, fails or is cancelled, also while the
     *     session is still being opened. Completion and errors are passed on after the close has ended.
     */
    public static <T> Flux<T> use(
            Transport transport, SessionOptions options, Function<McpSession, ? extends Publisher<T>> body) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> create(transport, options)),
                session -> session.open().thenMany(Callbacks.deferred(() -> body.apply(session))),
                McpSession::close,
                (session, error) -> session.close().onErrorResume(failedClose -> beneath(error, failedClose)),
                McpSession::close);
    }

    /** The error of the work is what counts; one of the teardown is kept beneath it. */
    // an exception must not be suppressed in itself
    @SuppressWarnings("ReferenceEquality")
    private static Mono<Void> beneath(Throwable error, Throwable failedClose) {
        if (error != failedClose) {
            error.addSuppressed(failedClose);
        }
        return Mono.empty();
    }

    /** The configured name of the server. */
    public String name() {
        return transport.name();
    }

    /**
     * Starts or reaches the server and agrees on a revision, once, however often it is subscribed.
     *
     * @return what was agreed on; fails with {@link McpStartException} if the server cannot be started or ends before
     *     it is ready, {@link McpTimeoutException} after {@link SessionOptions#startTimeout()},
     *     {@link McpProtocolException} if there is no common revision, {@link McpClosedException} after
     *     {@link #close()}. A session that failed to open has already taken down what it had started.
     *     <p><em>Cancellation</em> stops waiting and nothing else: {@link #close()} ends an opening under way.
     */
    public Mono<PeerInfo> open() {
        return open;
    }

    /** What was agreed on is kept; after the end it would be served for ever. */
    private void stillOpen(PeerInfo peer, SynchronousSink<PeerInfo> sink) {
        if (link.get().closed) {
            sink.error(new McpClosedException(name(), "the session is closed"));
        } else {
            sink.next(peer);
        }
    }

    private Mono<PeerInfo> doOpen() {
        Connection first = transport.connection();
        if (!link.compareAndSet(Link.NONE, new Link(first, null, false))) {
            return Mono.error(new McpClosedException(name(), "the session is closed"));
        }
        watch(first);
        Opening opening = new Opening(first);
        return first.open()
                .doOnSuccess(open -> opening.launched = true)
                .then(Mono.defer(() -> Negotiation.of(options.era()).negotiate(opening)))
                .flatMap(peer -> begin(opening.connection(), peer))
                .timeout(options.startTimeout(), options.timer())
                .onErrorMap(TimeoutException.class, e -> startTimedOut(opening))
                .onErrorMap(McpConnectionException.class, e -> asStartFailure(opening.connection(), e))
                // a connection that was only probed with may end without the session ending
                .doOnTerminate(() -> opening.connection().onTermination().subscribe(ending::end))
                // who waits for the opening is told after what was started is gone
                .onErrorResume(this::closeAndFail);
    }

    /** What the negotiation goes on over; it may need a second connection. */
    private final class Opening implements Negotiation.Attempt {
        private final long begin = options.timer().now(TimeUnit.NANOSECONDS);
        private volatile Connection connection;
        private volatile boolean launched;
        /** What happened over the connection before this one. */
        private volatile @Nullable McpException before;

        Opening(Connection connection) {
            this.connection = connection;
        }

        @Override
        public String server() {
            return name();
        }

        @Override
        public String origin() {
            return transport.origin();
        }

        @Override
        public SessionOptions options() {
            return options;
        }

        @Override
        public Connection connection() {
            return connection;
        }

        @Override
        public Duration left() {
            return options.startTimeout().minusNanos(options.timer().now(TimeUnit.NANOSECONDS) - begin);
        }

        @Override
        public Mono<Void> again(McpException because) {
            before = because;
            return connection.close().onErrorComplete().then(Mono.defer(() -> {
                Link before = link.get();
                Connection fresh = transport.connection();
                if (before.closed || !link.compareAndSet(before, new Link(fresh, null, false))) {
                    return Mono.error(new McpClosedException(name(), "the session is closed"));
                }
                connection = fresh;
                watch(fresh);
                return fresh.open()
                        .onErrorMap(
                                e -> e instanceof McpClosedException && !link.get().closed,
                                // a transport that leads to one connection only
                                e -> new McpStartException(name(), "it cannot be started again", Diagnostics.NONE, e));
            }));
        }
    }

    /** Makes the session usable: from here on what the server asks is answered, and it is asked to tell of changes. */
    private Mono<PeerInfo> begin(Connection connection, PeerInfo peer) {
        Dialogue dialogue = new Dialogue(connection, peer, options, name(), events, onTermination());
        Link before = link.getAndUpdate(l -> l.closed ? l : new Link(connection, dialogue, false));
        if (before.closed) {
            return Mono.error(new McpClosedException(name(), "the session is closed"));
        }
        dialogue.begin();
        return dialogue.introduce().thenReturn(peer);
    }

    private Mono<PeerInfo> closeAndFail(Throwable e) {
        return ending.close()
                .onErrorResume(failedClose -> beneath(e, failedClose))
                .then(Mono.error(e));
    }

    private Throwable startTimedOut(Opening opening) {
        Connection connection = opening.connection();
        boolean launched = opening.launched || connection.pid() != null;
        McpTimeoutException late = new McpTimeoutException(
                name(),
                launched ? McpTimeoutException.Phase.HANDSHAKE : McpTimeoutException.Phase.LAUNCH,
                launched ? "the handshake" : "the launch",
                options.startTimeout(),
                connection.diagnosticsSince(0));
        McpException before = opening.before;
        return before == null ? late : StartFailures.ofBoth(name(), before, late);
    }

    private Throwable asStartFailure(Connection connection, McpConnectionException e) {
        if (e instanceof McpStartException) {
            return e;
        }
        boolean again = transport.remote() && e.isTransient();
        return connection.isTerminated()
                ? new McpStartException(name(), "it ended before it was ready", e.diagnostics(), e, again)
                : new McpStartException(name(), e.problem(), e.diagnostics(), e, again);
    }

    /** Subscribes to what the connection tells by itself; all of it ends with the connection. */
    private void watch(Connection connection) {
        EventSink.direct(connection.events()).subscribe(event -> {
            Dialogue dialogue = link.get().dialogue;
            if (dialogue != null) {
                onLink(dialogue, event);
            }
            if (event instanceof ConnectionEvent.ElementDropped dropped) {
                warn(dropped);
            }
            events.emit(new SessionEvent.Link(event));
        });
        connection
                .incoming()
                .subscribe(
                        message -> Callbacks.run(() -> onIncoming(connection, message)),
                        e -> log.warn("[{}] {}", name(), SafeText.line(e)));
    }

    private static void onLink(Dialogue dialogue, ConnectionEvent event) {
        if (event instanceof ConnectionEvent.SessionRenewed renewed) {
            dialogue.renewed(renewed.caller());
        } else if (event instanceof ConnectionEvent.SessionBegun begun) {
            dialogue.begun(begun.caller());
        } else if (event instanceof ConnectionEvent.SessionEnded ended) {
            dialogue.forget(ended.caller());
        }
    }

    /** The one place that logs what is left out of messages: once for each part, however often it is read. */
    private void warn(ConnectionEvent.ElementDropped dropped) {
        if (warned.size() < MOST_WARNINGS && warned.add(dropped)) {
            log.warn("[{}] {}", name(), SafeText.line(dropped.describe(), 400));
        }
    }

    private void onIncoming(Connection connection, Incoming incoming) {
        Dialogue dialogue = link.get().dialogue;
        JsonRpcMessage message = incoming.message();
        if (message instanceof JsonRpcMessage.Request request) {
            if (dialogue != null) {
                dialogue.onRequest(request, incoming.context(), incoming.callGivenUp());
            } else {
                // before the session is agreed on, "the server SHOULD NOT send requests other than pings and logging"
                new PeerRequests(
                                name(),
                                new InputHandlers(name(), options),
                                connection,
                                Deadlines.clock(options.timer()))
                        .acceptEarly(request, incoming.context());
            }
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            if (notification.params() instanceof CancelledParams cancelled) {
                // without an id it refers to nothing: "Malformed notifications SHOULD be ignored"
                if (dialogue != null && cancelled.requestId() != null) {
                    dialogue.onCancelled(cancelled.requestId(), incoming.context());
                }
                return;
            }
            SessionEvent event = toEvent(notification);
            if (dialogue != null) {
                dialogue.onEvent(event, incoming.caller());
            } else {
                events.emit(event);
            }
        }
    }

    private static SessionEvent toEvent(JsonRpcMessage.Notification notification) {
        Object params = notification.params();
        if (params instanceof LogMessage message) {
            return new SessionEvent.ServerLog(message);
        }
        if (params instanceof Resources.UpdatedParams updated) {
            return new SessionEvent.ResourceUpdated(updated.uri());
        }
        if (params instanceof Tasks.Task task) {
            return new SessionEvent.TaskChanged(task);
        }
        if (params instanceof Elicitation.CompleteParams complete) {
            return new SessionEvent.ElicitationComplete(complete.elicitationId());
        }
        SessionEvent.ListChanged.Kind kind = Listening.kind(notification.method());
        return kind == null
                ? new SessionEvent.Other(notification.method(), params)
                : new SessionEvent.ListChanged(kind);
    }

    /**
     * A text of the server with configured secrets masked, to be shown or logged. What this session emits for people (events,
     * progress, log messages, errors) is masked already; names, results and URIs are handed over as they came.
     */
    public String mask(String text) {
        Connection connection = link.get().connection;
        return connection == null ? text : connection.mask(text);
    }

    /** What was agreed on, or null before the session is open. */
    public @Nullable PeerInfo peer() {
        Dialogue dialogue = link.get().dialogue;
        return dialogue == null ? null : dialogue.peer();
    }

    /** The id of the server's process where this side started one, else null. */
    public @Nullable Long pid() {
        Connection connection = link.get().connection;
        return connection == null ? null : connection.pid();
    }

    /**
     * Whether a change of this list would be told now. A legacy server tells by itself, and whether it does is not known; a
     * modern one has to have agreed to, and may end that at any time ({@link SessionOptions#listen()}).
     */
    public boolean tellsOf(SessionEvent.ListChanged.Kind list) {
        Dialogue dialogue = link.get().dialogue;
        return dialogue != null && dialogue.tells(list);
    }

    /**
     * Whether a change of this list of one caller would be told now: this session listens to a modern server as nobody, so
     * what changes for a named caller only is not told.
     */
    public boolean tellsOf(SessionEvent.ListChanged.Kind list, Caller caller) {
        Dialogue dialogue = link.get().dialogue;
        return dialogue != null && dialogue.tells(list) && (caller.anonymous() || dialogue.tellsEachCaller());
    }

    /** How many requests wait for their response now. */
    public int pendingRequests() {
        Link now = link.get();
        if (now.connection == null) {
            return 0;
        }
        // the one by which this session listens for itself is no work under way
        return Math.max(
                0, now.connection.pendingExchanges() - (now.dialogue == null ? 0 : now.dialogue.ownExchanges()));
    }

    /**
     * How many calls are under way now: requests that wait for their response, without those that only listen for changes, and
     * calls that wait meanwhile for a task or for an answer to the server's question.
     */
    public int callsUnderWay() {
        Link now = link.get();
        int exchanges = now.connection == null ? 0 : now.connection.pendingExchanges();
        return now.dialogue == null ? exchanges : now.dialogue.calls(exchanges);
    }

    /** What is known now for an error message: exit code, what is kept of its stderr. */
    public Diagnostics diagnostics() {
        Connection connection = link.get().connection;
        return connection == null ? Diagnostics.NONE : connection.diagnostics();
    }

    /** A mark for {@link #diagnosticsSince}, of when something begins to wait for the server. */
    public long mark() {
        Connection connection = link.get().connection;
        return connection == null ? 0 : connection.mark();
    }

    /** What is known now for the error of something that was waited for in vain: also what the server did since the mark. */
    public Diagnostics diagnosticsSince(long mark) {
        Connection connection = link.get().connection;
        return connection == null ? Diagnostics.NONE : connection.diagnosticsSince(mark);
    }

    /**
     * What the server and the link report by themselves. Hot, never fails; completes when the session is closed.
     *
     * <p>Each subscriber has a buffer of 256 events and 4 MiB. Of a subscriber that is slower the oldest events are dropped,
     * and {@link SessionEvent.EventsDropped} reports how many. <em>Thread:</em> a thread for events, in order; a subscriber may
     * block it, and holds up neither calls nor other subscribers.
     */
    public Flux<SessionEvent> events() {
        return events.flux();
    }

    /** Emits why the session ended and completes, once it has ended by itself or was closed. */
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    /** Lists the tools with the session's limits; see {@link #listTools(RequestOptions)}. */
    public Flux<Tool> listTools() {
        return listTools(options.request());
    }

    /**
     * The tools of the server, page after page, as they are asked for (specification: server/tools, listing tools).
     *
     * @return empty if the server offers no tools; one that does not declare them is asked once all the
     *     same. A list that would never end, since the server names a page that it has
     *     named before, or that is longer than {@link SessionOptions#lists()} allows, completes with what was read, a
     *     {@link SessionEvent.ListCut} and a warning. A definition that cannot be used is left out
     *     ({@link ConnectionEvent.ElementDropped}). <em>Cancellation</em> stops the page under way.
     */
    public Flux<Tool> listTools(RequestOptions limits) {
        return flux((dialogue, caller) -> dialogue.listTools(caller, limits));
    }

    /** One page of the tools with the session's limits; see {@link #listToolsPage(String, RequestOptions)}. */
    public Mono<ListToolsResult> listToolsPage(@Nullable String cursor) {
        return listToolsPage(cursor, options.request());
    }

    /**
     * One page of the tools of the server.
     *
     * @param cursor null for the first page, else the {@code nextCursor} of the page before
     */
    public Mono<ListToolsResult> listToolsPage(@Nullable String cursor, RequestOptions limits) {
        return mono((dialogue, caller) -> dialogue.toolsPage(caller, cursor, limits));
    }

    /** Calls a tool with the session's limits; see {@link #callTool(String, Object, RequestOptions)}. */
    public Mono<CallToolResult> callTool(String tool, @Nullable Object arguments) {
        return callTool(tool, arguments, options.request());
    }

    /**
     * Calls a tool (specification: server/tools, calling tools). What the server asks for meanwhile is answered by the
     * {@link SessionOptions#handlers() handlers}; a task is followed to its end.
     *
     * @param arguments what is written as a JSON object: a map, a record or a tree; null for none
     * @return the result, also where the tool reports an error ({@link CallToolResult#failed()}). Fails with
     *     {@link dev.mcpflux.error.PeerErrorException} if the server refuses the call, {@link McpTimeoutException},
     *     {@link McpConnectionException} if the server is lost,
     *     {@link dev.mcpflux.error.McpOverloadException} if too much waits to be sent,
     *     {@link dev.mcpflux.error.McpHandlerException} if a handler fails, and
     *     {@link dev.mcpflux.error.McpValidationException} if the result does not fit the tool's output schema, where a
     *     {@link SessionOptions#schemas() validator} is there.
     *     <p><em>Cancellation</em> tells the server to stop.
     */
    public Mono<CallToolResult> callTool(String tool, @Nullable Object arguments, RequestOptions limits) {
        return mono((dialogue, caller) ->
                dialogue.callTool(caller, tool(tool), CallerInput.arguments(name(), tool, arguments), limits));
    }

    /**
     * Calls a tool for its structured content (specification: server/tools, structured content).
     *
     * @param type what the structured content is bound to
     * @return the value. Besides what {@link #callTool(String, Object, RequestOptions)} fails with, fails with
     *     {@link McpToolErrorException} if the tool reports an error, or gives no structured content or one that does not
     *     fit the type; it holds the result.
     */
    public <T> Mono<T> callTool(String tool, @Nullable Object arguments, Class<T> type) {
        return callTool(tool, arguments).map(result -> structured(tool, result, type));
    }

    private <T> T structured(String tool, CallToolResult result, Class<T> type) {
        if (result.failed()) {
            throw new McpToolErrorException(name(), tool, "reported an error: " + mask(result.text()), result);
        }
        // null is JSON, and no value
        if (result.structuredContent() == null || result.structuredContent().isNull()) {
            throw new McpToolErrorException(name(), tool, "gave no structured content", result);
        }
        try {
            return result.structured(type);
        } catch (JacksonException e) {
            // the message of the cause quotes the content
            throw new McpToolErrorException(
                    name(), tool, "gave structured content that is no " + type.getSimpleName(), result);
        }
    }

    /** Calls a tool with the session's limits and asks for its progress; see {@link #toolSignals(String, Object, RequestOptions)}. */
    public Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments) {
        return toolSignals(tool, arguments, options.request());
    }

    /**
     * Calls a tool and asks for its progress (specification: basic/utilities/progress).
     *
     * @return what the tool tells, then its {@link ToolSignal.Result}. Fails like {@link #callTool(String, Object)};
     *     progress starts the idle limit anew. Signals beyond what is asked for are kept up to a limit, the oldest
     *     dropped. <em>Cancellation</em> tells the server to stop.
     */
    public Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments, RequestOptions limits) {
        return flux((dialogue, caller) ->
                dialogue.toolSignals(caller, tool(tool), CallerInput.arguments(name(), tool, arguments), limits));
    }

    /**
     * Follows a task that an earlier call began, maybe of a client before this one, as the call would have
     * ({@link ToolSignal.TaskStatus} offers its id).
     *
     * @return its states, then the result of the call it stands for. Fails like {@link #callTool(String, Object)}, and with
     *     {@link dev.mcpflux.error.McpTaskException} if the task was cancelled. <em>Cancellation</em> cancels the task at
     *     the server, unless {@link RequestOptions#keepTask()}.
     */
    public Flux<ToolSignal> resumeTask(String taskId, RequestOptions limits) {
        return flux((dialogue, caller) -> dialogue.resumeTask(task(taskId), limits));
    }

    /** Follows a task with the session's limits; see {@link #resumeTask(String, RequestOptions)}. */
    public Flux<ToolSignal> resumeTask(String taskId) {
        return resumeTask(taskId, options.request());
    }

    /** A task as it is now; fails if the server knows none of that id. */
    public Mono<Tasks.Task> getTask(String taskId) {
        return mono((dialogue, caller) -> dialogue.getTask(task(taskId)));
    }

    /** Asks the server to give a task up; completes when it has heard, which does not mean that it does. */
    public Mono<Void> cancelTask(String taskId) {
        return mono((dialogue, caller) -> dialogue.cancelTask(task(taskId)));
    }

    /** The tasks that the server keeps (2025-11-25: basic/utilities/tasks); empty where it cannot list them. */
    public Flux<Tasks.Task> listTasks() {
        return flux((dialogue, caller) -> dialogue.listTasks());
    }

    /** Lists the prompts with the session's limits. */
    public Flux<Prompts.Prompt> listPrompts() {
        return listPrompts(options.request());
    }

    /** The prompts of the server (specification: server/prompts); as {@link #listTools(RequestOptions)}. */
    public Flux<Prompts.Prompt> listPrompts(RequestOptions limits) {
        return flux((dialogue, caller) -> dialogue.listPrompts(limits));
    }

    /** Gets a prompt with the session's limits; see {@link #getPrompt(String, Map, RequestOptions)}. */
    public Mono<Prompts.GetResult> getPrompt(String prompt, Map<String, String> arguments) {
        return getPrompt(prompt, arguments, options.request());
    }

    /**
     * The messages of a prompt (specification: server/prompts, getting a prompt). What the server asks for meanwhile is
     * answered by the handlers. Fails and is cancelled like {@link #callTool(String, Object, RequestOptions)}.
     */
    public Mono<Prompts.GetResult> getPrompt(String prompt, Map<String, String> arguments, RequestOptions limits) {
        return mono((dialogue, caller) -> dialogue.getPrompt(
                CallerInput.required(name(), prompt, "the name of the prompt"),
                CallerInput.texts(name(), arguments, "the arguments of prompt '" + prompt + "'"),
                limits));
    }

    /** Lists the resources with the session's limits. */
    public Flux<Resources.Resource> listResources() {
        return listResources(options.request());
    }

    /** The resources of the server (specification: server/resources); as {@link #listTools(RequestOptions)}. */
    public Flux<Resources.Resource> listResources(RequestOptions limits) {
        return flux((dialogue, caller) -> dialogue.listResources(limits));
    }

    /** Lists the resource templates with the session's limits. */
    public Flux<Resources.Template> listResourceTemplates() {
        return listResourceTemplates(options.request());
    }

    /** The resource templates of the server (specification: server/resources); as {@link #listTools(RequestOptions)}. */
    public Flux<Resources.Template> listResourceTemplates(RequestOptions limits) {
        return flux((dialogue, caller) -> dialogue.listResourceTemplates(limits));
    }

    /** Reads a resource with the session's limits; see {@link #readResource(String, RequestOptions)}. */
    public Mono<Resources.ReadResult> readResource(String uri) {
        return readResource(uri, options.request());
    }

    /**
     * What a resource holds (specification: server/resources, reading resources). A server may allow to keep it for a while
     * ({@link RequestOptions#cache()}). Fails with {@link dev.mcpflux.error.McpResourceNotFoundException} if there is none;
     * otherwise fails and is cancelled like {@link #callTool(String, Object, RequestOptions)}.
     */
    public Mono<Resources.ReadResult> readResource(String uri, RequestOptions limits) {
        return mono((dialogue, caller) -> dialogue.readResource(uri(uri), limits));
    }

    /**
     * Suggestions for an argument (specification: server/utilities/completion).
     *
     * @param reference the prompt or template it belongs to
     * @param argument its name
     * @param value what of it is there already, may be empty
     * @param resolved the arguments that have values already; servers before 2025-06-18 are not told
     * @return without values where the server offers no completion
     */
    public Mono<Completions.Completion> complete(
            Completions.Reference reference, String argument, String value, Map<String, String> resolved) {
        return mono((dialogue, caller) -> dialogue.complete(
                CallerInput.required(name(), reference, "what is completed"),
                CallerInput.required(name(), argument, "the name of the argument"),
                CallerInput.required(name(), value, "the value of the argument"),
                CallerInput.texts(name(), resolved, "the arguments that have values")));
    }

    /**
     * From which level on the server is to send log messages (specification: server/utilities/logging): told once to a
     * legacy server, and with every request to a modern one.
     *
     * @return completes at once where the server does no logging
     */
    public Mono<Void> setLogLevel(LogLevel level) {
        return mono((dialogue, caller) ->
                dialogue.setLogLevel(caller, CallerInput.required(name(), level, "the log level")));
    }

    /**
     * Listens for changes (specification 2026-07-28: basic/patterns/subscriptions; up to 2025-11-25: server/resources,
     * subscriptions).
     *
     * @return what the server will tell of, then what it tells. Completes when the server ends it in order; fails with
     *     {@link McpConnectionException} when the server is lost, {@link McpClosedException} when the session is closed,
     *     {@link McpTimeoutException} if the server does not say what it will tell of. Signals beyond what is asked for are
     *     kept up to a limit, the oldest dropped. <em>Cancellation</em> ends it at the server.
     */
    public Flux<ListenSignal> listen(Subscriptions.Filter filter) {
        return flux((dialogue, caller) ->
                dialogue.listen(caller, CallerInput.required(name(), filter, "what is listened to")));
    }

    /**
     * Emits the URI whenever the resource has changed; it, or one beneath it. As {@link #listen}, and fails with
     * {@link McpProtocolException} if the server does not tell of changes of resources.
     */
    public Flux<String> resourceUpdates(String uri) {
        return Flux.defer(() -> listen(Subscriptions.Filter.resources(uri(uri))))
                .handle((signal, sink) -> {
                    if (signal instanceof ListenSignal.Acknowledged acknowledged) {
                        if (acknowledged.filter().resourceSubscriptions() == null
                                || acknowledged.filter().resourceSubscriptions().isEmpty()) {
                            sink.error(new McpProtocolException(name(), "it does not tell of changes of " + uri));
                        }
                    } else if (signal instanceof ListenSignal.ResourceUpdated updated) {
                        sink.next(updated.uri());
                    }
                });
    }

    /**
     * Asks the server for a sign of life: {@code ping} in the legacy era, {@code server/discover} in the modern one.
     *
     * @return completes when the server has answered
     */
    public Mono<Void> ping() {
        return mono((dialogue, caller) -> dialogue.ping());
    }

    /**
     * What the server says of itself now (specification 2026-07-28: server/discover), kept as long as it allows; a legacy
     * server has said it once.
     */
    public Mono<PeerInfo> discover(RequestOptions limits) {
        return mono((dialogue, caller) -> dialogue.discover(limits));
    }

    /** An operation of this session; fails at once where a value in the context of its subscriber has the wrong type. */
    private <T> Mono<T> mono(BiFunction<Dialogue, Caller, Mono<T>> operation) {
        return Mono.deferContextual(context -> operation.apply(ready(), CallContext.caller(context)));
    }

    private <T> Flux<T> flux(BiFunction<Dialogue, Caller, Flux<T>> operation) {
        return Flux.deferContextual(context -> operation.apply(ready(), CallContext.caller(context)));
    }

    private String tool(@Nullable String tool) {
        return CallerInput.required(name(), tool, "the name of the tool");
    }

    private String task(@Nullable String taskId) {
        return CallerInput.required(name(), taskId, "the id of the task");
    }

    private String uri(@Nullable String uri) {
        return CallerInput.required(name(), uri, "the URI of the resource");
    }

    private Dialogue ready() {
        Link now = link.get();
        // also what was kept is not served any more: whoever shares it would take it for the next session's
        if (now.dialogue == null || now.closed) {
            throw new McpClosedException(name(), now.closed ? "the session is closed" : "the session is not open yet");
        }
        return now.dialogue;
    }

    /**
     * Ends the session: requests under way fail, the connection is closed. Idempotent; one teardown, and everyone who
     * subscribes sees its end. <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    public Mono<Void> close() {
        return ending.close();
    }

    /**
     * Ends the session as {@link #close()} does, but waits for nothing: a server that would have been given time to end is
     * killed. Also cuts short a {@link #close()} that is under way.
     *
     * @return what closing was waiting for when it was cut short, for an error message, once the server is gone.
     *     <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    public Mono<String> closeNow() {
        // closing begins first: from then on nobody opens another connection
        return Mono.zip(ending.close().onErrorComplete().thenReturn(true), Mono.defer(() -> {
                    Connection connection = link.get().connection;
                    return connection == null ? Mono.just("nothing") : connection.closeNow();
                }))
                .map(both -> both.getT2());
    }

    private Mono<Void> doClose() {
        Link before = link.getAndUpdate(l -> new Link(l.connection, l.dialogue, true));
        if (before.dialogue != null) {
            before.dialogue.end();
        }
        Connection connection = before.connection;
        if (connection == null) {
            ended();
            return Mono.empty();
        }
        return connection.close().doOnTerminate(this::ended);
    }

    private void ended() {
        ending.end(Termination.closed());
        events.complete();
    }

    /** Where the session is: without a connection, opening (no dialogue yet), open, closed. */
    private record Link(
            @Nullable Connection connection, @Nullable Dialogue dialogue, boolean closed) {
        static final Link NONE = new Link(null, null, false);
    }
}
