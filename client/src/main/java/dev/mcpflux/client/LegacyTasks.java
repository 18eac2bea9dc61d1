package dev.mcpflux.client;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.spi.RequestEffect;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The experimental tasks of 2025-11-25 (basic/utilities/tasks). The result of a task is requested separately. */
final class LegacyTasks extends TaskFollower {

    /**
     * The tasks of one session.
     *
     * @param cancels whether the server supports cancelling a task
     */
    LegacyTasks(RequestSender requests, Flux<PeerNotice> told, boolean cancels) {
        super(requests, told, cancels);
    }

    @Override
    boolean createdWithoutResult() {
        return false;
    }

    /**
     * "When the requestor encounters the input_required status, it SHOULD preemptively call tasks/result" (2025-11-25):
     * that request waits until the task has ended, and the server sends its requests meanwhile.
     */
    @Override
    boolean ended(Tasks.Task task) {
        return task.terminal() || task.status() == Tasks.Status.INPUT_REQUIRED;
    }

    /** The server sends requests of its own. */
    @Override
    Mono<Void> input(Tasks.Task task, Set<String> answered, RequestOptions options) {
        return Mono.empty();
    }

    @Override
    Mono<ToolSignal> result(Tasks.Task task, RequestOptions options) {
        // waits until the task has ended, so only the total timeout of the call applies
        return requests()
                .ask(
                        Methods.TASKS_RESULT,
                        RequestEffect.MAY_ACT,
                        new Tasks.TaskParams(task.taskId(), null),
                        CallToolResult.class,
                        options,
                        options.totalTimeout())
                .map(ToolSignal.Result::new);
    }
}
