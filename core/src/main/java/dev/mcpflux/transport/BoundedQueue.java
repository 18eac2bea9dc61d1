package dev.mcpflux.transport;

import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * A bounded queue for any number of producers and one consumer, without locks: what {@code Sinks.many().unicast()} needs
 * beneath it so that many threads may emit into one drain. {@link #offer} refuses when the queue is full.
 */
public final class BoundedQueue<T> extends AbstractQueue<T> {

    private final Queue<T> queue = Queues.<T>unboundedMultiproducer().get();
    private final AtomicInteger size = new AtomicInteger();
    private final int capacity;

    public BoundedQueue(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be positive: " + capacity);
        }
        this.capacity = capacity;
    }

    @Override
    public boolean offer(T element) {
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return false;
        }
        return queue.offer(element);
    }

    @Override
    public @Nullable T poll() {
        T element = queue.poll();
        if (element != null) {
            size.decrementAndGet();
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
