package dev.mcpflux.transport.socket;

import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.LineFramer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Splits the input of a socket into frames, on its event loop. Chunks are requested one at a time, the next one when
 * the frames of the last have been requested; a subscriber with unbounded demand receives them as they arrive. The part
 * of a chunk that is not requested yet is copied, so at most a chunk and the longest frame are held.
 */
final class SocketReader implements CoreSubscriber<ByteBuf>, Subscription, LineFramer.Lines {

    private static final AtomicLongFieldUpdater<SocketReader> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(SocketReader.class, "requested");

    private final EventLoop loop;
    private final LongConsumer tooLong;
    private final Consumer<@Nullable Throwable> ended;
    private final int maxFrame;
    private final LineFramer framer;
    private final LineFramer.Source source = this::take;
    private final Frame frame = new Frame();

    private volatile long requested;
    private volatile boolean cancelled;
    private volatile boolean drained;
    private volatile long unfinished;

    // used by the event loop only
    private final Queue<byte[]> held = new ArrayDeque<>();
    private @Nullable CoreSubscriber<? super Frame> actual;
    private @Nullable Subscription socket;
    private @Nullable ByteBuf chunk;
    /** A chunk was requested and has not arrived yet. */
    private boolean asked;

    private boolean cutOff;
    /** All chunks were requested. */
    private boolean flowing;

    /** Frames are being emitted further up the stack. */
    private boolean busy;

    private boolean done;
    private boolean completed;

    /**
     * Creates a reader without a subscriber, which reads nothing yet.
     *
     * @param tooLong receives the length of each frame over the limit
     * @param ended called at the end of the stream, with the error if reading failed
     */
    SocketReader(EventLoop loop, int maxFrame, LongConsumer tooLong, Consumer<@Nullable Throwable> ended) {
        this.loop = loop;
        this.tooLong = tooLong;
        this.ended = ended;
        this.maxFrame = maxFrame;
        this.framer = new LineFramer(maxFrame, this);
    }

    /** Emits the frames to this subscriber, the only one. */
    void start(CoreSubscriber<? super Frame> subscriber) {
        onLoop(() -> {
            if (actual != null) {
                Operators.error(subscriber, new IllegalStateException("frames are read once"));
                return;
            }
            actual = subscriber;
            subscriber.onSubscribe(this);
            drain();
        });
    }

    /** The number of bytes of a line that is not complete yet. */
    long unfinished() {
        return unfinished;
    }

    /** Reads the stream to its end from now on, even without demand for frames. */
    void readToTheEnd() {
        drained = true;
        onLoop(this::drain);
    }

    private void onLoop(Runnable work) {
        if (loop.inEventLoop()) {
            work.run();
        } else {
            loop.execute(work);
        }
    }

    @Override
    public void onSubscribe(Subscription s) {
        socket = s;
        drain();
    }

    @Override
    public void onNext(ByteBuf bytes) {
        asked = false;
        busy = true;
        chunk = bytes;
        try {
            while (bytes.isReadable()) {
                framer.fill(source);
                framer.emit();
            }
            unfinished = framer.unfinished();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        } finally {
            chunk = null;
            busy = false;
        }
        drain();
    }

    private int take(byte[] bytes, int offset, int length) {
        ByteBuf from = chunk;
        int n = from == null ? 0 : Math.min(length, from.readableBytes());
        if (from != null) {
            from.readBytes(bytes, offset, n);
        }
        return n;
    }

    @Override
    public void cutOff(byte[] bytes, int offset, int length) {
        cutOff = true;
        line(bytes, offset, length);
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
        if (held.isEmpty() && requested > 0) {
            hand(bytes, offset, length);
        } else if (!cancelled && !drained) {
            held.add(Arrays.copyOfRange(bytes, offset, offset + length));
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
            wants.tooLong(bytes, maxFrame + " bytes (SocketOptions.maxFrameBytes)", head, tail);
        }
    }

    @Override
    public void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
        if (!cancelled && actual instanceof DuplexConnection.Oversize wants) {
            wants.noRoom(bytes, head, tail);
        }
    }

    private void hand(byte[] bytes, int offset, int length) {
        CoreSubscriber<? super Frame> subscriber = actual;
        if (subscriber != null && !cancelled) {
            subscriber.onNext(frame.set(bytes, offset, length).cutOff(cutOff && held.isEmpty()));
            if (requested != Long.MAX_VALUE) {
                Operators.produced(REQUESTED, this, 1);
            }
        }
    }

    /** Emits waiting frames within the demand, and requests more chunks. */
    private void drain() {
        if (busy) {
            return;
        }
        busy = true;
        try {
            for (byte[] next = next(); next != null; next = next()) {
                hand(next, 0, next.length);
            }
        } finally {
            busy = false;
        }
        CoreSubscriber<? super Frame> subscriber = actual;
        if (!done) {
            ask();
        } else if (held.isEmpty() && subscriber != null && !completed) {
            completed = true;
            if (!cancelled) {
                subscriber.onComplete();
            }
        }
    }

    private byte @Nullable [] next() {
        if (cancelled) {
            held.clear();
        }
        return requested > 0 ? held.poll() : null;
    }

    private void ask() {
        Subscription s = socket;
        if (s == null || flowing) {
            return;
        }
        if (drained || cancelled || requested == Long.MAX_VALUE) {
            flowing = true;
            s.request(Long.MAX_VALUE);
        } else if (requested > 0 && !asked) {
            asked = true;
            s.request(1);
        }
    }

    @Override
    public void onError(Throwable e) {
        end(e);
    }

    @Override
    public void onComplete() {
        busy = true;
        try {
            framer.end();
        } finally {
            busy = false;
            end(null);
        }
    }

    private void end(@Nullable Throwable failure) {
        framer.close();
        done = true;
        ended.accept(failure);
        drain();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            onLoop(this::drain);
        }
    }

    /** Cancellation keeps reading to the end, so that the end is noticed and the server is not blocked. */
    @Override
    public void cancel() {
        cancelled = true;
        onLoop(this::drain);
    }
}
