package dev.mcpflux.transport.stdio;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Takes a server's process tree down, stage by stage, each bounded (specification: basic/transports/stdio, shutdown;
 * the numbers are its steps): finish the queue and close stdin (1), wait for the exit (2), TERM and then KILL (3).
 */
final class Teardown {

    /** How often the state of processes that are not our own children is looked at; nobody tells us of their end. */
    private static final Duration POLL = Duration.ofMillis(10);

    static {
        // made by one thread: of several that ask for the first one, those that lose dispose of theirs, and may wait
        // for a lock
        Schedulers.boundedElastic();
    }

    private final Mono<Void> exit;
    private final StdinWriter stdin;
    private final StdioOptions options;
    private final ProcessTree tree;
    private final Scheduler blocking = Schedulers.boundedElastic();

    /**
     * For one process.
     *
     * @param exit completes when the process has ended
     */
    Teardown(Process process, Mono<Void> exit, String launchId, StdinWriter stdin, StdioOptions options) {
        this.exit = exit;
        this.stdin = stdin;
        this.options = options;
        this.tree = new ProcessTree(process.toHandle(), launchId);
    }

    /** Emits what it took, when the tree is gone or every stage has had its time. Never fails. */
    Mono<String> run() {
        return Mono.fromRunnable(tree::look)
                .subscribeOn(blocking)
                .then(finish())
                .then(gone(options.exitGrace()))
                .flatMap(gone -> gone ? Mono.just("ended by itself after its stdin was closed") : terminate());
    }

    /** Most of the time nothing waits to be written: then no time-out needs to be set. */
    private Mono<Void> finish() {
        return Mono.defer(() -> stdin.finishNow()
                ? Mono.empty()
                : stdin.finish().timeout(orMillisecond(options.queueGrace())).onErrorComplete());
    }

    private Mono<String> terminate() {
        return signal(false).then(gone(options.termGrace())).flatMap(gone -> gone ? Mono.just("needed TERM") : kill());
    }

    private Mono<String> kill() {
        return signal(true)
                .then(gone(options.killGrace()))
                .map(gone -> gone ? "needed KILL" : "could not be ended within " + options.killGrace() + " after KILL");
    }

    private Mono<Void> signal(boolean forcibly) {
        return Mono.<Void>fromRunnable(() -> tree.signal(forcibly)).subscribeOn(blocking);
    }

    /** Emits whether the whole tree is gone within the limit. */
    private Mono<Boolean> gone(Duration limit) {
        Mono<Boolean> others = Flux.interval(Duration.ZERO, POLL, blocking)
                .onBackpressureDrop()
                .filter(tick -> !tree.alive())
                .next()
                .map(tick -> true);
        return exit.then(others).timeout(orMillisecond(limit)).onErrorReturn(false);
    }

    /** {@code timeout} takes no zero: no grace means the shortest. */
    private static Duration orMillisecond(Duration limit) {
        return limit.isZero() ? Duration.ofMillis(1) : limit;
    }
}
