package dev.mcpflux.transport.stdio;

import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Takes a server's process tree down in stages, each with a limit (specification: basic/transports/stdio, shutdown; the
 * numbers are its steps): finish the queue and close stdin (1), wait for the exit (2), TERM and then KILL (3).
 *
 * <p>Runs on a thread of its own from beginning to end, so that the servers are taken down whatever the application
 * does to Reactor's threads.
 */
final class Teardown {

    /** How often to check processes that are not direct children, for whose end there is no notification. */
    private static final Duration POLL = Duration.ofMillis(10);

    /** How long a thread waits for the next server. */
    private static final Duration THREAD_IDLE = Duration.ofMillis(20);

    /** Reused when servers are taken down one after the other, since to start a thread takes longer than the rest. */
    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, THREAD_IDLE.toMillis(), TimeUnit.MILLISECONDS, new SynchronousQueue<>(), work -> {
                Thread made = new Thread(work, "mcpflux-closing");
                made.setDaemon(true);
                return made;
            });

    private final String server;
    private final Process process;
    private final Mono<?> hurry;
    private final StdinWriter stdin;
    private final StdioOptions options;
    private final ProcessTree tree;

    /** What the current stage waits for. */
    private volatile String stage = "its queue to be written";

    private volatile boolean gone;
    private volatile boolean hurried;
    private volatile boolean finished;
    /** Whether the thread waits for the end of the process, and is to be interrupted to hurry. Guarded by this. */
    private boolean interruptible;

    /** The thread that takes the tree down, once it has begun. */
    private volatile @Nullable Thread thread;

    /**
     * Creates the teardown of one process.
     *
     * @param server the name of the server
     * @param hurry completes when only the end after KILL may still be waited for
     */
    Teardown(String server, Process process, Mono<?> hurry, ProcessTree tree, StdinWriter stdin, StdioOptions options) {
        this.server = server;
        this.process = process;
        this.hurry = hurry;
        this.stdin = stdin;
        this.options = options;
        this.tree = tree;
    }

    /**
     * Emits a description of what was needed, when the tree is gone or every stage has used up its time. Subscribe
     * once. <em>Cancellation</em> only stops waiting; the teardown continues.
     */
    Mono<String> run() {
        return Mono.create(sink -> start(() -> {
            try {
                sink.success(takeDown());
            } catch (Throwable e) {
                sink.error(e);
            }
        }));
    }

    private void start(Runnable work) {
        hurry.subscribe(null, null, this::hurry);
        try {
            THREADS.execute(() -> runNamed(work));
        } catch (OutOfMemoryError e) {
            // no thread can be started, and a process that is left behind is worse than a thread that waits
            runNamed(work);
        }
    }

    private void runNamed(Runnable work) {
        Thread current = Thread.currentThread();
        String before = current.getName();
        current.setName("mcpflux-" + server + "-closing");
        thread = current;
        try {
            work.run();
        } finally {
            current.setName(before);
        }
    }

    /** What the current stage waits for; completes the phrase "was waiting for". */
    String stage() {
        return stage;
    }

    /** Whether no process of the tree is left; false until that is known. */
    boolean gone() {
        return gone;
    }

    private String takeDown() {
        // later its parents may have ended, and nothing else tells which processes are its children
        tree.look();
        if (!stdin.finishNow()) {
            stdin.finish().subscribe(null, null, this::finished);
            long deadline = deadline(options.queueGrace());
            while (!finished && !hurried && left(deadline) > 0) {
                LockSupport.parkNanos(this, left(deadline));
            }
        }
        if (isGoneAfter("its exit after the end of its stdin", options.exitGrace())) {
            return "ended by itself after its stdin was closed";
        }
        tree.terminate();
        if (isGoneAfter("its exit after TERM", options.termGrace())) {
            return "needed TERM";
        }
        stage = "its exit after KILL";
        gone = tree.kill(options.killGrace()) && ends(deadline(options.killGrace()), false);
        return gone
                ? "needed KILL"
                : "could not be ended within " + options.killGrace().toMillis() + " ms after KILL";
    }

    /** Whether the whole tree ends within the limit; false at once when {@code hurry} completes. */
    private boolean isGoneAfter(String next, Duration limit) {
        stage = next;
        long deadline = deadline(limit);
        if (ends(deadline, true)) {
            gone = !tree.alive();
            while (!gone && left(deadline) > 0 && !hurried) {
                LockSupport.parkNanos(this, Math.min(left(deadline), POLL.toNanos()));
                gone = !tree.alive();
            }
        }
        return gone;
    }

    /**
     * Whether the process ends before the deadline.
     *
     * @param hurries whether to give up when {@code hurry} completes
     */
    private boolean ends(long deadline, boolean hurries) {
        while (process.isAlive() && left(deadline) > 0 && mayWait(hurries)) {
            try {
                // this thread learns of the end from the JDK's thread that waits for it, with no other in between
                process.waitFor(left(deadline), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // to hurry; nobody else interrupts this thread
            } finally {
                waited();
            }
        }
        return !process.isAlive();
    }

    private synchronized boolean mayWait(boolean hurries) {
        interruptible = hurries && !hurried;
        return interruptible || !hurries;
    }

    private synchronized void waited() {
        interruptible = false;
        // an interrupt that came too late is not for what this thread does next
        Thread.interrupted();
    }

    private synchronized void hurry() {
        hurried = true;
        Thread waiting = thread;
        if (interruptible && waiting != null) {
            waiting.interrupt();
        }
        LockSupport.unpark(waiting);
    }

    private void finished() {
        finished = true;
        LockSupport.unpark(thread);
    }

    private static long deadline(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    private static long left(long deadline) {
        return deadline - System.nanoTime();
    }
}
