package dev.mcpflux.client;

import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.RequestSubject;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.spi.RequestEffect;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tool calls. Runs a tool as a task if required, and follows the task until it has ended. Validates arguments and
 * results against the schemas of the tool. Retries a call once if the server rejects its parameter headers because the
 * list of tools is out of date.
 */
final class ToolCalls {

    private final RequestSender requests;
    private final ToolRegistry tools;
    private final TaskFollower tasks;

    ToolCalls(RequestSender requests, ToolRegistry tools, TaskFollower tasks) {
        this.requests = requests;
        this.tools = tools;
        this.tasks = tasks;
    }

    /** Calls a tool and emits its result. */
    Mono<CallToolResult> call(Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        return tools.knowsWhetherTask(caller, tool)
                ? callKnown(caller, tool, arguments, options)
                : tools.whetherTask(caller, tool, options)
                        .then(Mono.defer(() -> callKnown(caller, tool, arguments, options)));
    }

    private Mono<CallToolResult> callKnown(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        Mono<CallToolResult> call = ask(caller, tool, arguments, options);
        Mono<CallToolResult> sure = requests.connection().mirrorsArgumentsInHeaders()
                ? call.onErrorResume(
                        McpHeaderMismatchException.class,
                        e -> tools.readAnew(caller, options)
                                .onErrorMap(inner -> withBoth(e, inner))
                                .then(Mono.defer(() -> ask(caller, tool, arguments, options))))
                : call;
        // the validation of the arguments counts towards the timeout of the call
        return options.validateArguments()
                ? requests.within(
                        options,
                        Methods.TOOLS_CALL,
                        tools.checkArguments(caller, tool, arguments, options).then(sure))
                : sure;
    }

    private Mono<CallToolResult> ask(Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        return requests.ask(
                toolCall(caller, tool, arguments, options),
                options,
                atOnce -> {},
                task -> tasks.followToResult(task, options),
                result -> tools.checkResult(caller, tool, result, options));
    }

    /** Emits the rejection; the error of reading the list becomes a suppressed exception of it. */
    private static Throwable withBoth(McpHeaderMismatchException refusal, Throwable e) {
        refusal.addSuppressed(e);
        return refusal;
    }

    /** Calls a tool and emits its progress and its result. */
    Flux<ToolSignal> signals(Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        return tools.knowsWhetherTask(caller, tool)
                ? knownSignals(caller, tool, arguments, options)
                : tools.whetherTask(caller, tool, options)
                        .thenMany(Flux.defer(() -> knownSignals(caller, tool, arguments, options)));
    }

    private Flux<ToolSignal> knownSignals(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        Flux<ToolSignal> call = checked(
                caller,
                tool,
                options,
                Flux.deferContextual(context -> requests.signals(
                        toolCall(caller, tool, arguments, options),
                        options,
                        ToolSignal.Result::new,
                        task -> tasks.follow(task, options),
                        task -> tasks.abandon(task, options, context))));
        Flux<ToolSignal> sure = requests.connection().mirrorsArgumentsInHeaders()
                // rejected before it began, so no signal was emitted yet
                ? call.onErrorResume(
                        McpHeaderMismatchException.class,
                        e -> tools.readAnew(caller, options)
                                .onErrorMap(inner -> withBoth(e, inner))
                                .thenMany(call))
                : call;
        Flux<ToolSignal> all = options.validateArguments()
                ? tools.checkArguments(caller, tool, arguments, options).thenMany(sure)
                : sure;
        // validations count towards the timeout of the call
        return requests.options().schemas() == null ? all : requests.within(options, Methods.TOOLS_CALL, all);
    }

    private Flux<ToolSignal> checked(Caller caller, String tool, RequestOptions options, Flux<ToolSignal> signals) {
        return requests.options().validator() == null
                ? signals
                : signals.concatMap(signal ->
                        signal instanceof ToolSignal.Result result && tools.checks(caller, tool, result.result())
                                ? tools.checkResult(caller, tool, result.result(), options)
                                        .map(ToolSignal.Result::new)
                                : Mono.just(signal));
    }

    private RequestSender.Question<CallToolResult> toolCall(
            Caller caller, String tool, @Nullable Object arguments, RequestOptions options) {
        Tool listed = tools.listed(caller, tool);
        return new RequestSender.Question<>(
                Methods.TOOLS_CALL,
                new RequestSubject.OfTool(tool, listed),
                RequestEffect.MAY_ACT,
                new CallToolParams(tool, arguments, null, null, tools.task(listed, options), null),
                RoundResult.ToolCall.class);
    }
}
