package dev.mcpflux.transport;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * A hot stream of events that any thread may emit into and that never holds up who emits: each subscriber has a buffer
 * of 256, the oldest dropped. Without a subscriber an event costs nothing.
 */
public final class EventSink<T> {

    private static final int BUFFER = 256;

    private final Sinks.Many<T> sink = Sinks.unsafe().many().multicast().directBestEffort();
    private final Queue<Runnable> queue =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();

    public void emit(T event) {
        if (sink.currentSubscriberCount() > 0) {
            drain(() -> sink.tryEmitNext(event));
        }
    }

    public void complete() {
        drain(sink::tryEmitComplete);
    }

    /** The events from now on; completes after {@link #complete()}. Delivered on the thread that emits. */
    public Flux<T> flux() {
        return sink.asFlux().onBackpressureBuffer(BUFFER, BufferOverflowStrategy.DROP_OLDEST);
    }

    /** One thread at a time emits for all: a sink refuses concurrent emitters, and waiting for it would be spinning. */
    private void drain(Runnable emission) {
        queue.offer(emission);
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }
}
