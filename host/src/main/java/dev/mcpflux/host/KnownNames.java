package dev.mcpflux.host;

import dev.mcpflux.transport.Caller;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What servers listed when they were asked last: so that a name still belongs to its server while that is not there.
 * Keyed by caller, since servers may list other things for others; only so many callers are remembered.
 */
final class KnownNames<L> {

    private static final int CALLERS = 64;

    private final Map<Caller, Map<String, L>> listed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Caller, Map<String, L>> eldest) {
            return size() > CALLERS;
        }
    };

    synchronized void keep(Caller caller, String server, L list) {
        listed.computeIfAbsent(caller, c -> new HashMap<>()).put(server, list);
    }

    /** Whether a server listed something when it was asked last on behalf of a caller. */
    synchronized boolean had(Caller caller, String server, Predicate<L> what) {
        L list = listed.getOrDefault(caller, Map.of()).get(server);
        return list != null && what.test(list);
    }

    /** Whether a server was asked on behalf of a caller, and answered. */
    synchronized boolean isKnown(Caller caller, String server) {
        return listed.getOrDefault(caller, Map.of()).containsKey(server);
    }
}
