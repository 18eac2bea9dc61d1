package dev.mcpflux.transport.wire;

import dev.mcpflux.internal.BoundedQueue;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * Writes events to a file. Threads that emit only enqueue; a task writes when there is something to write, one at a
 * time, so no thread waits in between. The queue is bounded: what finds no room is counted, and the count is written in
 * its place. The file is opened by the first task and closed by the last one, exactly once, whatever the end is.
 */
final class RecordingWriter implements CoreSubscriber<WireEvent>, Runnable {

    /** The most messages that wait for the disk. */
    static final int MAX_MESSAGES = 65_536;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    /** Creates the file. */
    @FunctionalInterface
    interface Opener {
        OutputStream open() throws IOException;
    }

    /** Called once, when the file is closed, unless the recording was cancelled. */
    interface End {
        void completed(WireRecording.Summary summary);

        void failed(IOException cause);
    }

    private final Opener opener;
    private final Executor executor;
    private final End end;
    private final Queue<WireEvent> queue = new BoundedQueue<>(
            MAX_MESSAGES, MAX_BYTES, event -> event instanceof WireMessage message ? message.bytes() : 0);
    private final AtomicLong lost = new AtomicLong();
    private final AtomicInteger wip = new AtomicInteger();
    private volatile @Nullable Subscription upstream;
    /** No more events are wanted; what is queued is still written. */
    private volatile boolean ended;

    private volatile boolean cancelled;

    // guarded by this
    private @Nullable OutputStream file;
    private boolean closed;
    private long written;
    private long dropped;

    RecordingWriter(Opener opener, Executor executor, End end) {
        this.opener = opener;
        this.executor = executor;
        this.end = end;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        if (ended) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(WireEvent event) {
        if (!ended && !queue.offer(event)) {
            lost.incrementAndGet();
        }
        schedule();
    }

    @Override
    public void onError(Throwable e) {
        // a feed never fails; whatever ends it, the file is closed
        onComplete();
    }

    @Override
    public void onComplete() {
        ended = true;
        schedule();
    }

    /** Opens the file without waiting for a first event. */
    void start() {
        schedule();
    }

    /** Ends the recording in order. */
    void stop() {
        leave();
        schedule();
    }

    /** Ends the recording without notifying anybody. */
    void cancel() {
        cancelled = true;
        stop();
    }

    private void leave() {
        ended = true;
        Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0) {
            executor.execute(this);
        }
    }

    @Override
    public void run() {
        int missed = 1;
        do {
            write();
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Writes what is queued; also called when the JVM ends and there may be no more tasks. */
    void write() {
        WireRecording.Summary summary;
        synchronized (this) {
            if (closed) {
                queue.clear();
                return;
            }
            // read before the queue: what came before the end is written
            boolean last = ended;
            try {
                if (!drain(last)) {
                    return;
                }
                summary = new WireRecording.Summary(written, dropped);
            } catch (IOException e) {
                fail(e);
                return;
            }
        }
        if (!cancelled) {
            end.completed(summary);
        }
    }

    /** Whether this was the end. */
    private boolean drain(boolean last) throws IOException {
        if (file == null && cancelled) {
            // cancelled before the file was opened: none is created
            closed = true;
            return true;
        }
        if (file == null) {
            file = opener.open();
        }
        OutputStream to = file;
        boolean any = false;
        for (WireEvent event = queue.poll(); event != null; event = queue.poll()) {
            put(event, to);
            any = true;
        }
        long missing = lost.getAndSet(0);
        if (missing > 0) {
            put(new WireEvent.MessagesDropped(missing), to);
            any = true;
        }
        if (any) {
            to.flush();
        }
        if (last) {
            closed = true;
            to.close();
        }
        return last;
    }

    private void put(WireEvent event, OutputStream to) throws IOException {
        to.write(RecordingLine.write(event));
        if (event instanceof WireEvent.MessagesDropped gap) {
            dropped += gap.count();
        } else {
            written++;
        }
    }

    // an exception must not be suppressed in itself
    @SuppressWarnings("ReferenceEquality")
    private void fail(IOException cause) {
        closed = true;
        leave();
        queue.clear();
        OutputStream opened = file;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                if (e != cause) {
                    cause.addSuppressed(e);
                }
            }
        }
        if (!cancelled) {
            end.failed(cause);
        }
    }
}
