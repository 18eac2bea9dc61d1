package dev.mcpflux.transport.stdio;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Takes a server's process tree down in stages, each with a limit (specification: basic/transports/stdio, shutdown; the
 * numbers are its steps): finish the queue and close stdin (1), wait for the exit (2), TERM and then KILL (3).
 */
final class Teardown {

    /** How often to check processes that are not direct children, for whose end there is no notification. */
    private static final Duration POLL = Duration.ofMillis(10);

    private final Mono<Void> exit;
    private final Mono<Boolean> hurry;
    private final StdinWriter stdin;
    private final StdioOptions options;
    private final ProcessTree tree;
    /** A thread of its own, so that the servers are taken down whatever the application does to Reactor's threads. */
    private final ScheduledThreadPoolExecutor thread;

    private final Scheduler blocking;

    /** What the current stage waits for. */
    private volatile String stage = "its queue to be written";

    private volatile boolean gone;

    /**
     * Creates the teardown of one process. {@link #run} starts its thread, which ends with it.
     *
     * @param server the name of the server
     * @param exit completes when the process has ended
     * @param hurry completes when only the end after KILL may still be waited for
     */
    Teardown(
            String server,
            Process process,
            Mono<Void> exit,
            Mono<Void> hurry,
            String launchId,
            StdinWriter stdin,
            StdioOptions options) {
        this.exit = exit;
        this.hurry = hurry.thenReturn(false);
        this.stdin = stdin;
        this.options = options;
        this.tree = new ProcessTree(process.toHandle(), launchId);
        this.thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, "mcpflux-" + server + "-closing");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.blocking = Schedulers.fromExecutorService(thread);
    }

    /**
     * Emits a description of what was needed, when the tree is gone or every stage has used up its time. Never fails.
     */
    Mono<String> run() {
        return Mono.fromRunnable(tree::look)
                .subscribeOn(blocking)
                .then(finish())
                .then(gone("its exit after the end of its stdin", options.exitGrace()))
                .flatMap(gone -> gone ? Mono.just("ended by itself after its stdin was closed") : terminate())
                .doFinally(end -> thread.shutdown());
    }

    /** What the current stage waits for; completes the phrase "was waiting for". */
    String stage() {
        return stage;
    }

    /** Whether no process of the tree is left; false until that is known. */
    boolean gone() {
        return gone;
    }

    /** Usually no message waits to be written, and then no timeout is needed. */
    private Mono<Void> finish() {
        return Mono.defer(() -> stdin.finishNow()
                ? Mono.empty()
                : stdin.finish()
                        .timeout(orMillisecond(options.queueGrace()), blocking)
                        .onErrorComplete()
                        .takeUntilOther(hurry));
    }

    private Mono<String> terminate() {
        return Mono.<Void>fromRunnable(tree::terminate)
                .subscribeOn(blocking)
                .then(gone("its exit after TERM", options.termGrace()))
                .flatMap(gone -> gone ? Mono.just("needed TERM") : kill());
    }

    private Mono<String> kill() {
        return Mono.fromCallable(() -> {
                    stage = "its exit after KILL";
                    return tree.kill(options.killGrace());
                })
                .subscribeOn(blocking)
                .flatMap(killed -> killed
                        ? exit.thenReturn(true).timeout(orMillisecond(options.killGrace()), blocking)
                        : Mono.just(false))
                .onErrorReturn(false)
                .doOnNext(killed -> gone = killed)
                .map(killed -> killed
                        ? "needed KILL"
                        : "could not be ended within " + options.killGrace().toMillis() + " ms after KILL");
    }

    /** Emits whether the whole tree ended within the limit; emits false at once when {@code hurry} completes. */
    private Mono<Boolean> gone(String next, Duration limit) {
        Mono<Boolean> others = Flux.interval(Duration.ZERO, POLL, blocking)
                .onBackpressureDrop()
                .filter(tick -> !tree.alive())
                .next()
                .map(tick -> true);
        return Mono.defer(() -> {
                    stage = next;
                    return Mono.firstWithSignal(
                            exit.then(others)
                                    .timeout(orMillisecond(limit), blocking)
                                    .onErrorReturn(false),
                            hurry);
                })
                .doOnNext(ended -> gone = ended);
    }

    /** {@code timeout} does not accept zero: no grace means one millisecond. */
    private static Duration orMillisecond(Duration limit) {
        return limit.isZero() ? Duration.ofMillis(1) : limit;
    }
}
