package dev.mcpflux.transport.stdio;

import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pipe that blocks the writer when it is full; for systems without channel pipes.
 *
 * <p>A thread of its own does the writes that may block; it ends after it has been idle for a while. The sending thread
 * writes itself if the server has read everything so far and the message fits into the smallest pipe: that saves a call
 * the wake-up of a thread. Responses show what was read: a server that has answered a request has read everything up to
 * its end.
 */
final class StreamOutlet implements Outlet {

    /** The capacity of the smallest pipe in bytes: one page on Linux, for a user with very many pipes; usually more. */
    static final int ROOM = 4096;

    private static final int THREAD_IDLE_SECONDS = 5;

    private final OutputStream stdin;
    private final ThreadPoolExecutor thread;
    /** Written only by the thread that drains. */
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
            // the writer has ended; new messages fail where they are sent
        }
    }

    /** Called only by the thread that reads responses. */
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
        // ends the thread now instead of after its idle time
        thread.shutdown();
    }
}
