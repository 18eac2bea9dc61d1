package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.StructuredContent;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.Catalogue.Route;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.HostSignal;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.core.type.TypeReference;

/** How the operations of a host are made at a session. Options that are null are those of the tool or the server. */
final class HostCalls {

    private HostCalls() {}

    /** Makes a call that has passed all filters at its server; the filters may have changed all of it. */
    static Flux<HostSignal> make(ServerSupervisor server, HostCall call) {
        if (call instanceof HostCall.CallTool tool) {
            Route route = Route.of(server, tool.tool());
            return tool.streamed()
                    ? server.handle()
                            .use(session -> stream(session, route, tool.arguments(), tool.options()))
                            .map(HostCalls::hostSignal)
                    : server.handle()
                            .useOne(session -> call(session, route, tool.arguments(), tool.options()))
                            .<HostSignal>map(HostSignal.ToolResult::new)
                            .flux();
        }
        if (call instanceof HostCall.ResumeTask task) {
            return server.handle().use(session -> resume(session, task)).map(HostCalls::hostSignal);
        }
        if (call instanceof HostCall.Listen listen) {
            return HostSubscription.listen(server, listen.filter()).map(HostSignal.Listening::new);
        }
        return server.handle().useOne(session -> single(session, call)).flux();
    }

    private static Mono<HostSignal> single(McpSession session, HostCall call) {
        if (call instanceof HostCall.GetPrompt prompt) {
            return prompt(session, prompt.prompt(), prompt.arguments(), prompt.options())
                    .map(HostSignal.PromptResult::new);
        }
        if (call instanceof HostCall.ReadResource resource) {
            return read(session, resource.uri(), resource.options()).map(HostSignal.ResourceResult::new);
        }
        return complete(session, (HostCall.Complete) call).map(HostSignal.CompletionResult::new);
    }

    static HostCall.CallTool toolCall(
            Route route, @Nullable Object arguments, @Nullable RequestOptions options, boolean streamed) {
        return new HostCall.CallTool(
                route.server().name(), route.name(), route.offered(), arguments, options, streamed);
    }

    static Mono<CallToolResult> call(
            McpSession session, Route route, @Nullable Object arguments, @Nullable RequestOptions options) {
        RequestOptions own = options == null ? route.options() : options;
        return own == null ? session.callTool(route.name(), arguments) : session.callTool(route.name(), arguments, own);
    }

    static Flux<ToolSignal> stream(
            McpSession session, Route route, @Nullable Object arguments, @Nullable RequestOptions options) {
        RequestOptions own = options == null ? route.options() : options;
        return own == null
                ? session.streamTool(route.name(), arguments)
                : session.streamTool(route.name(), arguments, own);
    }

    static Flux<ToolSignal> resume(McpSession session, HostCall.ResumeTask call) {
        RequestOptions options = call.options();
        return options == null ? session.resumeTask(call.taskId()) : session.resumeTask(call.taskId(), options);
    }

    static Mono<Prompts.GetPromptResult> prompt(
            McpSession session, String prompt, Map<String, String> arguments, @Nullable RequestOptions options) {
        return options == null ? session.getPrompt(prompt, arguments) : session.getPrompt(prompt, arguments, options);
    }

    static Mono<Resources.ReadResourceResult> read(McpSession session, String uri, @Nullable RequestOptions options) {
        return options == null ? session.readResource(uri) : session.readResource(uri, options);
    }

    static Mono<Completions.Completion> complete(McpSession session, HostCall.Complete call) {
        return session.complete(call.reference(), call.argument(), call.value(), call.resolved());
    }

    static <T> T bind(Route route, CallToolResult result, Class<T> type) {
        ServerSupervisor server = route.server();
        return StructuredContent.of(server.name(), server::mask, route.name(), result, type);
    }

    static <T> T bind(Route route, CallToolResult result, TypeReference<T> type) {
        ServerSupervisor server = route.server();
        return StructuredContent.of(server.name(), server::mask, route.name(), result, type);
    }

    private static HostSignal hostSignal(ToolSignal signal) {
        return signal instanceof ToolSignal.Result result
                ? new HostSignal.ToolResult(result.result())
                : new HostSignal.Notice(signal);
    }

    /** The signal of a tool in that of a host; other signals are none of a tool. */
    static void toolSignal(HostSignal signal, SynchronousSink<ToolSignal> sink) {
        if (signal instanceof HostSignal.Notice notice) {
            sink.next(notice.signal());
        } else if (signal instanceof HostSignal.ToolResult result) {
            sink.next(new ToolSignal.Result(Objects.requireNonNull(result.result())));
        }
    }
}
