package dev.mcpflux.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Daemon threads for one purpose, which nothing else can use up: made when they are needed, up to a limit, and gone some
 * seconds after their last work. What comes while all are busy waits its turn. The threads may block.
 */
public final class BoundedThreads implements Executor {

    private static final long KEPT_SECONDS = 5;

    private final String name;
    private final int limit;
    private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();

    /**
     * Makes no thread yet.
     *
     * @param name what the threads are called, before their number
     * @param limit how many there are at the most
     */
    public BoundedThreads(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    /** A scheduler of Reactor over these threads; it knows no delays, and disposing of it does nothing. */
    public Scheduler scheduler() {
        return Schedulers.fromExecutor(this);
    }

    @Override
    public void execute(Runnable work) {
        if (queue.tryTransfer(work) || start(work)) {
            return;
        }
        queue.add(work);
        // all were busy; one may have gone since
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
            // the system has no more threads to give: the others go on, and so does this one when there are some again
            threads.decrementAndGet();
            return false;
        }
    }

    private void work(@Nullable Runnable first) {
        Runnable next = first;
        for (; ; ) {
            if (next != null) {
                Callbacks.run(next);
                // what the work left behind is not for the next one
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
