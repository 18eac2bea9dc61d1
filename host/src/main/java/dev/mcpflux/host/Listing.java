package dev.mcpflux.host;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one server offers of one kind, in its order and by name; made once for each time the list is read. */
final class Listing<E extends CatalogueEntry> {

    private final List<E> entries;
    private final Map<String, E> byName;
    /** Only those whose names models do not accept. */
    private final Map<String, E> byModelName = new HashMap<>();

    private final Set<String> names;

    /**
     * A list as the server gave it.
     *
     * @param duplicate hears of each name that the server uses again; the first entry has it, and the others are left out
     */
    Listing(List<E> entries, Consumer<String> duplicate) {
        this.byName = new LinkedHashMap<>(entries.size() * 4 / 3 + 1);
        for (E entry : entries) {
            if (byName.putIfAbsent(entry.bareName(), entry) != null) {
                duplicate.accept(entry.bareName());
            } else if (entry instanceof CatalogueTool tool && !tool.modelName().equals(tool.name())) {
                byModelName.put(tool.modelName(), entry);
            }
        }
        this.entries = byName.size() == entries.size() ? entries : List.copyOf(byName.values());
        Set<String> both = new HashSet<>(byName.keySet());
        both.addAll(byModelName.keySet());
        this.names = Collections.unmodifiableSet(both);
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
