package dev.mcpflux.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One value for each {@link Caller}, up to a limit: beyond it the value of the caller that was looked up least recently is
 * released. The value of {@link Caller#ANONYMOUS} is not counted and stays. Any thread may use it.
 *
 * <p>Where values have a {@linkplain #weigh weight}, all of them together are bounded by it as well. That one is weighed too,
 * and released after all others. Looking for a value never waits; weighing waits for others that weigh.
 *
 * @param <V> what is kept for a caller
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
        /** Guarded by the weighing of all. */
        private long bytes;

        Entry(V value) {
            this.value = value;
        }
    }

    /**
     * No values yet.
     *
     * @param limit the number of callers beside the anonymous one
     * @param create makes the value of a caller; called without side effects, since two threads may do so at once
     */
    public PerCaller(int limit, Supplier<V> create) {
        this(limit, Long.MAX_VALUE, create);
    }

    /**
     * No values yet; what they weigh is bounded.
     *
     * @param limit the number of callers beside the anonymous one
     * @param maxBytes what the values of all callers may weigh together; a single one that weighs more stays until another is
     *     weighed
     * @param create makes the value of a caller, which weighs nothing yet; as above
     */
    public PerCaller(int limit, long maxBytes, Supplier<V> create) {
        if (limit < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("limits must be positive: " + limit + ", " + maxBytes);
        }
        this.limit = limit;
        this.maxBytes = maxBytes;
        this.create = create;
    }

    /** The value of a caller, which is created where there is none. */
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

    /** The value of a caller, or null where there is none. */
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
            // one after the other
        }
    }

    /** Releases the value that was looked up least recently, but not this one; false if there is none. */
    // the very entry that was just made or weighed
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
     * Says that the value of a caller weighs more now. Where all together weigh too much, those of the callers that were looked
     * up least recently are released, but not this one. Does nothing if the value has been released.
     *
     * @param value what {@link #get} gave for this caller
     * @param more by how many bytes; negative if it weighs less
     */
    // the very value: one that was released meanwhile counts no more
    @SuppressWarnings("ReferenceEquality")
    public synchronized void weigh(Caller caller, V value, long more) {
        Entry<V> entry = caller.anonymous() ? anonymous : entries.get(caller);
        if (entry == null || entry.value != value) {
            return;
        }
        entry.bytes += more;
        while (bytes() > maxBytes && releaseOldest(entry)) {
            // one after the other
        }
        if (bytes() > maxBytes && entry != anonymous) {
            anonymous = null;
        }
    }

    /** What all values weigh together. */
    public synchronized long bytes() {
        Entry<V> known = anonymous;
        long sum = known == null ? 0 : known.bytes;
        for (Entry<V> entry : entries.values()) {
            sum += entry.bytes;
        }
        return sum;
    }

    /** Releases the value of a caller. */
    public void remove(Caller caller) {
        if (caller.anonymous()) {
            anonymous = null;
        } else {
            entries.remove(caller);
        }
    }

    /** Releases all values. */
    public void clear() {
        entries.clear();
        anonymous = null;
    }

    /** Does something with each value. */
    public void forEach(Consumer<? super V> action) {
        Entry<V> known = anonymous;
        if (known != null) {
            action.accept(known.value);
        }
        entries.values().forEach(entry -> action.accept(entry.value));
    }

    /** The number of callers that a value is kept for. */
    public int size() {
        return entries.size() + (anonymous == null ? 0 : 1);
    }
}
