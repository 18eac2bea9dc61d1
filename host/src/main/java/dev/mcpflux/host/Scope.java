package dev.mcpflux.host;

import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a host has opened, in order. Closing it releases all of it, last first, each step begun after the one before has
 * ended, however that ended; errors are collected. One entry can be released before, which changes nothing for the others.
 *
 * <p>A step has the limits of what it releases, and no share of the time for all. When two thirds of that time are over, the
 * steps that are left begin at once and no longer one after the other; when all of it is over, what is still there is killed.
 */
final class Scope {

    /** How long it may take to kill what is left when the time is over. */
    static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Scope.class);

    /**
     * Something to release.
     *
     * @param needs the names of the entries that are released after this one, whenever they were adopted
     * @param releaseNow the same without waiting; emits what it was waiting for
     */
    record Entry(String name, Set<String> needs, Mono<Void> release, Mono<String> releaseNow) {

        Entry(String name, Mono<Void> release, Mono<String> releaseNow) {
            this(name, Set.of(), release, releaseNow);
        }
    }

    private final Duration limit;
    private final Scheduler timer;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Ending ending = new Ending(this::doClose);

    /** Of releases that failed while everything is released, in the order in which they failed. */
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

    // guarded by this: adopting and releasing race with closing
    private final Deque<Step> stack = new ArrayDeque<>();
    private boolean taken;

    Scope(Duration limit, Scheduler timer) {
        this.limit = limit;
        this.timer = timer;
    }

    /**
     * Takes over the release of something that is about to be opened.
     *
     * @return false if the scope is closing: then it must not be opened
     */
    synchronized boolean adopt(Entry entry) {
        if (taken) {
            return false;
        }
        stack.push(new Step(entry));
        return true;
    }

    /**
     * Releases one entry before the others, once, and forgets it. Where closing has begun, it is released in its turn; where
     * that begins meanwhile, it waits for this release in its place of the order, and within its limits.
     *
     * @return completes when it is released, or closing has ended; at once for an entry that is not or no longer there.
     *     Fails with the error of the release, which then is not one of closing unless that has begun. <em>Cancellation</em>
     *     stops waiting; the release goes on.
     */
    Mono<Void> release(Entry entry) {
        return Callbacks.isolated(Mono.defer(() -> {
            Step step = step(entry);
            if (step == null) {
                return Mono.empty();
            }
            Mono<Void> release = isClosing() ? step.done.asMono() : step.run;
            return Mono.firstWithSignal(release, closed().onErrorComplete())
                    .then(Mono.defer(() -> step.error == null ? Mono.empty() : Mono.error(step.error)));
        }));
    }

    /** Whether closing has begun. */
    synchronized boolean isClosing() {
        return taken;
    }

    private synchronized @Nullable Step step(Entry entry) {
        return stack.stream()
                .filter(step -> step.entry.equals(entry))
                .findFirst()
                .orElse(null);
    }

    private void ended(Step step) {
        step.ended = true;
        synchronized (this) {
            if (!taken) {
                stack.remove(step);
            } else if (step.error != null) {
                errors.add(step.error);
            }
        }
        step.done.tryEmitEmpty();
    }

    private synchronized List<Step> take() {
        taken = true;
        List<Step> ordered = new ArrayList<>();
        for (Step step : stack) {
            addAfterDependents(step, ordered, new HashSet<>());
        }
        return ordered;
    }

    /** What was adopted later may be needed by what was adopted before. */
    private void addAfterDependents(Step step, List<Step> ordered, Set<Step> path) {
        if (ordered.contains(step) || !path.add(step)) {
            return;
        }
        for (Step other : stack) {
            if (other.entry.needs().contains(step.entry.name())) {
                addAfterDependents(other, ordered, path);
            }
        }
        ordered.add(step);
    }

    /** Releases everything, once; fails with {@link McpShutdownException}, after all of it was tried. */
    Mono<Void> close() {
        return ending.close();
    }

    /** Completes when closing begins. */
    Mono<Void> closing() {
        return ending.onEnd().then();
    }

    /** Completes, or fails, when closing has ended; does not begin it. */
    Mono<Void> closed() {
        return Callbacks.isolated(closed.asMono());
    }

    private Mono<Void> doClose() {
        List<Step> steps = take();
        ending.end(Termination.closed());
        Sinks.Empty<Void> late = Sinks.empty();
        return Mono.using(
                        () -> alarm(steps, late),
                        alarm -> releaseInOrder(steps, late.asMono())
                                .thenReturn(List.<McpShutdownException.Unfinished>of())
                                .timeout(limit, Mono.defer(() -> releaseNow(steps)), timer()),
                        Disposable::dispose)
                .flatMap(unfinished -> unfinished.isEmpty() && errors.isEmpty()
                        ? Mono.<Void>empty()
                        : Mono.error(McpShutdownException.of(limit, unfinished, List.copyOf(errors))))
                .doOnSuccess(v -> closed.tryEmitEmpty())
                .doOnError(closed::tryEmitError);
    }

    /** Not the one of the host where an application has shut that down before it closes the host. */
    private Scheduler timer() {
        return timer.isDisposed() ? Schedulers.parallel() : timer;
    }

    /** Ends the order, so that one that hangs takes no time from the others. */
    private Disposable alarm(List<Step> steps, Sinks.Empty<Void> late) {
        long patience = limit.toNanos() / 3 * 2;
        return timer().schedule(
                        () -> {
                            List<String> names = steps.stream()
                                    .filter(step -> step.begun && !step.ended)
                                    .map(step -> step.entry.name())
                                    .toList();
                            log.warn("{} still closing; the servers before are closed now, too", names);
                            late.tryEmitEmpty();
                        },
                        patience,
                        TimeUnit.NANOSECONDS);
    }

    /** {@code concatMap} goes on in a loop, however many steps end at once. */
    private static Mono<Void> releaseInOrder(List<Step> steps, Mono<Void> late) {
        return Flux.fromIterable(steps)
                .concatMap(step -> Mono.firstWithSignal(step.run, late))
                .then(Mono.defer(
                        () -> Mono.when(steps.stream().map(step -> step.run).toList())));
    }

    private Mono<List<McpShutdownException.Unfinished>> releaseNow(List<Step> steps) {
        return Flux.fromIterable(steps)
                .filter(step -> !step.ended)
                .flatMapSequential(this::releaseNow, Integer.MAX_VALUE)
                .collectList();
    }

    private Mono<McpShutdownException.Unfinished> releaseNow(Step step) {
        String name = step.entry.name();
        boolean begun = step.begun;
        return Mono.defer(step.entry::releaseNow)
                .timeout(KILL_LIMIT, timer())
                .map(stage -> new McpShutdownException.Unfinished(name, begun ? stage : "the others", true))
                .onErrorResume(e ->
                        Mono.just(new McpShutdownException.Unfinished(name, "its end after it was killed", false)));
    }

    /** The release of one entry; once begun, it goes on whoever waits for it. */
    private final class Step {
        private final Entry entry;
        private final Mono<Void> run;
        private final Sinks.Empty<Void> done = Sinks.empty();
        private volatile boolean begun;
        private volatile boolean ended;
        private volatile @Nullable Throwable error;

        Step(Entry entry) {
            this.entry = entry;
            this.run = Callbacks.once(this::release);
        }

        private Mono<Void> release() {
            begun = true;
            return entry.release().doOnError(e -> error = e).onErrorComplete().doOnTerminate(() -> ended(this));
        }
    }
}
