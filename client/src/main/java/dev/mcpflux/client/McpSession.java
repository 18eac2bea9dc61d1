package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.internal.Callbacks;
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
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Transport;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;

/**
 * A client session with one server, over one transport. It negotiates the era of the protocol, which callers do not
 * see. Creating a session is cheap and synchronous. {@link #open()} connects, and {@link #close()} may be called at any
 * moment, from any thread. {@link #use} does both within one subscription.
 *
 * <p>Results arrive on the thread that reads from the server, which is {@link reactor.core.scheduler.NonBlocking}.
 * Every request has a time limit ({@link RequestOptions}). Cancelling a request notifies the server, unless it has
 * answered already (specification: basic/utilities/cancellation). If the server answers with an error, the request
 * fails with {@link dev.mcpflux.error.McpPeerErrorException}, or with a more specific type for the errors that the
 * specification defines.
 *
 * <p>Sessions can be decorated, and replaced in tests: overloads are default methods that end in an abstract one.
 * {@link #create} makes the session that connects to a server. A new revision of the protocol may add abstract methods.
 */
public interface McpSession {

    /** A session that is not open yet. */
    static McpSession create(Transport transport, SessionOptions options) {
        return create(transport, options, new EraMemory());
    }

    /**
     * A session that is not open yet.
     *
     * @param memory remembers the era of the server for the next session that is created with it
     */
    static McpSession create(Transport transport, SessionOptions options, EraMemory memory) {
        return new DefaultMcpSession(transport, options, memory);
    }

    /**
     * Opens a session, uses it, and closes it.
     *
     * @return the values of {@code body}. The session is closed when {@code body} completes, fails or is cancelled,
     *     also if the session is still opening. Completion and errors are emitted after the session has been closed.
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
     * Starts or reaches the server and negotiates a revision, once for all subscribers.
     *
     * @return what was negotiated. Fails with {@link McpStartException} if the server cannot be started or ends before
     *     it is ready, {@link McpTimeoutException} after {@link SessionOptions#startTimeout()},
     *     {@link McpProtocolException} if there is no common revision, and {@link McpClosedException} after
     *     {@link #close()}. A session that failed to open has already released its resources.
     *     <p><em>Cancellation</em> only stops waiting; {@link #close()} ends an opening in progress.
     */
    Mono<PeerInfo> open();

    /** The default options of requests: those of {@link SessionOptions#request()}. */
    RequestOptions requestOptions();

    /**
     * Masks the configured secrets in a text of the server, so that it can be shown or logged. Everything that this
     * session emits for people (events, progress, log messages, errors) is masked already. Names, results and URIs are
     * passed on unchanged.
     */
    String mask(String text);

    /** The result of the negotiation, or null before the session is open. */
    @Nullable
    PeerInfo peer();

    /** The id of the server's process if this client started one, else null. */
    @Nullable
    Long pid();

    /**
     * Whether the server currently notifies this session of changes of this list. A legacy server declares whether it
     * does. A modern server has to agree to it first, and may end it at any time ({@link SessionOptions#listen()}).
     */
    boolean notifiesChangesOf(ListKind list);

    /**
     * Whether the server currently notifies this session of changes of this list of one caller. To a modern server the
     * session listens without a caller, so it is not notified of changes that concern one caller only.
     */
    boolean notifiesChangesOf(ListKind list, Caller caller);

    /** The number of requests that currently wait for their response. */
    int pendingRequests();

    /**
     * The number of calls in progress: requests that wait for their response, except those that only listen for
     * changes, and calls that currently wait for a task or for the answer to a request of the server.
     */
    int callsUnderWay();

    /** The current diagnostics for an error message: exit code and last lines of stderr. */
    Diagnostics diagnostics();

    /** A mark for {@link #diagnosticsSince}, to be taken when an operation begins to wait for the server. */
    long mark();

    /**
     * The current diagnostics for the error of an operation that timed out. They include what the server did since the
     * mark.
     */
    Diagnostics diagnosticsSince(long mark);

