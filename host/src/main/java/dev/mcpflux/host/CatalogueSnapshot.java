package dev.mcpflux.host;

import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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

    /** By their names in the host; the same map as {@code byName} where no tool is renamed. */
    private final Map<String, E> byOfferedName;

    /** As the server listed it. */
    private final List<E> listed;

    private final Set<String> notOffered;

    private CatalogueSnapshot(long version, List<E> entries, Map<String, E> byName) {
        this(version, entries, byName, byName, List.copyOf(entries), Set.of());
    }

    private CatalogueSnapshot(
            long version,
            List<E> entries,
            Map<String, E> byName,
            Map<String, E> byOfferedName,
            List<E> listed,
            Set<String> notOffered) {
        this.version = version;
        this.entries = List.copyOf(entries);
        this.byName = byName;
        this.byOfferedName = byOfferedName;
        this.listed = listed;
        this.notOffered = notOffered;
        this.byModelName = new HashMap<>();
        for (E entry : byName.values()) {
            if (entry instanceof CatalogueTool tool && !tool.modelName().equals(tool.name())) {
                byModelName.put(tool.modelName(), entry);
            }
        }
        Set<String> all = new LinkedHashSet<>(byOfferedName.keySet());
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

    /**
     * The same list as the configuration of its server offers it: without tools that are left out, renamed, and those whose
     * calls are denied only to be found by their names.
     */
    CatalogueSnapshot<E> under(ToolRules rules, Class<E> type) {
        List<E> offered = new ArrayList<>();
        Map<String, E> byServersName = new LinkedHashMap<>();
        Map<String, E> byHostsName = new LinkedHashMap<>();
        Set<String> without = new HashSet<>();
        for (E entry : entries) {
            CatalogueTool tool = entry instanceof CatalogueTool listedTool ? rules.offered(listedTool) : null;
            if (tool == null) {
                without.add(entry.bareName());
                continue;
            }
            E own = type.cast(tool);
            byServersName.put(entry.bareName(), own);
            byHostsName.put(offeredName(own), own);
            if (!tool.name().equals(entry.name())) {
                without.add(entry.bareName());
            }
            if (!rules.denies(entry.bareName())) {
                offered.add(own);
            }
        }
        return new CatalogueSnapshot<>(version, offered, byServersName, byHostsName, entries, without);
    }

    /** The name in the host of a tool or a prompt, without that of its server. */
    static String offeredName(CatalogueEntry entry) {
        return entry.name().substring(entry.server().length() + CatalogueEntry.SEPARATOR.length());
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

    /** The names in the host, without that of the server, and those for models that differ; holds nothing of the entries. */
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

    /** The entry of that name in the host, without that of its server, or null. */
    @Nullable
    E findOffered(String name) {
        return byOfferedName.get(name);
    }

    /** The entries as the server listed them, whatever the configuration makes of them. */
    List<E> listed() {
        return listed;
    }

    /** Whether the server lists something of this name that the host does not offer under it. */
    boolean isNotOffered(String bareName) {
        return notOffered.contains(bareName);
    }
}
