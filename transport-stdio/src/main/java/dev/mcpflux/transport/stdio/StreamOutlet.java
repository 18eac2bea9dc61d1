package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pipe that blocks who writes to it when it is full: for systems without anything better.
 *
 * <p>Who may have to wait is a thread of its own, which ends when nothing was written for a while. But where nothing waits to
 * be read, and the message fits into every pipe, who sends writes: that spares a call the wake-up of a thread. What waits is
 * known from the answers: a server that has answered a request has read everything up to its end.
 */
final class StreamOutlet implements Outlet {

    /** What the smallest pipe holds: a page on Linux, where a user has very many pipes; more as a rule, and elsewhere. */
    static final int ROOM = 4096;

    private static final int THREAD_IDLE_SECONDS = 5;

    private final OutputStream stdin;
    private final ThreadPoolExecutor thread;
    /** Written by the thread that has the drain. */
    private long written;

    private volatile long read;

    StreamOutlet(String server, OutputStream stdin) {
        this.stdin = stdin;
        this.thread = new ThreadPoolExecutor(
                1, 1, THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread t = new Thread(task, "mcpflux-" + server + "-stdin");
                    t.setDaemon(true);
                    return t;
                });
        this.thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean ready(int bytes) {
        return written <= read && bytes <= ROOM;
    }

    @Override
    public boolean write(OutgoingBuffer buffer) throws IOException {
        buffer.writeTo(stdin);
        stdin.flush();
        written += buffer.size();
        return true;
    }

    @Override
    public void later(Runnable drain) {
        try {
            thread.execute(drain);
        } catch (RejectedExecutionException e) {
            // it is over: what comes now fails where it is emitted
        }
    }

    /** Told by the one thread that reads the answers. */
    @Override
    public void read(long position) {
        if (position > read) {
            read = position;
        }
    }

    @Override
    public void close() throws IOException {
        stdin.close();
    }

    @Override
    public void end() {
        // the thread goes now, and not when it has been idle for a while
        thread.shutdown();
    }
}
