package dev.mcpflux.auth;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.transport.Caller;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The scopes that one server has asked for, apart for each caller. Any thread may use it. */
final class CollectedScopes {

    /** For how many callers scopes are kept; the least recently used are dropped, and asked for again by the server. */
    private static final int MAX_CALLERS = 1_024;

    /** The longest list of scopes that is kept of one caller. */
    private static final int MAX_SCOPES = 256;

    // guarded by itself
    private final Map<Caller, Set<String>> kept = new LinkedHashMap<>(16, 0.75f, true);

    Set<String> of(Caller caller) {
        synchronized (kept) {
            return kept.getOrDefault(caller, Set.of());
        }
    }

    /** Adds the scopes that the challenges name; returns all of this caller. */
    Set<String> add(Caller caller, List<AuthChallenge> challenges) {
        synchronized (kept) {
            Set<String> all = new LinkedHashSet<>(of(caller));
            for (AuthChallenge challenge : challenges) {
                for (String scope : challenge.parameter("scope").orElse("").split(" ", -1)) {
                    if (!scope.isEmpty() && all.size() < MAX_SCOPES) {
                        all.add(scope);
                    }
                }
            }
            Set<String> result = Set.copyOf(all);
            if (!result.isEmpty()) {
                kept.put(caller, result);
                if (kept.size() > MAX_CALLERS) {
                    kept.remove(kept.keySet().iterator().next());
                }
            }
            return result;
        }
    }
}
