package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
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
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The session that connects to a server: validates the arguments of callers and delegates to the {@link ActiveSession}.
 */
final class DefaultMcpSession implements McpSession {

    private final SessionOptions options;
    private final SessionLifecycle lifecycle;

    DefaultMcpSession(Transport transport, SessionOptions options, EraMemory memory) {
        this.options = options;
        this.lifecycle = new SessionLifecycle(transport, options, memory);
    }

    @Override
    public String name() {
        return lifecycle.name();
    }

    @Override
    public Mono<PeerInfo> open() {
        return lifecycle.open();
    }

    @Override
    public RequestOptions requestOptions() {
        return options.request();
    }

    @Override
    public String mask(String text) {
        return lifecycle.mask(text);
    }

    @Override
    public @Nullable PeerInfo peer() {
        ActiveSession active = lifecycle.active();
        return active == null ? null : active.peer();
    }

    @Override
    public @Nullable Long pid() {
        Connection connection = lifecycle.connection();
        return connection == null ? null : connection.pid();
    }

    @Override
    public boolean notifiesChangesOf(ListKind list) {
        ActiveSession active = lifecycle.active();
        return active != null && active.era().notifies(list);
    }

    @Override
    public boolean notifiesChangesOf(ListKind list, Caller caller) {
        ActiveSession active = lifecycle.active();
        return active != null
                && active.era().notifies(list)
                && (caller.anonymous() || active.era().notifiesEachCaller());
    }

    @Override
    public int pendingRequests() {
        SessionLifecycle.Link now = lifecycle.link();
        if (now.connection() == null) {
            return 0;
        }
        // the subscription of this session itself is not a call
        return Math.max(
                0,
                now.connection().pendingExchanges()
                        - (now.active() == null ? 0 : now.active().era().ownExchanges()));
    }

    @Override
    public int callsUnderWay() {
        SessionLifecycle.Link now = lifecycle.link();
        int exchanges = now.connection() == null ? 0 : now.connection().pendingExchanges();
        return now.active() == null ? exchanges : now.active().calls(exchanges);
    }

    @Override
    public Diagnostics diagnostics() {
        Connection connection = lifecycle.connection();
        return connection == null ? Diagnostics.NONE : connection.diagnostics();
    }

    @Override
    public long mark() {
        Connection connection = lifecycle.connection();
        return connection == null ? 0 : connection.mark();
    }

    @Override
    public Diagnostics diagnosticsSince(long mark) {
        Connection connection = lifecycle.connection();
        return connection == null ? Diagnostics.NONE : connection.diagnosticsSince(mark);
    }

    @Override
    public Flux<SessionEvent> events() {
        return lifecycle.events();
    }

    @Override
    public Mono<Termination> onTermination() {
        return lifecycle.onTermination();
    }

    @Override
    public Flux<Tool> listTools(RequestOptions options) {
        return flux((active, caller) -> active.listTools(caller, options));
    }

    @Override
    public Mono<ListToolsResult> listToolsPage(@Nullable String cursor, RequestOptions options) {
        return mono((active, caller) -> active.toolsPage(caller, cursor, options));
    }

    @Override
    public Mono<CallToolResult> callTool(String tool, @Nullable Object arguments, RequestOptions options) {
        return mono((active, caller) ->
                active.toolCalls().call(caller, tool(tool), CallerInput.arguments(name(), tool, arguments), options));
    }

    @Override
    public Flux<ToolSignal> streamTool(String tool, @Nullable Object arguments, RequestOptions options) {
        return flux((active, caller) -> active.toolCalls()
                .signals(caller, tool(tool), CallerInput.arguments(name(), tool, arguments), options));
    }

    @Override
    public Flux<ToolSignal> resumeTask(String taskId, RequestOptions options) {
        return flux((active, caller) -> active.resumeTask(task(taskId), options));
    }

    @Override
    public Mono<Tasks.Task> getTask(String taskId) {
        return mono((active, caller) -> active.getTask(task(taskId)));
    }

    @Override
    public Mono<Void> cancelTask(String taskId) {
        return mono((active, caller) -> active.cancelTask(task(taskId)));
    }

    @Override
    public Flux<Tasks.Task> listTasks() {
        return flux((active, caller) -> active.listTasks());
    }

    @Override
    public Flux<Prompts.Prompt> listPrompts(RequestOptions options) {
        return flux((active, caller) -> active.listPrompts(options));
    }

    @Override
    public Mono<Prompts.GetPromptResult> getPrompt(
            String prompt, Map<String, String> arguments, RequestOptions options) {
        return mono((active, caller) -> active.getPrompt(
                CallerInput.required(name(), prompt, "the name of the prompt"),
                CallerInput.texts(name(), arguments, "the arguments of prompt '" + prompt + "'"),
                options));
    }

    @Override
    public Flux<Resources.Resource> listResources(RequestOptions options) {
        return flux((active, caller) -> active.listResources(options));
    }

    @Override
    public Flux<Resources.ResourceTemplate> listResourceTemplates(RequestOptions options) {
        return flux((active, caller) -> active.listResourceTemplates(options));
    }

    @Override
    public Mono<Resources.ReadResourceResult> readResource(String uri, RequestOptions options) {
        return mono((active, caller) -> active.readResource(uri(uri), options));
    }

    @Override
    public Mono<Completions.Completion> complete(
            Completions.CompletionReference reference, String argument, String value, Map<String, String> resolved) {
        return mono((active, caller) -> active.complete(
                CallerInput.required(name(), reference, "the reference to complete"),
                CallerInput.required(name(), argument, "the name of the argument"),
                CallerInput.required(name(), value, "the value of the argument"),
                CallerInput.texts(name(), resolved, "the resolved arguments")));
    }

    @Override
    public Mono<Void> setLogLevel(LogLevel level) {
        return mono((active, caller) ->
                active.era().setLogLevel(caller, CallerInput.required(name(), level, "the log level")));
    }

    @Override
    public Flux<ListenSignal> listen(Subscriptions.SubscriptionFilter filter) {
        return flux(
                (active, caller) -> active.era().listen(caller, CallerInput.required(name(), filter, "the filter")));
    }

    @Override
    public boolean supportsPing() {
        ActiveSession active = lifecycle.active();
        return active != null && active.era().supportsPing();
    }

    @Override
    public Mono<Void> ping() {
        return mono((active, caller) -> active.era().ping());
    }

    @Override
    public Mono<PeerInfo> discover(RequestOptions options) {
        return mono((active, caller) -> active.era().discover(options));
    }

    @Override
    public Mono<Void> close() {
        return lifecycle.close();
    }

    @Override
    public Mono<String> closeNow() {
        return lifecycle.closeNow();
    }

    /** An operation of this session. Fails at once if a value in the context of the subscriber has the wrong type. */
    private <T> Mono<T> mono(BiFunction<ActiveSession, Caller, Mono<T>> operation) {
        return Mono.deferContextual(context -> operation.apply(lifecycle.ready(), CallContext.caller(context)));
    }

    private <T> Flux<T> flux(BiFunction<ActiveSession, Caller, Flux<T>> operation) {
        return Flux.deferContextual(context -> operation.apply(lifecycle.ready(), CallContext.caller(context)));
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
}