    /**
     * The notifications of the server and the events of the connection. Hot, never fails; completes when the session is
     * closed.
     *
     * <p>Each subscriber has a buffer of 256 events and 4 MiB. A slower subscriber loses the oldest events, and
     * {@link SessionEvent.EventsDropped} reports how many. <em>Thread:</em> events are emitted in order, on a thread of
     * their own. A subscriber may block it without delaying calls or other subscribers.
     */
    Flux<SessionEvent> events();

    /**
     * Emits the reason why the session ended, and completes. A session has ended as soon as its connection is lost or
     * {@link #close()} begins; what it held is gone when {@code close()} completes.
     */
    Mono<Termination> onTermination();

    /** Lists the tools with the session's options; see {@link #listTools(RequestOptions)}. */
    default Flux<Tool> listTools() {
        return listTools(requestOptions());
    }

    /**
     * Lists the tools of the server and reads further pages on demand (specification: server/tools, listing tools).
     *
     * @return empty if the server offers no tools; a server that does not declare tools is still asked once. An endless
     *     list, where the server repeats a cursor, and a list that exceeds {@link SessionOptions#lists()} complete with
     *     the elements read so far, a {@link SessionEvent.ListCut} and a warning. A definition that cannot be used is
     *     skipped ({@link ConnectionEvent.ElementDropped}). <em>Cancellation</em> cancels the request for the current
     *     page.
     */
    Flux<Tool> listTools(RequestOptions options);

    /** One page of the tools with the session's options; see {@link #listToolsPage(String, RequestOptions)}. */
    default Mono<ListToolsResult> listToolsPage(@Nullable String cursor) {
        return listToolsPage(cursor, requestOptions());
    }

    /**
     * One page of the tools of the server.
     *
     * @param cursor null for the first page, else the {@code nextCursor} of the previous page
     */
    Mono<ListToolsResult> listToolsPage(@Nullable String cursor, RequestOptions options);

    /** Calls a tool with the session's options; see {@link #callTool(String, Object, RequestOptions)}. */
    default Mono<CallToolResult> callTool(String tool, @Nullable Object arguments) {
        return callTool(tool, arguments, requestOptions());
    }

    /**
     * Calls a tool (specification: server/tools, calling tools). The {@link SessionOptions#handlers() handlers} answer
     * requests that the server makes during the call. If the server returns a task, the session follows it until it has
     * ended.
     *
     * @param arguments a value that is written as a JSON object: a map, a record or a tree; null for none
     * @return the result, also if the tool reports an error ({@link CallToolResult#isError()}). Fails with
     *     {@link dev.mcpflux.error.McpPeerErrorException} if the server rejects the call, {@link McpTimeoutException},
     *     {@link McpConnectionException} if the connection is lost, {@link dev.mcpflux.error.McpOverloadException} if
     *     the send queue is full, {@link dev.mcpflux.error.McpHandlerException} if a handler fails, and
     *     {@link dev.mcpflux.error.McpValidationException} if there is a {@link SessionOptions#schemas() validator} and
     *     the result does not conform to the output schema of the tool.
     *     <p><em>Cancellation</em> notifies the server to stop.
     */
    Mono<CallToolResult> callTool(String tool, @Nullable Object arguments, RequestOptions options);

