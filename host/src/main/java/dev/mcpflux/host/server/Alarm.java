package dev.mcpflux.host.server;

import dev.mcpflux.internal.Callbacks;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Runs one task later. Setting it again replaces the task; once cancelled, it runs none. */
final class Alarm {

    private final Scheduler timer;
    private final Disposable.Swap task = Disposables.swap();

    Alarm(Scheduler timer) {
        this.timer = timer;
    }

    /** Runs the task after a delay, in place of the task before. A timer that has been stopped runs nothing. */
    void set(long delayMillis, Runnable run) {
        try {
            task.update(timer.schedule(() -> Callbacks.run(run), Math.max(0, delayMillis), TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException e) {
            // the application has stopped its timer: nothing is started any more
            task.dispose();
        }
    }

    /** Runs nothing any more. */
    void cancel() {
        task.dispose();
    }
}
