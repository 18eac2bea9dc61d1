package dev.mcpflux.cli;

import dev.mcpflux.cli.content.ResultDisplay;
import dev.mcpflux.cli.output.ProgressDisplay;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.text.SafeText;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Shows the progress of a running call and prints its result; the same for a call that continues as a task. */
final class CallDisplay {

    private final Mcpflux root;
    private final String server;
    private final boolean keep;
    private final ResultDisplay results;
    private final AtomicReference<Tasks.@Nullable Task> task = new AtomicReference<>();

    /**
     * Creates a display.
     *
     * @param keep whether a task continues when the call is interrupted
     */
    CallDisplay(Mcpflux root, String server, boolean keep, ResultDisplay results) {
        this.root = root;
        this.server = server;
        this.keep = keep;
        this.results = results;
    }

    /**
     * Shows the signals and emits the exit code.
     *
     * @param title the label of the progress bar, and the begin of the names of files
     */
    Mono<Integer> show(String title, Flux<ToolSignal> signals) {
        return Mono.defer(() -> {
            ProgressDisplay progress = ProgressDisplay.create(root.output(), title);
            return signals.doOnNext(signal -> show(progress, signal))
                    .doOnCancel(this::interrupted)
                    // before the result is printed, which would otherwise share the line of the bar
                    .doOnTerminate(progress::close)
                    .doOnCancel(progress::close)
                    .ofType(ToolSignal.Result.class)
                    .single()
                    .map(signal -> results.print(server, title, signal.result()));
        });
    }

    private void show(ProgressDisplay progress, ToolSignal signal) {
        if (signal instanceof ToolSignal.Progress step) {
            progress.show(step);
        } else if (signal instanceof ToolSignal.Log log) {
            root.logs().print(server, log.message());
        } else if (signal instanceof ToolSignal.TaskStatus status) {
            task.set(status.task());
            root.output().note(ResultText.text(status.task()));
        }
    }

    private void interrupted() {
        Tasks.Task last = task.get();
        if (last != null && !last.terminal()) {
            String id = SafeText.line(last.taskId());
            root.output()
                    .note(
                            keep
                                    ? "mcpflux: task " + id
                                            + " is not cancelled; if the server keeps it, follow it with: "
                                            + root.again("task", server, id)
                                    : "mcpflux: task " + id
                                            + " is cancelled with the call; --keep-task lets it continue");
        }
    }
}
