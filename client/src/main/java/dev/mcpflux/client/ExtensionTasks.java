package dev.mcpflux.client;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTaskException;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.protocol.TolerantReader;
import dev.mcpflux.transport.spi.RequestEffect;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Tasks of the modern era: the extension {@code io.modelcontextprotocol/tasks}. The state of a task contains its
 * result.
 */
final class ExtensionTasks extends TaskFollower {

    ExtensionTasks(RequestSender requests, Flux<PeerNotice> told) {
        super(requests, told, true);
    }

    /** The response to a call contains the task but never its result. */
    @Override
    boolean createdWithoutResult() {
        return true;
    }

    @Override
    boolean ended(Tasks.Task task) {
        return task.terminal();
    }

    /** "Clients SHOULD deduplicate inputRequests keys across consecutive polls." */
    @Override
    Mono<Void> input(Tasks.Task task, Set<String> answered, RequestOptions options) {
        Map<String, Tasks.InputRequest> wanted = new LinkedHashMap<>();
        if (task.status() == Tasks.Status.INPUT_REQUIRED && task.inputRequests() != null) {
            task.inputRequests().forEach((key, input) -> {
                if (!answered.contains(key)) {
                    wanted.put(key, input);
                }
            });
        }
        if (wanted.isEmpty()) {
            return Mono.empty();
        }
        return requests()
                .answer(Methods.TOOLS_CALL, wanted)
                .flatMap(answers -> requests()
                        .ask(
                                Methods.TASKS_UPDATE,
                                RequestEffect.MAY_ACT,
                                new Tasks.UpdateTaskParams(task.taskId(), answers, null),
                                EmptyResult.class,
                                options))
                .doOnSuccess(done -> answered.addAll(wanted.keySet()))
                .then();
    }

    @Override
    Mono<ToolSignal> result(Tasks.Task task, RequestOptions options) {
        return Mono.fromCallable(() -> new ToolSignal.Result(outcome(task)));
    }

    private CallToolResult outcome(Tasks.Task task) {
        if (task.error() != null) {
            JsonRpcError error = Masker.mask(task.error(), requests().connection()::mask);
            throw McpPeerErrorException.of(requests().server(), Methods.TOOLS_CALL, null, error);
        }
        if (task.status() != Tasks.Status.COMPLETED) {
            String why = task.statusMessage() == null ? "" : ": " + task.statusMessage();
            throw new McpTaskException(
                    requests().server(),
                    task.taskId(),
                    "ended as " + requests().connection().mask(task.statusText() + why));
        }
        if (task.result() == null) {
            throw new McpProtocolException(
                    requests().server(), "task " + task.taskId() + " has completed without a result");
        }
        try {
            return TolerantReader.bind(task.result(), CallToolResult.class, new DroppedParts());
        } catch (JacksonException | IllegalArgumentException e) {
            // without the cause, whose message quotes the content
            throw new McpProtocolException(
                    requests().server(), "the result of task " + task.taskId() + " does not fit");
        }
    }
}
