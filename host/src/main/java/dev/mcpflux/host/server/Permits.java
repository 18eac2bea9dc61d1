package dev.mcpflux.host.server;

import dev.mcpflux.internal.Callbacks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A limited number of permits and a limited queue for those that wait for one, in the order of arrival. A permit that is
 * released goes to the first in the queue. Thread-safe; never waits itself.
 */
final class Permits {

    private final int max;
    private final int maxQueued;
    private final Queue<Permit> granted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wip = new AtomicInteger();

    // guarded by this
    private final Deque<Permit> waiting = new ArrayDeque<>();
    private int held;

    Permits(int max, int maxQueued) {
        this.max = max;
        this.maxQueued = maxQueued;
    }

    /** One permit, or a place in the queue. */
    static final class Permit {
        private final Sinks.Empty<Void> here = Sinks.empty();
        // guarded by the permits
        private boolean isHeld;
        private boolean isReleased;

        /** Completes when the permit is there. A subscriber that throws does not keep the others from theirs. */
        Mono<Void> whenGranted() {
            return Callbacks.isolated(here.asMono());
        }
    }

    /** Takes a permit or a place in the queue; null if the queue is full. */
    @Nullable
    Permit take() {
        Permit permit = new Permit();
        synchronized (this) {
            if (held >= max) {
                if (waiting.size() >= maxQueued) {
                    return null;
                }
                waiting.add(permit);
                return permit;
            }
            held++;
            permit.isHeld = true;
        }
        permit.here.tryEmitEmpty();
        return permit;
    }

    /** Gives a permit back, or leaves the queue; once is enough. */
    void release(Permit permit) {
        synchronized (this) {
            if (permit.isReleased) {
                return;
            }
            permit.isReleased = true;
            if (!permit.isHeld) {
                waiting.remove(permit);
                return;
            }
            Permit next = waiting.poll();
            if (next == null) {
                held--;
                return;
            }
            next.isHeld = true;
            granted.add(next);
        }
        grant();
    }

    /** In a loop: a call that ends at once releases its permit within the call that granted it. */
    private void grant() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Permit next = granted.poll(); next != null; next = granted.poll()) {
                next.here.tryEmitEmpty();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    synchronized int queued() {
        return waiting.size();
    }
}
