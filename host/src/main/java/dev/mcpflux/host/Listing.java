package dev.mcpflux.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one server offers of one kind, in its order and by name; made once for each time the list is read. */
final class Listing<E extends CatalogueEntry> {

    private final List<E> entries;
    private final Map<String, E> byName;

    Listing(List<E> entries) {
        this.entries = entries;
        this.byName = new HashMap<>(entries.size() * 4 / 3 + 1);
        // where a server uses a name twice, the first one has it
        entries.forEach(entry -> byName.putIfAbsent(entry.bareName(), entry));
    }

    List<E> entries() {
        return entries;
    }

    /** The entry of that name at its server, or null. */
    @Nullable
    E find(String bareName) {
        return byName.get(bareName);
    }
}
