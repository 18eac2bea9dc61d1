package dev.mcpflux.client;

import dev.mcpflux.transport.Callbacks;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The time-outs of all requests of one session. There is one scheduled task for all of them, at the earliest deadline: a
 * request that ends in time, as nearly all do, neither schedules anything nor wakes the thread of the timer. A deadline may
 * move while it is waited for; it is asked for again when it seems to have come.
 */
final class Deadlines {

    /** What has to end in time. */
    interface Entry {
        /** When, by {@link #now()}; asked by any thread. */
        long due();

        /** When it began, by {@link #now()}. */
        default long begin() {
            return Long.MIN_VALUE;
        }

        /** Called at most once, by a thread of the timer, after the deadline. */
        void expire();
    }

    /** How far a scheduler's clock may be from the system's to be taken for the same. */
    private static final long SAME_CLOCK_MILLIS = 10_000;

    private final Scheduler timer;
    private final LongSupplier clock;
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Wake> next = new AtomicReference<>();

    Deadlines(Scheduler timer) {
        this.timer = timer;
        this.clock = clock(timer);
    }

    /**
     * Milliseconds since some moment. A scheduler that goes by the system's clock is read by {@code nanoTime}, which nobody
     * can set; one with a time of its own, as in tests with virtual time, is asked for it.
     */
    static LongSupplier clock(Scheduler timer) {
        boolean system = Math.abs(timer.now(TimeUnit.MILLISECONDS) - System.currentTimeMillis()) < SAME_CLOCK_MILLIS;
        return system ? () -> System.nanoTime() / 1_000_000 : () -> timer.now(TimeUnit.MILLISECONDS);
    }

    /** Milliseconds since some moment. */
    long now() {
        return clock.getAsLong();
    }

    /**
     * Watches it until it is removed or has expired.
     *
     * @throws RejectedExecutionException if the timer takes no tasks any more
     */
    void add(Entry entry) {
        entries.add(entry);
        wakeAt(entry.due());
    }

    void remove(Entry entry) {
        if (entries.remove(entry)) {
            looked();
        }
    }

    /** Learns which requests are under way. */
    interface Watcher {
        /** A request that began then was given up by who made it, or was too late. */
        void givenUp(long begin);

        /** Whether {@link #ended} is to be called. */
        boolean waits();

        /** A request has ended; the oldest that is left began then. */
        void ended(long oldest);
    }

    private volatile @Nullable Watcher watcher;

    /** The one that learns of it. */
    void watch(Watcher one) {
        watcher = one;
    }

    /** An entry that has been removed, or has expired, is not waited for any more though it was not answered. */
    void givenUp(Entry entry) {
        Watcher one = watcher;
        if (one != null) {
            one.givenUp(entry.begin());
            looked();
        }
    }

    private void looked() {
        Watcher one = watcher;
        if (one != null && one.waits()) {
            long oldest = Long.MAX_VALUE;
            for (Entry entry : entries) {
                oldest = Math.min(oldest, entry.begin());
            }
            one.ended(oldest);
        }
    }

    /** How many are watched. */
    int size() {
        return entries.size();
    }

    private void wakeAt(long due) {
        Wake before = next.get();
        while (before == null || due < before.due) {
            Wake wake = new Wake(due);
            if (next.compareAndSet(before, wake)) {
                wake.schedule();
                if (before != null) {
                    before.dispose();
                }
                return;
            }
            before = next.get();
        }
    }

    // a concurrent set may be changed while it is gone through, and who has removed an entry expires it
    @SuppressWarnings("ModifyCollectionInEnhancedForLoop")
    private void sweep(Wake wake) {
        if (!next.compareAndSet(wake, null)) {
            return;
        }
        long earliest = Long.MAX_VALUE;
        for (Entry entry : entries) {
            long due = entry.due();
            if (due > now()) {
                earliest = Math.min(earliest, due);
            } else if (entries.remove(entry)) {
                // who throws when it is told must not keep the others from learning of their time-outs
                Callbacks.run(entry::expire);
            }
        }
        // what came meanwhile has seen that nothing is scheduled, and has done so itself
        if (earliest != Long.MAX_VALUE) {
            wakeAt(earliest);
        }
    }

    /** Forgets the scheduled task; entries that are there or come later bring another. */
    void rest() {
        Wake wake = next.getAndSet(null);
        if (wake != null) {
            wake.dispose();
        }
    }

    /** One scheduled look. */
    private final class Wake implements Runnable {
        private final long due;
        private final AtomicReference<@Nullable Disposable> task = new AtomicReference<>();
        private volatile boolean disposed;

        Wake(long due) {
            this.due = due;
        }

        void schedule() {
            Disposable scheduled = timer.schedule(this, Math.max(0, due - now()), TimeUnit.MILLISECONDS);
            task.set(scheduled);
            if (disposed) {
                scheduled.dispose();
            }
        }

        void dispose() {
            disposed = true;
            Disposable scheduled = task.get();
            if (scheduled != null) {
                scheduled.dispose();
            }
        }

        @Override
        public void run() {
            sweep(this);
        }
    }
}
