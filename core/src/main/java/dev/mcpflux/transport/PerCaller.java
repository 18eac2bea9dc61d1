package dev.mcpflux.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One value for each {@link Caller}, up to a limit: beyond it the value of the caller that was looked up least recently is
 * released. The value of {@link Caller#ANONYMOUS} is not counted and stays. Any thread may use it; nothing in it waits.
 *
 * @param <V> what is kept for a caller
 */
public final class PerCaller<V> {

    private final int limit;
    private final Supplier<V> create;
    private final Map<Caller, Entry<V>> entries = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private volatile @Nullable V anonymous;

    private static final class Entry<V> {
        private final V value;
        private volatile long used;

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
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
        this.limit = limit;
        this.create = create;
    }

    /** The value of a caller, which is created where there is none. */
    public V get(Caller caller) {
        if (caller.anonymous()) {
            V known = anonymous;
            return known != null ? known : createAnonymous();
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
        V known = anonymous;
        V value = known != null ? known : create.get();
        anonymous = value;
        return value;
    }

    /** The value of a caller, or null where there is none. */
    public @Nullable V find(Caller caller) {
        if (caller.anonymous()) {
            return anonymous;
        }
        Entry<V> entry = entries.get(caller);
        if (entry == null) {
            return null;
        }
        entry.used = clock.incrementAndGet();
        return entry.value;
    }

    // the very entry that was just made
    @SuppressWarnings("ReferenceEquality")
    private void releaseBeyondLimit(Entry<V> fresh) {
        while (entries.size() > limit) {
            Map.Entry<Caller, Entry<V>> oldest = null;
            for (Map.Entry<Caller, Entry<V>> entry : entries.entrySet()) {
                if (entry.getValue() != fresh && (oldest == null || entry.getValue().used < oldest.getValue().used)) {
                    oldest = entry;
                }
            }
            if (oldest == null) {
                return;
            }
            entries.remove(oldest.getKey(), oldest.getValue());
        }
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
        V known = anonymous;
        if (known != null) {
            action.accept(known);
        }
        entries.values().forEach(entry -> action.accept(entry.value));
    }

    /** The number of callers that a value is kept for. */
    public int size() {
        return entries.size() + (anonymous == null ? 0 : 1);
    }
}
