package dev.mcpflux.host.filter;

import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.transport.Caller;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The results that were cut, kept for each caller under ids that cannot be guessed; bounded in number, size and time, the oldest
 * is dropped first. Thread-safe.
 */
final class KeptResults {

    private static final int MAX_CALLERS = 1_000;
    private static final int ALL_CALLERS = 8;

    /** 128 bits. */
    private static final int ID_BYTES = 16;

    private static final int SECRET_BYTES = 32;

    private final ResultLimits limits;
    private final PerCaller<Shelf> shelves;
    private final byte[] secret = new byte[SECRET_BYTES];
    private final AtomicLong ids = new AtomicLong();

    KeptResults(ResultLimits limits) {
        this.limits = limits;
        new SecureRandom().nextBytes(secret);
        long all = Math.min(limits.keptBytes(), Long.MAX_VALUE / ALL_CALLERS) * ALL_CALLERS;
        this.shelves = new PerCaller<>(MAX_CALLERS, Math.max(1, all), Shelf::new);
    }

    private record Kept(List<KeptPart> parts, long weight, long expires) {}

    /** What is kept for one caller. */
    private final class Shelf {
        // guarded by this; the oldest first
        private final Map<String, Kept> results = new LinkedHashMap<>();
        private long weight;

        /** Returns by how much the weight has changed. */
        synchronized long put(String id, Kept kept) {
            long before = weight;
            results.put(id, kept);
            weight += kept.weight();
            trim();
            return weight - before;
        }

        private void trim() {
            long now = now();
            Iterator<Kept> oldest = results.values().iterator();
            while (oldest.hasNext()) {
                Kept kept = oldest.next();
                if (kept.expires() > now && results.size() <= limits.keptResults() && weight <= limits.keptBytes()) {
                    return;
                }
                oldest.remove();
                weight -= kept.weight();
            }
        }

        synchronized @Nullable Kept find(String id) {
            Kept kept = results.get(id);
            return kept == null || kept.expires() <= now() ? null : kept;
        }
    }

    private long now() {
        return limits.timer().now(TimeUnit.MILLISECONDS);
    }

    /**
     * An id that cannot be guessed from others: a part of the hash of a secret and a counter. The system's source of random
     * bytes is read once, when the filter is made, since reading it blocks.
     */
    String newId() {
        ByteBuffer input =
                ByteBuffer.allocate(secret.length + Long.BYTES).put(secret).putLong(ids.incrementAndGet());
        byte[] hash = CanonicalJson.sha256(input.array());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, ID_BYTES));
    }

    /** Whether a result of this size, in characters, is kept at all. */
    boolean keeps(long size) {
        return limits.keptResults() > 0 && size <= limits.keptBytes();
    }

    void keep(Caller caller, String id, List<KeptPart> parts) {
        long weight = parts.stream().mapToLong(KeptPart::weight).sum();
        Shelf shelf = shelves.get(caller);
        long more = shelf.put(
                id,
                new Kept(List.copyOf(parts), weight, now() + limits.keepFor().toMillis()));
        shelves.weigh(caller, shelf, more);
    }

    /** A part of a result of this caller; null if there is none. */
    @Nullable
    KeptPart find(Caller caller, String id, int part) {
        Shelf shelf = shelves.find(caller);
        Kept kept = shelf == null ? null : shelf.find(id);
        return kept == null || part < 0 || part >= kept.parts().size()
                ? null
                : kept.parts().get(part);
    }
}
