package dev.mcpflux.auth.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Entries in memory; the least recently used are forgotten. */
final class MemoryTokenStore implements TokenStore {

    private static final int MAX_ENTRIES = 10_000;

    // guarded by itself
    private final Map<Key, String> entries = new LinkedHashMap<>(16, 0.75f, true);

    @Override
    public Mono<String> load(Key key) {
        return Mono.fromCallable(() -> {
            synchronized (entries) {
                return entries.get(key);
            }
        });
    }

    @Override
    public Mono<Void> save(Key key, String secret) {
        return Mono.fromRunnable(() -> {
            synchronized (entries) {
                entries.put(key, secret);
                if (entries.size() > MAX_ENTRIES) {
                    entries.remove(entries.keySet().iterator().next());
                }
            }
        });
    }

    @Override
    public Mono<Void> remove(Key key) {
        return Mono.fromRunnable(() -> {
            synchronized (entries) {
                entries.remove(key);
            }
        });
    }

    @Override
    public Flux<Key> keys() {
        return Flux.defer(() -> {
            synchronized (entries) {
                return Flux.fromIterable(List.copyOf(entries.keySet()));
            }
        });
    }

    /** Shows the number of entries only. */
    @Override
    public String toString() {
        synchronized (entries) {
            return "TokenStore[" + entries.size() + " entries in memory]";
        }
    }
}
