package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Subscriptions;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.Transport;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

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
 *
 * <p>Sessions can be decorated, and replaced in tests: overloads are default methods that end in an abstract one.
 * {@link #create} makes the session that talks to a server. A new revision of the protocol may add abstract methods.
 */
public interface McpSession {

    /** A session that is not open yet. */
    static McpSession create(Transport transport, SessionOptions options) {
        return new DefaultMcpSession(transport, options);
    }

    /**
     * Opens a session, uses it, and closes it.
     *
     * @return what {@code body} emits; the session is closed when it completes, fails or is cancelled, also while the
     *     session is still being opened. Completion and errors are passed on after the close has ended.
     */
    static <T> Flux<T> use(
            Transport transport, SessionOptions options, Function<McpSession, ? extends Publisher<T>> body) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> create(transport, options)),
                session -> session.open().thenMany(Callbacks.deferred(() -> body.apply(session))),
                McpSession::close,
                (session, error) ->
                        session.close().onErrorResume(failedClose -> SessionLifecycle.beneath(error, failedClose)),
                McpSession::close);
    }

    /** The configured name of the server. */
    String name();

    /**
     * Starts or reaches the server and agrees on a revision, once, however often it is subscribed.
     *
     * @return what was agreed on; fails with {@link McpStartException} if the server cannot be started or ends before
     *     it is ready, {@link McpTimeoutException} after {@link SessionOptions#startTimeout()},
     *     {@link McpProtocolException} if there is no common revision, {@link McpClosedException} after
     *     {@link #close()}. A session that failed to open has already taken down what it had started.
     *     <p><em>Cancellation</em> stops waiting and nothing else: {@link #close()} ends an opening under way.
     */
    Mono<PeerInfo> open();

    /** The options of requests that name none: those of {@link SessionOptions#request()}. */
    RequestOptions requestOptions();

    /**
     * A text of the server with configured secrets masked, to be shown or logged. What this session emits for people (events,
     * progress, log messages, errors) is masked already; names, results and URIs are handed over as they came.
     */
    String mask(String text);

    /** What was agreed on, or null before the session is open. */
    @Nullable
    PeerInfo peer();

    /** The id of the server's process where this side started one, else null. */
    @Nullable
    Long pid();

    /**
     * Whether the server notifies this session of changes of this list now. A legacy server does so of its own accord, or does
     * not, which nobody knows; a modern one has to have agreed to it, and may end it at any time
     * ({@link SessionOptions#listen()}).
     */
    boolean notifiesChangesOf(ListKind list);

    /**
     * Whether the server notifies this session of changes of this list of one caller now. To a modern server the session
     * listens as nobody, so it does not learn of what changes for a named caller only.
     */
    boolean notifiesChangesOf(ListKind list, Caller caller);

    /** How many requests wait for their response now. */
    int pendingRequests();

    /**
     * How many calls are under way now: requests that wait for their response, without those that only listen for changes, and
     * calls that wait meanwhile for a task or for an answer to the server's question.
     */
    int callsUnderWay();

    /** What is known now for an error message: exit code, what is kept of its stderr. */
    Diagnostics diagnostics();

    /** A mark for {@link #diagnosticsSince}, of when something begins to wait for the server. */
    long mark();

    /** What is known now for the error of something that was waited for in vain: also what the server did since the mark. */
    Diagnostics diagnosticsSince(long mark);

    /**
     * What the server and the link report by themselves. Hot, never fails; completes when the session is closed.
     *
     * <p>Each subscriber has a buffer of 256 events and 4 MiB. Of a subscriber that is slower the oldest events are dropped,
     * and {@link SessionEvent.EventsDropped} reports how many. <em>Thread:</em> a thread for events, in order; a subscriber may
     * block it, and holds up neither calls nor other subscribers.
     */
    Flux<SessionEvent> events();

    /** Emits why the session ended and completes, once it has ended by itself or was closed. */
    Mono<Termination> onTermination();

    /** Lists the tools with the session's options; see {@link #listTools(RequestOptions)}. */
    default Flux<Tool> listTools() {
        return listTools(requestOptions());
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
    Flux<Tool> listTools(RequestOptions options);

    /** One page of the tools with the session's options; see {@link #listToolsPage(String, RequestOptions)}. */
    default Mono<ListToolsResult> listToolsPage(@Nullable String cursor) {
        return listToolsPage(cursor, requestOptions());
    }

    /**
     * One page of the tools of the server.
     *
     * @param cursor null for the first page, else the {@code nextCursor} of the page before
     */
    Mono<ListToolsResult> listToolsPage(@Nullable String cursor, RequestOptions options);

    /** Calls a tool with the session's options; see {@link #callTool(String, Object, RequestOptions)}. */
    default Mono<CallToolResult> callTool(String tool, @Nullable Object arguments) {
        return callTool(tool, arguments, requestOptions());
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
    Mono<CallToolResult> callTool(String tool, @Nullable Object arguments, RequestOptions options);

    /** Calls a tool for its structured content, with the session's options; see {@link #callToolAs(String, Object, Class, RequestOptions)}. */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, Class<T> type) {
        return callToolAs(tool, arguments, type, requestOptions());
    }

    /**
     * Calls a tool for its structured content (specification: server/tools, structured content).
     *
     * @param type what the structured content is bound to
     * @return the value. Besides what {@link #callTool(String, Object, RequestOptions)} fails with, fails with
     *     {@link McpToolErrorException} if the tool reports an error, or gives no structured content or one that does not
     *     fit the type; it holds the result.
     */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, Class<T> type, RequestOptions options) {
        return callTool(tool, arguments, options).map(result -> StructuredContent.of(this, tool, result, type));
    }

    /** As {@link #callToolAs(String, Object, Class)}, for a generic type. */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, TypeReference<T> type) {
        return callToolAs(tool, arguments, type, requestOptions());
    }

    /** As {@link #callToolAs(String, Object, Class, RequestOptions)}, for a generic type. */
    default <T> Mono<T> callToolAs(
            String tool, @Nullable Object arguments, TypeReference<T> type, RequestOptions options) {
        return callTool(tool, arguments, options).map(result -> StructuredContent.of(this, tool, result, type));
    }

    /** Calls a tool with the session's options and asks for its progress; see {@link #toolSignals(String, Object, RequestOptions)}. */
    default Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments) {
        return toolSignals(tool, arguments, requestOptions());
    }

    /**
     * Calls a tool and asks for its progress (specification: basic/utilities/progress).
     *
     * @return what the tool tells, then its {@link ToolSignal.Result}. Fails like {@link #callTool(String, Object)};
     *     progress starts the idle limit anew. Signals beyond what is asked for are kept up to a limit, the oldest
     *     dropped. <em>Cancellation</em> tells the server to stop.
     */
    Flux<ToolSignal> toolSignals(String tool, @Nullable Object arguments, RequestOptions options);

    /**
     * Follows a task that an earlier call began, maybe of a client before this one, as the call would have
     * ({@link ToolSignal.TaskStatus} offers its id).
     *
     * @return its states, then the result of the call it stands for. Fails like {@link #callTool(String, Object)}, and with
     *     {@link dev.mcpflux.error.McpTaskException} if the task was cancelled. <em>Cancellation</em> cancels the task at
     *     the server, unless {@link RequestOptions#keepTask()}.
     */
    Flux<ToolSignal> resumeTask(String taskId, RequestOptions options);

    /** Follows a task with the session's options; see {@link #resumeTask(String, RequestOptions)}. */
    default Flux<ToolSignal> resumeTask(String taskId) {
        return resumeTask(taskId, requestOptions());
    }

    /** A task as it is now; fails if the server knows none of that id. */
    Mono<Tasks.Task> getTask(String taskId);

    /** Asks the server to give a task up; completes when it has heard, which does not mean that it does. */
    Mono<Void> cancelTask(String taskId);

    /** The tasks that the server keeps (2025-11-25: basic/utilities/tasks); empty where it cannot list them. */
    Flux<Tasks.Task> listTasks();

    /** Lists the prompts with the session's options. */
    default Flux<Prompts.Prompt> listPrompts() {
        return listPrompts(requestOptions());
    }

    /** The prompts of the server (specification: server/prompts); as {@link #listTools(RequestOptions)}. */
    Flux<Prompts.Prompt> listPrompts(RequestOptions options);

    /** Gets a prompt with the session's options; see {@link #getPrompt(String, Map, RequestOptions)}. */
    default Mono<Prompts.GetResult> getPrompt(String prompt, Map<String, String> arguments) {
        return getPrompt(prompt, arguments, requestOptions());
    }

    /**
     * The messages of a prompt (specification: server/prompts, getting a prompt). What the server asks for meanwhile is
     * answered by the handlers. Fails and is cancelled like {@link #callTool(String, Object, RequestOptions)}.
     */
    Mono<Prompts.GetResult> getPrompt(String prompt, Map<String, String> arguments, RequestOptions options);

    /** Lists the resources with the session's options. */
    default Flux<Resources.Resource> listResources() {
        return listResources(requestOptions());
    }

    /** The resources of the server (specification: server/resources); as {@link #listTools(RequestOptions)}. */
    Flux<Resources.Resource> listResources(RequestOptions options);

    /** Lists the resource templates with the session's options. */
    default Flux<Resources.Template> listResourceTemplates() {
        return listResourceTemplates(requestOptions());
    }

    /** The resource templates of the server (specification: server/resources); as {@link #listTools(RequestOptions)}. */
    Flux<Resources.Template> listResourceTemplates(RequestOptions options);

    /** Reads a resource with the session's options; see {@link #readResource(String, RequestOptions)}. */
    default Mono<Resources.ReadResult> readResource(String uri) {
        return readResource(uri, requestOptions());
    }

    /**
     * What a resource holds (specification: server/resources, reading resources). A server may allow to keep it for a while
     * ({@link RequestOptions#cache()}). Fails with {@link dev.mcpflux.error.McpResourceNotFoundException} if there is none;
     * otherwise fails and is cancelled like {@link #callTool(String, Object, RequestOptions)}.
     */
    Mono<Resources.ReadResult> readResource(String uri, RequestOptions options);

    /**
     * Suggestions for an argument (specification: server/utilities/completion).
     *
     * @param reference the prompt or template it belongs to
     * @param argument its name
     * @param value what of it is there already, may be empty
     * @param resolved the arguments that have values already; servers before 2025-06-18 are not told
     * @return without values where the server offers no completion
     */
    Mono<Completions.Completion> complete(
            Completions.Reference reference, String argument, String value, Map<String, String> resolved);

    /**
     * From which level on the server is to send log messages (specification: server/utilities/logging): told once to a
     * legacy server, and with every request to a modern one.
     *
     * @return completes at once where the server does no logging
     */
    Mono<Void> setLogLevel(LogLevel level);

    /**
     * Listens for changes (specification 2026-07-28: basic/patterns/subscriptions; up to 2025-11-25: server/resources,
     * subscriptions).
     *
     * @return what the server will tell of, then what it tells. Completes when the server ends it in order; fails with
     *     {@link McpConnectionException} when the server is lost, {@link McpClosedException} when the session is closed,
     *     {@link McpTimeoutException} if the server does not say what it will tell of. Signals beyond what is asked for are
     *     kept up to a limit, the oldest dropped. <em>Cancellation</em> ends it at the server.
     */
    Flux<ListenSignal> listen(Subscriptions.Filter filter);

    /**
     * Emits the URI whenever the resource has changed; it, or one beneath it. As {@link #listen}, and fails with
     * {@link McpProtocolException} if the server does not tell of changes of resources.
     */
    default Flux<String> resourceUpdates(String uri) {
        return Flux.defer(() -> listen(
                        Subscriptions.Filter.resources(CallerInput.required(name(), uri, "the URI of the resource"))))
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
    Mono<Void> ping();

    /**
     * What the server says of itself now (specification 2026-07-28: server/discover), kept as long as it allows; a legacy
     * server has said it once.
     */
    Mono<PeerInfo> discover(RequestOptions options);

    /**
     * Ends the session: requests under way fail, the connection is closed. Idempotent; one teardown, and everyone who
     * subscribes sees its end. <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    Mono<Void> close();

    /**
     * Ends the session as {@link #close()} does, but waits for nothing: a server that would have been given time to end is
     * killed. Also cuts short a {@link #close()} that is under way.
     *
     * @return what closing was waiting for when it was cut short, for an error message, once the server is gone.
     *     <em>Cancellation</em> stops waiting; the teardown goes on.
     */
    Mono<String> closeNow();
}
