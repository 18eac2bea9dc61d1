package dev.mcpflux.host.catalogue;

import dev.mcpflux.protocol.ListKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a list of one server differs from what it was before.
 *
 * @param added entries with new names, as they are now
 * @param removed entries whose names are not there any more, as they were
 * @param changed entries that are different under the same name, as they are now
 */
public record CatalogueChange(
        String server,
        ListKind kind,
        List<CatalogueEntry> added,
        List<CatalogueEntry> removed,
        List<CatalogueEntry> changed) {

    public CatalogueChange {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /** Without the texts of the server, which may hold configured secrets. */
    @Override
    public String toString() {
        return "CatalogueChange[" + server + ", " + kind + ": " + added.size() + " added, " + removed.size()
                + " removed, " + changed.size() + " changed]";
    }

    /** The difference between two lists; null if there is none. The order of the entries does not count. */
    public static @Nullable CatalogueChange between(
            String server, ListKind kind, List<? extends CatalogueEntry> before, List<? extends CatalogueEntry> after) {
        Map<String, CatalogueEntry> old = new LinkedHashMap<>();
        before.forEach(entry -> old.putIfAbsent(entry.name(), entry));
        List<CatalogueEntry> added = new ArrayList<>();
        List<CatalogueEntry> changed = new ArrayList<>();
        for (CatalogueEntry entry : after) {
            CatalogueEntry known = old.remove(entry.name());
            if (known == null) {
                added.add(entry);
            } else if (!known.equals(entry)) {
                changed.add(entry);
            }
        }
        return added.isEmpty() && old.isEmpty() && changed.isEmpty()
                ? null
                : new CatalogueChange(server, kind, added, List.copyOf(old.values()), changed);
    }
}
