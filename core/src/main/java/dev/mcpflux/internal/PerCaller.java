package dev.mcpflux.internal;

import dev.mcpflux.transport.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One value for each {@link Caller}, up to a limit: beyond it the value of the least recently used caller is evicted.
 * The value of {@link Caller#ANONYMOUS} is not counted and stays. Thread-safe.
 *
 * <p>If values have a {@linkplain #weigh weight}, the total weight is limited as well. It includes the anonymous value,
 * which is evicted last. Lookups never block; {@link #weigh} blocks while another thread executes it.
 *
 * @param <V> the type of the values
 */
public final class PerCaller<V> {

    private final int limit;
    private final long maxBytes;
    private final Supplier<V> create;
    private final Map<Caller, Entry<V>> entries = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile @Nullable Entry<V> anonymous;

    private static final class Entry<V> {
        private final V value;
        private volatile long used;
        /** Guarded by the lock of {@link #weigh}. */
        private long bytes;

        Entry(V value) {
            this.value = value;
        }
    }

    /**
     * An empty map.
     *
     * @param limit the number of callers, not counting the anonymous one
     * @param create creates the value of a caller; must have no side effects, because two threads may call it at once
     */
    public PerCaller(int limit, Supplier<V> create) {
        this(limit, Long.MAX_VALUE, create);
    }

    /**
     * An empty map with a limited total weight.
     *
     * @param limit the number of callers, not counting the anonymous one
     * @param maxBytes the total weight of all values; a single heavier value stays until another one is weighed
     * @param create creates the value of a caller, with weight 0; must have no side effects
     */
    public PerCaller(int limit, long maxBytes, Supplier<V> create) {
        if (limit < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: " + limit + ", " + maxBytes);
        }
        this.limit = limit;
        this.maxBytes = maxBytes;
        this.create = create;
    }

    /** The value of a caller, created if there is none. */
    public V get(Caller caller) {
        if (caller.anonymous()) {
            Entry<V> known = anonymous;
            return known != null ? known.value : createAnonymous();
        }
        Entry<V> entry = entries.get(caller);
        if (entry == null) {
            Entry<V> fresh = new Entry<>(create.get());
            fresh.used = clock.incrementAndGet();
            Entry<V> before = entries.putIfAbsent(caller, fresh);
            entry = before == null ? fresh : before;
            if (before == null) {
                releaseBeyondLimit(fresh);
            }
        }
        entry.used = clock.incrementAndGet();
        return entry.value;
    }

    private synchronized V createAnonymous() {
        Entry<V> known = anonymous;
        Entry<V> entry = known != null ? known : new Entry<>(create.get());
        anonymous = entry;
        return entry.value;
    }

    /** The value of a caller, or null if there is none. */
    public @Nullable V find(Caller caller) {
        if (caller.anonymous()) {
            Entry<V> known = anonymous;
            return known == null ? null : known.value;
        }
        Entry<V> entry = entries.get(caller);
        if (entry == null) {
            return null;
        }
        entry.used = clock.incrementAndGet();
        return entry.value;
    }

    private void releaseBeyondLimit(Entry<V> fresh) {
        while (entries.size() > limit && releaseOldest(fresh)) {
            // evicts one after the other
        }
    }

    /** Evicts the least recently used value except this one; returns false if there is none. */
    // compares by identity: the entry that was just created or weighed
    @SuppressWarnings("ReferenceEquality")
    private boolean releaseOldest(Entry<V> stays) {
        Map.Entry<Caller, Entry<V>> oldest = null;
        for (Map.Entry<Caller, Entry<V>> entry : entries.entrySet()) {
            if (entry.getValue() != stays && (oldest == null || entry.getValue().used < oldest.getValue().used)) {
                oldest = entry;
            }
        }
        if (oldest != null) {
            entries.remove(oldest.getKey(), oldest.getValue());
        }
        return oldest != null;
    }

    /**
     * Adds to the weight of a caller's value. While the total exceeds the limit, the values of the least recently used
     * callers are evicted, except this one. Does nothing if the value was evicted.
     *
     * @param value the result of {@link #get} for this caller
     * @param more the increase in bytes; negative for a decrease
     */
    // compares by identity: a value that was evicted meanwhile no longer counts
    @SuppressWarnings("ReferenceEquality")
    public synchronized void weigh(Caller caller, V value, long more) {
        Entry<V> entry = caller.anonymous() ? anonymous : entries.get(caller);
        if (entry == null || entry.value != value) {
            return;
        }
        entry.bytes += more;
        while (bytes() > maxBytes && releaseOldest(entry)) {
            // evicts one after the other
        }
        if (bytes() > maxBytes && entry != anonymous) {
            anonymous = null;
        }
    }

    /** The total weight of all values. */
    public synchronized long bytes() {
        Entry<V> known = anonymous;
        long sum = known == null ? 0 : known.bytes;
        for (Entry<V> entry : entries.values()) {
            sum += entry.bytes;
        }
        return sum;
    }

    /** Removes the value of a caller. */
    public void remove(Caller caller) {
        if (caller.anonymous()) {
            anonymous = null;
        } else {
            entries.remove(caller);
        }
    }

    /** Removes all values. */
    public void clear() {
        entries.clear();
        anonymous = null;
    }

    /** Performs an action for each value. */
    public void forEach(Consumer<? super V> action) {
        Entry<V> known = anonymous;
        if (known != null) {
            action.accept(known.value);
        }
        entries.values().forEach(entry -> action.accept(entry.value));
    }

    /** The number of callers that have a value. */
    public int size() {
        return entries.size() + (anonymous == null ? 0 : 1);
    }
}
