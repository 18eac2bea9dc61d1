package dev.mcpflux.host;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * What a host has opened, in order. Closing it releases all of it, last first, each step begun after the one before has
 * ended, however that ended; errors are collected. A step that hangs is left behind after its share of the time that is
 * left, so that the others still have theirs.
 */
final class Scope {

    /** Something to release. */
    record Entry(String name, Mono<Void> release) {}

    private final Duration limit;
    private final Scheduler timer;
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Mono<Void> close = Mono.defer(this::doClose).cache();

    // guarded by this: adopting races with closing
    private @Nullable Deque<Entry> stack = new ArrayDeque<>();

    Scope(Duration limit, Scheduler timer) {
        this.limit = limit;
        this.timer = timer;
    }

    /**
     * Takes over the release of something that is about to be opened.
     *
     * @return false if the scope is closing: then it must not be opened
     */
    synchronized boolean adopt(String name, Mono<Void> release) {
        if (stack == null) {
            return false;
        }
        stack.push(new Entry(name, release));
        return true;
    }

    private synchronized List<Entry> take() {
        List<Entry> entries = stack == null ? List.of() : new ArrayList<>(stack);
        stack = null;
        return entries;
    }

    /** Releases everything, once; fails with what failed, after all of it was tried. */
    Mono<Void> close() {
        return close;
    }

    /** Completes when closing begins. */
    Mono<Void> closing() {
        return closing.asMono();
    }

    /** Completes, or fails, when closing has ended; does not begin it. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    private Mono<Void> doClose() {
        List<Entry> entries = take();
        closing.tryEmitEmpty();
        long deadline = now() + limit.toMillis();
        List<Throwable> errors = new ArrayList<>();
        Mono<Void> all = Mono.empty();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            int left = entries.size() - i;
            all = all.then(Mono.defer(() -> {
                Duration share = Duration.ofMillis(Math.max(1, (deadline - now()) / left));
                return entry.release().timeout(share, timer).onErrorResume(e -> {
                    errors.add(e instanceof TimeoutException ? hangs(entry, share) : e);
                    return Mono.empty();
                });
            }));
        }
        return all.then(Mono.<Void>defer(() -> errors.isEmpty() ? Mono.empty() : Mono.error(combine(errors))))
                .doOnSuccess(v -> closed.tryEmitEmpty())
                .doOnError(closed::tryEmitError);
    }

    private static McpException hangs(Entry entry, Duration share) {
        return new McpTimeoutException(
                entry.name(), McpTimeoutException.Phase.CLOSE, "closing it", share, Diagnostics.NONE);
    }

    private static Throwable combine(List<Throwable> errors) {
        Throwable first = errors.get(0);
        errors.stream().skip(1).forEach(first::addSuppressed);
        return first;
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
