package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.LineFramer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Reads a server's stdout and emits its frames on the thread of the server ({@link ServerThread}). Its own waits, for
 * bytes and for demand, are declared to BlockHound in {@link StdioBlockHoundIntegration}.
 */
final class StdoutReader implements Runnable, Subscription, LineFramer.Lines {

    private static final AtomicLongFieldUpdater<StdoutReader> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(StdoutReader.class, "requested");
    private static final AtomicLongFieldUpdater<StdoutReader> PROGRESS =
            AtomicLongFieldUpdater.newUpdater(StdoutReader.class, "progress");

    private static final AtomicLongFieldUpdater<StdoutReader> UNFINISHED =
            AtomicLongFieldUpdater.newUpdater(StdoutReader.class, "unfinished");

    /** The progress of a reader that emits nothing more. */
    static final long AT_THE_END = -1;

    private final LineFramer.Source stdout;
    private final StdinWriter stdin;
    private final int maxFrame;
    private boolean cutOff;
    private final CoreSubscriber<? super Frame> actual;
    private final LongConsumer tooLong;
    private final Consumer<@Nullable IOException> ended;
    private final Frame frame = new Frame();

    private volatile long requested;
    private volatile boolean cancelled;
    private volatile long progress;
    private volatile long unfinished;
    private volatile @Nullable Thread runner;

    /**
     * Creates a reader that has not started yet.
     *
     * @param stdin holds back messages sent while the frames read are being routed
     * @param tooLong receives the length of each frame over the limit
     * @param ended called at the end of the stream, with the error if reading failed
     */
    StdoutReader(
            LineFramer.Source stdout,
            StdinWriter stdin,
            int maxFrame,
            CoreSubscriber<? super Frame> actual,
            LongConsumer tooLong,
            Consumer<@Nullable IOException> ended) {
        this.stdout = stdout;
        this.stdin = stdin;
        this.maxFrame = maxFrame;
        this.actual = actual;
        this.tooLong = tooLong;
        this.ended = ended;
    }

    /**
     * A number that changes whenever bytes were read or a frame was emitted, so that the caller sees whether the reader
     * makes progress. The latest change may become visible a moment later.
     */
    long progress() {
        return progress;
    }

    /** The number of bytes of a line that is not complete yet; may become visible a moment later. */
    long unfinished() {
        return unfinished;
    }

    /** Whether a reader with this progress waits for bytes; otherwise it is emitting a frame. */
    static boolean waits(long progress) {
        return (progress & 1) == 1;
    }

    /** Odd while the reader waits for bytes. Written only by this thread; no reader needs the value at once. */
    private void advance(int by) {
        PROGRESS.lazySet(this, progress + by);
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        LineFramer framer = new LineFramer(maxFrame, this);
        IOException failure = null;
        try {
            while (framer.fill(this::read)) {
                stdin.hold();
                try {
                    framer.emit();
                } finally {
                    stdin.release();
                }
                UNFINISHED.lazySet(this, framer.unfinished());
            }
            framer.end();
        } catch (AsynchronousCloseException e) {
            // the pipe was closed on this side after the shutdown: handled like any other end
            failure = null;
        } catch (IOException e) {
            failure = e;
        } finally {
            framer.close();
            ended.accept(failure);
            if (!cancelled) {
                actual.onComplete();
            }
        }
    }

    private int read(byte[] bytes, int offset, int length) throws IOException {
        advance(1);
        int n = stdout.read(bytes, offset, length);
        advance(1);
        return n;
    }

    @Override
    public void cutOff(byte[] bytes, int offset, int length) {
        cutOff = true;
        line(bytes, offset, length);
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
        if (requested == 0) {
            awaitDemand();
        }
        if (!cancelled) {
            actual.onNext(frame.set(bytes, offset, length).cutOff(cutOff));
            advance(2);
            if (requested != Long.MAX_VALUE) {
                Operators.produced(REQUESTED, this, 1);
            }
        }
    }

    /** Without demand nothing is read: the pipe fills up and the server blocks. */
    private void awaitDemand() {
        while (requested == 0 && !cancelled) {
            LockSupport.park(this);
        }
    }

    @Override
    public void tooLong(long bytes) {
        tooLong.accept(bytes);
    }

    @Override
    public void tooLong(long bytes, ByteBuffer head, ByteBuffer tail) {
        tooLong(bytes);
        if (!cancelled && actual instanceof DuplexConnection.Oversize wants) {
            wants.tooLong(bytes, maxFrame + " bytes (StdioOptions.maxFrameBytes)", head, tail);
        }
    }

    @Override
    public void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
        if (!cancelled && actual instanceof DuplexConnection.Oversize wants) {
            wants.noRoom(bytes, head, tail);
        }
    }

    @Override
    public boolean mayWait() {
        return !cancelled;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            LockSupport.unpark(runner);
        }
    }

    /** Cancellation keeps reading to the end, so that a full pipe does not block the server during its shutdown. */
    @Override
    public void cancel() {
        cancelled = true;
        LockSupport.unpark(runner);
    }
}
