package dev.mcpflux.client;

import dev.mcpflux.internal.Callbacks;
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
 * The timeouts of all requests of one session. All of them share one scheduled task, which runs at the earliest
 * deadline: a request that completes in time, the common case, neither schedules a task nor wakes the timer thread. A
 * deadline may move while its entry waits, so it is read again when the task runs.
 */
final class Deadlines {

    /** An operation with a deadline. */
    interface Entry {
        /** The deadline, on the clock of {@link #now()}; read by any thread. */
        long due();

        /** The start, on the clock of {@link #now()}. */
        default long begin() {
            return Long.MIN_VALUE;
        }

        /** Called at most once, by a timer thread, after the deadline. */
        void expire();
    }

    /**
     * The largest difference between a scheduler's clock and the system clock at which they are considered the same.
     */
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
     * A clock in milliseconds with an arbitrary origin. A scheduler that uses the system clock is replaced by
     * {@code nanoTime}, which is unaffected when the system clock is set. The clock of any other scheduler is used as
     * it is, for example virtual time in tests.
     */
    static LongSupplier clock(Scheduler timer) {
        boolean system = Math.abs(timer.now(TimeUnit.MILLISECONDS) - System.currentTimeMillis()) < SAME_CLOCK_MILLIS;
        return system ? () -> System.nanoTime() / 1_000_000 : () -> timer.now(TimeUnit.MILLISECONDS);
    }

    /** Milliseconds since an arbitrary origin. */
    long now() {
        return clock.getAsLong();
    }

    /**
     * Watches an entry until it is removed or has expired.
     *
     * @throws RejectedExecutionException if the timer accepts no more tasks
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

    /** Observes which requests are in progress. */
    interface Watcher {
        /** A request that began at this time was cancelled or timed out. */
        void givenUp(long begin);

        /** Whether to call {@link #ended}. */
        boolean waits();

        /** A request has ended; the oldest remaining one began at this time. */
        void ended(long oldest);
    }

    private volatile @Nullable Watcher watcher;

    /** Sets the observer. */
    void watch(Watcher one) {
        watcher = one;
    }

    /** Reports that an entry was removed or expired without an answer. */
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

    /** The number of watched entries. */
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

    // iterating over a concurrent set that changes is safe, and only the thread that removes an entry expires it
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
                // an entry that throws must not keep the others from expiring
                Callbacks.run(entry::expire);
            }
        }
        // entries added meanwhile found no scheduled task and scheduled one themselves
        if (earliest != Long.MAX_VALUE) {
            wakeAt(earliest);
        }
    }

    /** Disposes the scheduled task; existing and later entries schedule another one. */
    void rest() {
        Wake wake = next.getAndSet(null);
        if (wake != null) {
            wake.dispose();
        }
    }

    /** One scheduled run. */
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
