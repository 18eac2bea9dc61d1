package dev.mcpflux.transport;

import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A bounded queue for any number of producers and one consumer, without locks: what {@code Sinks.many().unicast()} needs
 * beneath it so that many threads may emit into one drain. {@link #offer} refuses when the queue is full: it is bounded in
 * number, and may be in bytes, of which one element alone may have more.
 */
public final class BoundedQueue<T> extends AbstractQueue<T> {

    private final Queue<T> queue = Queues.<T>unboundedMultiproducer().get();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final int capacity;
    private final long maxBytes;
    private final ToIntFunction<? super T> weight;

    /** Bounded in number only. */
    public BoundedQueue(int capacity) {
        this(capacity, Long.MAX_VALUE, element -> 0);
    }

    /**
     * Bounded in number and in bytes.
     *
     * @param weight how many bytes an element has; always the same for one that is in the queue
     */
    public BoundedQueue(int capacity, long maxBytes, ToIntFunction<? super T> weight) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be positive: " + capacity);
        }
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.weight = weight;
    }

    /** How many bytes those that are in the queue have. */
    public long bytes() {
        return bytes.get();
    }

    @Override
    public boolean offer(T element) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return false;
        }
        int more = weight.applyAsInt(element);
        if (more > 0) {
            long all = bytes.addAndGet(more);
            if (all > maxBytes && all != more) {
                bytes.addAndGet(-more);
                size.decrementAndGet();
                return false;
            }
        }
        return queue.offer(element);
    }

    @Override
    public @Nullable T poll() {
        T element = queue.poll();
        if (element != null) {
            size.decrementAndGet();
            int less = weight.applyAsInt(element);
            if (less > 0) {
                bytes.addAndGet(-less);
            }
        }
        return element;
    }

    @Override
    public @Nullable T peek() {
        return queue.peek();
    }

    @Override
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    public int size() {
        return size.get();
    }

    @Override
    public Iterator<T> iterator() {
        return queue.iterator();
    }
}
