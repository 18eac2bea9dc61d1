package dev.mcpflux.transport.http;

import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.transport.spi.Incoming;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The requests and notifications of a server, from all its streams: many threads offer, one subscriber receives, one thread at a
 * time delivers. Bounded: what does not fit is refused. What comes after the subscriber has cancelled is dropped.
 */
final class IncomingQueue extends Flux<Incoming> implements Subscription {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
    private static final int CAPACITY = 256;
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    /** A message that waits, and its approximate size in bytes. */
    private record Arrived(Incoming message, int bytes) {}

    private final BoundedQueue<Arrived> queue = new BoundedQueue<>(CAPACITY, MAX_BYTES, Arrived::bytes);
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger wip = new AtomicInteger();
    private volatile @Nullable CoreSubscriber<? super Incoming> actual;
    private volatile boolean complete;
    private volatile boolean cancelled;

    /** Queues a message; false if there is no room for it. After the end it is dropped, which counts as room. */
    boolean offer(Incoming message) {
        if (cancelled || complete) {
            return true;
        }
        boolean room = queue.offer(new Arrived(message, FrameBytes.current()));
        drain();
        return room;
    }

    /** Ends the queue; what waits is still delivered. */
    void complete() {
        complete = true;
        drain();
    }

    @Override
    public void subscribe(CoreSubscriber<? super Incoming> subscriber) {
        if (!taken.compareAndSet(false, true)) {
            Operators.error(subscriber, new IllegalStateException("the messages of a server are for one subscriber"));
            return;
        }
        actual = subscriber;
        subscriber.onSubscribe(this);
        drain();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        drain();
    }

    private void drain() {
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            CoreSubscriber<? super Incoming> subscriber = actual;
            if (subscriber != null) {
                deliver(subscriber);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void deliver(CoreSubscriber<? super Incoming> subscriber) {
        for (; ; ) {
            if (cancelled) {
                queue.clear();
                return;
            }
            // read before the queue: what was offered before the end is delivered before it
            boolean last = complete;
            if (queue.isEmpty()) {
                if (last) {
                    cancelled = true;
                    Callbacks.complete(subscriber);
                }
                return;
            }
            if (requested.get() == 0) {
                return;
            }
            Arrived next = queue.poll();
            if (next != null) {
                if (requested.get() != Long.MAX_VALUE) {
                    requested.decrementAndGet();
                }
                try {
                    subscriber.onNext(next.message);
                } catch (Throwable e) {
                    // the messages behind it must be delivered all the same
                    log.error("a subscriber threw", e);
                }
            }
        }
    }
}
