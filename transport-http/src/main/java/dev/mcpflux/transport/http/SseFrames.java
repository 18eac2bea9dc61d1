package dev.mcpflux.transport.http;

import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.FrameEnds;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The messages of one stream as frames, for one subscriber. The reader pauses while nothing is requested. */
final class SseFrames extends Flux<Frame> implements Subscription {

    private final Runnable resume;
    private final Frame frame = new Frame();
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicLong requested = new AtomicLong();
    private volatile @Nullable CoreSubscriber<? super Frame> actual;
    private volatile boolean cancelled;

    /**
     * Frames without a subscriber yet.
     *
     * @param resume resumes the reader
     */
    SseFrames(Runnable resume) {
        this.resume = resume;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Frame> subscriber) {
        if (!taken.compareAndSet(false, true)) {
            Operators.error(subscriber, new IllegalStateException("frames are read once"));
            return;
        }
        actual = subscriber;
        subscriber.onSubscribe(this);
    }

    /** Whether the subscriber wants a frame now. */
    boolean requested() {
        return requested.get() > 0;
    }

    /** Passes on the message of an event; it is valid during the call only. */
    void next(SseDecoder event) {
        CoreSubscriber<? super Frame> subscriber = actual;
        if (subscriber != null && !cancelled) {
            if (requested.get() != Long.MAX_VALUE) {
                requested.decrementAndGet();
            }
            subscriber.onNext(frame.set(event.bytes(), event.offset(), event.length()));
        }
    }

    /** An event was skipped: for its length, or since there was no room for it. */
    void skipped(SseDecoder event, int limit) {
        FrameEnds ends = event.ends();
        if (ends == null || cancelled || !(actual instanceof DuplexConnection.Oversize wants)) {
            return;
        }
        if (event.noRoom()) {
            wants.noRoom(event.skippedBytes(), ends.head(), ends.tail());
        } else {
            wants.tooLong(
                    event.skippedBytes(), limit + " bytes (HttpOptions.maxMessageBytes)", ends.head(), ends.tail());
        }
    }

    void complete() {
        CoreSubscriber<? super Frame> subscriber = actual;
        if (subscriber != null && !cancelled) {
            subscriber.onComplete();
        }
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            resume.run();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }
}
