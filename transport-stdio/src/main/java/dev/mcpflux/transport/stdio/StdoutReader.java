package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.NonBlocking;

/**
 * The thread that reads a server's stdout and hands over its frames. What is downstream runs on it, so it carries the
 * {@link NonBlocking} marker: a {@code block()} in a callback fails at once instead of waiting for a response that only
 * this thread could read. The two waits that are its own, for bytes and for demand, are named for BlockHound in {@link
 * StdioBlockHoundIntegration}.
 */
final class StdoutReader extends Thread implements NonBlocking, Subscription, LineFramer.Lines {

    private static final int CHUNK = 64 * 1024;
    private static final AtomicLongFieldUpdater<StdoutReader> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(StdoutReader.class, "requested");

    private final InputStream stdout;
    private final int maxFrame;
    private final CoreSubscriber<? super Frame> actual;
    private final LongConsumer tooLong;
    private final Consumer<@Nullable IOException> ended;
    private final Frame frame = new Frame();

    private volatile long requested;
    private volatile boolean cancelled;
    private volatile long reads;

    /**
     * A reader that is not started yet.
     *
     * @param tooLong told the length of each frame over the limit
     * @param ended told when the stream is at its end, with the error if it ended in one
     */
    StdoutReader(
            String server,
            InputStream stdout,
            int maxFrame,
            CoreSubscriber<? super Frame> actual,
            LongConsumer tooLong,
            Consumer<@Nullable IOException> ended) {
        super("mcpflux-" + server + "-stdout");
        setDaemon(true);
        this.stdout = stdout;
        this.maxFrame = maxFrame;
        this.actual = actual;
        this.tooLong = tooLong;
        this.ended = ended;
    }

    /** How often something was read: tells whether the reader still gets on. */
    long reads() {
        return reads;
    }

    @Override
    public void run() {
        LineFramer framer = new LineFramer(maxFrame, this);
        byte[] chunk = new byte[CHUNK];
        IOException failure = null;
        try {
            for (int n = read(chunk); n >= 0; n = read(chunk)) {
                framer.accept(chunk, 0, n);
            }
            framer.end();
        } catch (IOException e) {
            failure = e;
        } finally {
            ended.accept(failure);
            if (!cancelled) {
                actual.onComplete();
            }
        }
    }

    private int read(byte[] chunk) throws IOException {
        int n = stdout.read(chunk, 0, chunk.length);
        // only this thread writes it
        long before = reads;
        reads = before + 1;
        return n;
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
        if (requested == 0) {
            awaitDemand();
        }
        if (!cancelled) {
            actual.onNext(frame.set(bytes, offset, length));
            if (requested != Long.MAX_VALUE) {
                Operators.produced(REQUESTED, this, 1);
            }
        }
    }

    /** Without demand nothing is read: the pipe fills, and the server waits. */
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
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            LockSupport.unpark(this);
        }
    }

    /** The stream is still read to its end, so that the server is not stopped by a full pipe while it is taken down. */
    @Override
    public void cancel() {
        cancelled = true;
        LockSupport.unpark(this);
    }
}
