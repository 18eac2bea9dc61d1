package dev.mcpflux.client;

import dev.mcpflux.internal.FrameBytes;
import dev.mcpflux.protocol.CacheScope;
import dev.mcpflux.transport.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * Caches results for as long as the server allows (specification 2026-07-28: server/utilities/caching). Each page of a
 * list is one result. Keyed by {@link Caller}: a result that is not public is returned only to the caller that
 * requested it, and the result of a call without a caller only to such calls. Thread-safe; never blocks.
 */
final class ResultCache {

    private final Scheduler timer;
    private final int limit;
    private final long maxBytes;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();
    /** Incremented with every reported change: a result that was requested before a change is not cached after it. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * An empty cache.
     *
     * @param limit the number of results
     * @param maxBytes the total size of the frames of the results
     */
    ResultCache(Scheduler timer, int limit, long maxBytes) {
        this.timer = timer;
        this.limit = limit;
        this.maxBytes = maxBytes;
    }

    /**
     * The key of a result.
     *
     * @param caller null for a public result
     */
    private record Key(
            String method, String argument, @Nullable Caller caller) {}

    private record Entry(Object result, long until, int bytes) {}

    /** A result and the size of its frame in bytes. */
    record Sized<R>(R result, long bytes) {}

    /** Stores the result of a request. */
    @FunctionalInterface
    interface Keeper {
        void keep(@Nullable Long ttlMs, CacheScope scope, Object result);
    }

    /**
     * The cached result of the caller, else a new one.
     *
     * @param ask sends the request, and passes its result to the keeper on the thread that reads it
     */
    <R> Mono<R> findOrAsk(
            String method,
            @Nullable String argument,
            Class<R> type,
            CachePolicy policy,
            Function<Keeper, Mono<R>> ask) {
        return findOrAskSized(
                        method,
                        argument,
                        type,
                        policy,
                        keeper -> ask.apply(keeper).map(result -> new Sized<>(result, 0)))
                .map(Sized::result);
    }

    /** Like {@link #findOrAsk}, with the size of the result. */
    <R> Mono<Sized<R>> findOrAskSized(
            String method,
            @Nullable String argument,
            Class<R> type,
            CachePolicy policy,
            Function<Keeper, Mono<Sized<R>>> ask) {
        return Mono.deferContextual(context -> {
            Sized<R> kept = policy == CachePolicy.USE ? find(method, argument, context, type) : null;
            if (kept != null) {
                return Mono.just(kept);
            }
            // read before the request is sent: a change in the meantime makes the result stale
            long moment = changes.get();
            return ask.apply((ttlMs, scope, result) -> {
                if (policy != CachePolicy.BYPASS) {
                    keep(method, argument, context, ttlMs, scope, result, moment);
                }
            });
        });
    }

    /** A fresh result, or null. */
    private <R> @Nullable Sized<R> find(String method, @Nullable String argument, ContextView context, Class<R> type) {
        if (entries.isEmpty()) {
            return null;
        }
        String of = argument(argument);
        Entry own = entries.get(new Key(method, of, Caller.of(context)));
        Entry entry = own != null && fresh(own) ? own : entries.get(new Key(method, of, null));
        return entry != null && fresh(entry) ? new Sized<>(type.cast(entry.result()), entry.bytes()) : null;
    }

    /** Replaces a result by a newer one, if the server allows and nothing has changed since {@code moment}. */
    private void keep(
            String method,
            @Nullable String argument,
            ContextView context,
            @Nullable Long ttlMs,
            CacheScope scope,
            Object result,
            long moment) {
        Caller caller = Caller.of(context);
        String of = argument(argument);
        // remove the old result even if the new one may not be cached: it is out of date
        entries.remove(new Key(method, of, caller));
        entries.remove(new Key(method, of, null));
        // "If ttlMs is negative, clients SHOULD ignore it and treat it as 0."
        if (ttlMs == null || ttlMs <= 0 || limit == 0) {
            return;
        }
        // an object is about as large as its frame
        int bytes = FrameBytes.current();
        if (full(bytes)) {
            entries.values().removeIf(entry -> !fresh(entry));
        }
        if (!full(bytes) && changes.get() == moment) {
            Key key = new Key(method, of, scope == CacheScope.PUBLIC ? null : caller);
            entries.put(key, new Entry(result, now() + Math.min(ttlMs, Long.MAX_VALUE / 2), bytes));
            if (changes.get() != moment) {
                // it changed while it was being stored
                entries.remove(key);
            }
        }
    }

    private boolean full(int more) {
        return entries.size() >= limit
                || entries.values().stream().mapToLong(Entry::bytes).sum() + more > maxBytes;
    }

    /** Removes all results of a method. */
    void drop(String method) {
        changes.incrementAndGet();
        entries.keySet().removeIf(key -> key.method().equals(method));
    }

    /** Removes the results of a method for one argument. */
    void drop(String method, String argument) {
        changes.incrementAndGet();
        entries.keySet()
                .removeIf(key -> key.method().equals(method) && key.argument().equals(argument(argument)));
    }

    int size() {
        return entries.size();
    }

    private boolean fresh(Entry entry) {
        return now() < entry.until();
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    /** No argument differs from an empty one: an empty cursor is a valid cursor. */
    private static String argument(@Nullable String argument) {
        return argument == null ? "" : "=" + argument;
    }
}