    /** Calls a tool for its structured content with the session's options. */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, Class<T> type) {
        return callToolAs(tool, arguments, type, requestOptions());
    }

    /**
     * Calls a tool for its structured content (specification: server/tools, structured content).
     *
     * @param type the type to which the structured content is bound
     * @return the value. Fails like {@link #callTool(String, Object, RequestOptions)}, and also with
     *     {@link McpToolErrorException} if the tool reports an error, returns no structured content, or returns content
     *     that does not fit the type. The exception holds the result.
     */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, Class<T> type, RequestOptions options) {
        return callTool(tool, arguments, options).map(result -> StructuredContent.of(this, tool, result, type));
    }

    /** Like {@link #callToolAs(String, Object, Class)}, for a generic type. */
    default <T> Mono<T> callToolAs(String tool, @Nullable Object arguments, TypeReference<T> type) {
        return callToolAs(tool, arguments, type, requestOptions());
    }

    /** Like {@link #callToolAs(String, Object, Class, RequestOptions)}, for a generic type. */
    default <T> Mono<T> callToolAs(
            String tool, @Nullable Object arguments, TypeReference<T> type, RequestOptions options) {
        return callTool(tool, arguments, options).map(result -> StructuredContent.of(this, tool, result, type));
    }

    /**
     * Calls a tool with the session's options and requests progress; see
     * {@link #streamTool(String, Object, RequestOptions)}.
     */
    default Flux<ToolSignal> streamTool(String tool, @Nullable Object arguments) {
        return streamTool(tool, arguments, requestOptions());
    }

    /**
     * Calls a tool and requests progress notifications (specification: basic/utilities/progress).
     *
     * @return the progress, log messages and task states of the call, then its {@link ToolSignal.Result}. Fails like
     *     {@link #callTool(String, Object)}; each progress notification restarts the idle timeout. Signals that exceed
     *     the demand are buffered up to a limit; beyond it the oldest are dropped. <em>Cancellation</em> notifies the
     *     server to stop.
     */
    Flux<ToolSignal> streamTool(String tool, @Nullable Object arguments, RequestOptions options);

    /**
     * Follows a task that an earlier call has started, possibly in an earlier process ({@link ToolSignal.TaskStatus}
     * has its id).
     *
     * @return the states of the task, then the result of its call. Fails like {@link #callTool(String, Object)}, and
     *     with {@link dev.mcpflux.error.McpTaskException} if the task was cancelled. <em>Cancellation</em> cancels the
     *     task at the server, unless {@link RequestOptions#keepTask()}.
     */
    Flux<ToolSignal> resumeTask(String taskId, RequestOptions options);

    /** Follows a task with the session's options; see {@link #resumeTask(String, RequestOptions)}. */
    default Flux<ToolSignal> resumeTask(String taskId) {
        return resumeTask(taskId, requestOptions());
    }

    /** The current state of a task. Fails if the server does not know the id. */
    Mono<Tasks.Task> getTask(String taskId);

    /**
     * Requests that the server cancel a task. Completes when the server has confirmed the request; the task may still
     * run.
     */
    Mono<Void> cancelTask(String taskId);

    /** Lists the tasks of the server (2025-11-25: basic/utilities/tasks); empty if it cannot list them. */
    Flux<Tasks.Task> listTasks();

    /** Lists the prompts with the session's options. */
    default Flux<Prompts.Prompt> listPrompts() {
        return listPrompts(requestOptions());
    }

    /** Lists the prompts of the server (specification: server/prompts), like {@link #listTools(RequestOptions)}. */
    Flux<Prompts.Prompt> listPrompts(RequestOptions options);

    /** Gets a prompt with the session's options; see {@link #getPrompt(String, Map, RequestOptions)}. */
    default Mono<Prompts.GetPromptResult> getPrompt(String prompt, Map<String, String> arguments) {
        return getPrompt(prompt, arguments, requestOptions());
    }

    /**
     * Gets the messages of a prompt (specification: server/prompts, getting a prompt). The handlers answer requests
     * that the server makes during the call. Fails and is cancelled like
     * {@link #callTool(String, Object, RequestOptions)}.
     */
    Mono<Prompts.GetPromptResult> getPrompt(String prompt, Map<String, String> arguments, RequestOptions options);

    /** Lists the resources with the session's options. */
    default Flux<Resources.Resource> listResources() {
        return listResources(requestOptions());
    }

    /**
     * Lists the resources of the server (specification: server/resources), like {@link #listTools(RequestOptions)}.
     */
    Flux<Resources.Resource> listResources(RequestOptions options);

    /** Lists the resource templates with the session's options. */
    default Flux<Resources.ResourceTemplate> listResourceTemplates() {
        return listResourceTemplates(requestOptions());
    }

    /**
     * Lists the resource templates of the server (specification: server/resources), like
     * {@link #listTools(RequestOptions)}.
     */
    Flux<Resources.ResourceTemplate> listResourceTemplates(RequestOptions options);

    /** Reads a resource with the session's options; see {@link #readResource(String, RequestOptions)}. */
    default Mono<Resources.ReadResourceResult> readResource(String uri) {
        return readResource(uri, requestOptions());
    }

    /**
     * Reads the contents of a resource (specification: server/resources, reading resources). They may be cached if the
     * server allows it ({@link RequestOptions#cache()}). Fails with
     * {@link dev.mcpflux.error.McpResourceNotFoundException} if the resource does not exist; otherwise fails and is
     * cancelled like {@link #callTool(String, Object, RequestOptions)}.
     */
    Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options);

    /**
     * Requests suggestions for an argument (specification: server/utilities/completion).
     *
     * @param reference the prompt or template of the argument
     * @param argument the name of the argument
     * @param value the current prefix of its value, may be empty
     * @param resolved the arguments that have a value already; not sent to servers before 2025-06-18
     * @return an empty completion if the server does not offer completion
     */
    Mono<Completions.Completion> complete(
            Completions.CompletionReference reference, String argument, String value, Map<String, String> resolved);

    /**
     * Sets the lowest level of log messages that the server sends (specification: server/utilities/logging). It is sent
     * once to a legacy server, and with every request to a modern one.
     *
     * @return completes at once if the server does not support logging
     */
    Mono<Void> setLogLevel(LogLevel level);

    /**
     * Listens for changes (specification 2026-07-28: basic/patterns/subscriptions; up to 2025-11-25: server/resources,
     * subscriptions).
     *
     * @return the changes that the server agrees to report, then each change. Completes when the server ends the
     *     subscription. Fails with {@link McpConnectionException} if the connection is lost, {@link McpClosedException}
     *     when the session is closed, and {@link McpTimeoutException} if the server does not acknowledge the
     *     subscription. Signals that exceed the demand are buffered up to a limit; beyond it the oldest are dropped.
     *     <em>Cancellation</em> ends the subscription at the server.
     */
    Flux<ListenSignal> listen(Subscriptions.SubscriptionFilter filter);

    /**
     * Emits the URI whenever this resource or one beneath it has changed. Behaves like {@link #listen}, and fails with
     * {@link McpProtocolException} if the server does not report changes of resources.
     */
    default Flux<String> resourceUpdates(String uri) {
        return Flux.defer(() -> listen(Subscriptions.SubscriptionFilter.resources(
                        CallerInput.required(name(), uri, "the URI of the resource"))))
                .handle((signal, sink) -> {
                    if (signal instanceof ListenSignal.Acknowledged acknowledged) {
                        if (acknowledged.filter().resourceSubscriptions() == null
                                || acknowledged.filter().resourceSubscriptions().isEmpty()) {
                            sink.error(new McpProtocolException(name(), "it does not report changes of " + uri));
                        }
                    } else if (signal instanceof ListenSignal.ResourceUpdated updated) {
                        sink.next(updated.uri());
                    }
                });
    }

    /** Whether the era of the session has pings (specification up to 2025-11-25: basic/utilities/ping); false before it is open. */
    boolean supportsPing();

    /**
     * Checks that the server responds: {@code ping} in the legacy era, {@code server/discover} in the modern one.
     *
     * @return completes when the server has answered
     */
    Mono<Void> ping();

    /**
     * The current description of the server (specification 2026-07-28: server/discover), cached for as long as the
     * server allows. For a legacy server it is the result of {@code initialize}.
     */
    Mono<PeerInfo> discover(RequestOptions options);

    /**
     * Closes the session: pending requests fail, and the connection is closed. Idempotent; all subscribers share one
     * teardown and complete with it. <em>Cancellation</em> only stops waiting; the teardown continues.
     */
    Mono<Void> close();

    /**
     * Closes the session like {@link #close()}, but without a grace period: a server that is still running is killed.
     * Also cuts short a {@link #close()} in progress.
     *
     * @return the step at which the close was cut short, for an error message, once the server has ended.
     *     <em>Cancellation</em> only stops waiting; the teardown continues.
     */
    Mono<String> closeNow();
}
