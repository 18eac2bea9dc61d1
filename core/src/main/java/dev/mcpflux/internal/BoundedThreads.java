package dev.mcpflux.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Daemon threads for one purpose, isolated from other uses. A thread is created on demand, up to a limit, and ends a
 * few seconds after its last task. Tasks wait while all threads are busy. The tasks may block.
 */
public final class BoundedThreads implements Executor {

    private static final long KEPT_SECONDS = 5;

    private final String name;
    private final int limit;
    private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();

    /**
     * Creates no thread yet.
     *
     * @param name the prefix of the thread names, before their number
     * @param limit the maximum number of threads
     */
    public BoundedThreads(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    /** A Reactor scheduler that uses these threads. It does not support delays, and disposing it has no effect. */
    public Scheduler scheduler() {
        return Schedulers.fromExecutor(this);
    }

    @Override
    public void execute(Runnable work) {
        if (queue.tryTransfer(work) || start(work)) {
            return;
        }
        queue.add(work);
        // all threads were busy, but one may have ended since
        start(null);
    }

    private boolean start(@Nullable Runnable first) {
        for (int now = threads.get(); now < limit; now = threads.get()) {
            if (threads.compareAndSet(now, now + 1)) {
                return startThread(first);
            }
        }
        return false;
    }

    private boolean startThread(@Nullable Runnable first) {
        Thread thread = new Thread(() -> work(first), name + "-" + made.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(BoundedThreads.class.getClassLoader());
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError e) {
            // no more threads can be created: the existing ones continue, and this method tries again later
            threads.decrementAndGet();
            return false;
        }
    }

    private void work(@Nullable Runnable first) {
        Runnable next = first;
        for (; ; ) {
            if (next != null) {
                Callbacks.run(next);
                // clear an interrupt that the task left behind
                boolean ignored = Thread.interrupted();
            }
            try {
                next = queue.poll(KEPT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                continue;
            }
            if (next == null) {
                threads.decrementAndGet();
                if (!queue.isEmpty()) {
                    start(null);
                }
                return;
            }
        }
    }
}
