package dev.mcpflux.testing.junit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The names of the servers that tests of one run have open now. Threads are told apart by these names only. */
final class OpenNames {

    private final Map<String, Set<LeftBehind>> owners = new HashMap<>();

    synchronized void add(LeftBehind owner, Set<String> names) {
        for (String name : names) {
            Set<LeftBehind> all = owners.computeIfAbsent(name, n -> new HashSet<>());
            all.add(owner);
            if (all.size() > 1) {
                all.forEach(one -> one.ambiguous(name));
            }
        }
    }

    synchronized void remove(LeftBehind owner) {
        owners.values().forEach(all -> all.remove(owner));
    }
}
