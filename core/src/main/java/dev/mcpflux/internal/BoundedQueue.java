package dev.mcpflux.internal;

import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A bounded, lock-free queue for many producers and one consumer. {@code Sinks.many().unicast()} needs one so that many
 * threads can emit to one subscriber. {@link #offer} returns false when the queue is full. The limits are a number of
 * elements and optionally a number of bytes; a single element may exceed the limit in bytes.
 */
public final class BoundedQueue<T> extends AbstractQueue<T> {

    private final Queue<T> queue = Queues.<T>unboundedMultiproducer().get();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final int capacity;
    private final long maxBytes;
    private final ToIntFunction<? super T> weight;

    /** A queue with a limited number of elements. */
    public BoundedQueue(int capacity) {
        this(capacity, Long.MAX_VALUE, element -> 0);
    }

    /**
     * A queue with a limited number of elements and bytes.
     *
     * @param weight the size of an element in bytes; must not change while the element is in the queue
     */
    public BoundedQueue(int capacity, long maxBytes, ToIntFunction<? super T> weight) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be positive: " + capacity);
        }
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.weight = weight;
    }

    /** The total size of the elements in bytes. */
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
