package dev.mcpflux.host;

import dev.mcpflux.client.ListLimits;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.PerCaller;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The names that servers listed when they were asked last: so that a name still belongs to its server while that is not there.
 * Keyed by {@link Caller}, since servers may list other things for others; {@value #CALLERS} callers are remembered, within a
 * limit of bytes for all of them.
 *
 * @param <N> names, which hold nothing of the list they were taken from
 */
final class KnownNames<N extends Collection<String>> {

    private static final int CALLERS = 64;
    /** What a text takes beside its characters, with its place in a collection. */
    private static final int PER_NAME = 80;

    private final PerCaller<Map<String, N>> listed;

    KnownNames() {
        this(ListLimits.DEFAULT.maxBytes());
    }

    /**
     * Nothing is known.
     *
     * @param maxBytes what the names of all callers may weigh together
     */
    KnownNames(long maxBytes) {
        listed = new PerCaller<>(CALLERS, maxBytes, ConcurrentHashMap::new);
    }

    /** Remembers names, which are not changed after that. */
    // a list that is kept gives the very same names each time
    @SuppressWarnings("ReferenceEquality")
    void keep(Caller caller, String server, N names) {
        Map<String, N> own = listed.get(caller);
        N before = own.put(server, names);
        if (before != names) {
            listed.weigh(caller, own, bytes(names) - bytes(before));
        }
    }

    private static long bytes(@Nullable Collection<String> names) {
        return names == null
                ? 0
                : names.stream().mapToLong(name -> PER_NAME + name.length()).sum();
    }

    /** Whether a server listed something when it was asked last on behalf of a caller. */
    boolean had(Caller caller, String server, Predicate<N> what) {
        Map<String, N> own = listed.find(caller);
        N names = own == null ? null : own.get(server);
        return names != null && what.test(names);
    }

    /** Whether a server was asked on behalf of a caller, and answered. */
    boolean isKnown(Caller caller, String server) {
        Map<String, N> own = listed.find(caller);
        return own != null && own.containsKey(server);
    }
}
