package dev.mcpflux.host;

import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One list of one server as it was read at one time, in the server's order and by name. Immutable.
 *
 * @param <E> its entries
 */
final class CatalogueSnapshot<E extends CatalogueEntry> {

    private final long version;
    private final List<E> entries;
    private final Map<String, E> byName;
    /** Only those whose names models do not accept. */
    private final Map<String, E> byModelName;

    private final Set<String> names;

    private CatalogueSnapshot(long version, List<E> entries, Map<String, E> byName) {
        this.version = version;
        this.entries = List.copyOf(entries);
        this.byName = byName;
        this.byModelName = new HashMap<>();
        for (E entry : entries) {
            if (entry instanceof CatalogueTool tool && !tool.modelName().equals(tool.name())) {
                byModelName.put(tool.modelName(), entry);
            }
        }
        Set<String> all = new LinkedHashSet<>(byName.keySet());
        all.addAll(byModelName.keySet());
        this.names = Collections.unmodifiableSet(all);
    }

    /**
     * A list of things with names, each of which counts once.
     *
     * @param duplicate is given each name that the server uses again; the first entry has it, and the others are left out
     */
    static <E extends CatalogueEntry> CatalogueSnapshot<E> named(
            long version, List<E> entries, Consumer<String> duplicate) {
        Map<String, E> byName = byName(entries, duplicate);
        return new CatalogueSnapshot<>(
                version, byName.size() == entries.size() ? entries : List.copyOf(byName.values()), byName);
    }

    /** A list as the server gave it, whatever it repeats. */
    static <E extends CatalogueEntry> CatalogueSnapshot<E> all(long version, List<E> entries) {
        return new CatalogueSnapshot<>(version, entries, byName(entries, name -> {}));
    }

    private static <E extends CatalogueEntry> Map<String, E> byName(List<E> entries, Consumer<String> duplicate) {
        Map<String, E> byName = new LinkedHashMap<>(entries.size() * 4 / 3 + 1);
        for (E entry : entries) {
            if (byName.putIfAbsent(entry.bareName(), entry) != null) {
                duplicate.accept(entry.bareName());
            }
        }
        return byName;
    }

    /** Of two snapshots of a list, the one whose reading began later has the higher version. */
    long version() {
        return version;
    }

    /** The names at the server, and those for models that differ; holds nothing of the entries. */
    Set<String> names() {
        return names;
    }

    List<E> entries() {
        return entries;
    }

    /** The entry that has this name for models, where that is not its qualified name, or null. */
    @Nullable
    E findModelName(String modelName) {
        return byModelName.get(modelName);
    }

    /** The entry of that name at its server, or null. */
    @Nullable
    E find(String bareName) {
        return byName.get(bareName);
    }
}
