package dev.mcpflux.cli.discover;

import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.form.ConfigForms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A server that several files have.
 *
 * @param name its name, which is the same in all of them
 * @param files the files that have it
 * @param differences the keys that are not the same in all of them, in our form: {@code args}, {@code env.TOKEN}. Values are left
 *     out, since they may be secrets
 * @param comparable whether all entries are right; else nothing can be said about differences
 */
public record SharedServer(String name, List<DiscoveredFile> files, List<String> differences, boolean comparable) {

    public SharedServer {
        files = List.copyOf(files);
        differences = List.copyOf(differences);
    }

    /** Whether it is the same server with the same options in all files. */
    public boolean isSame() {
        return comparable && differences.isEmpty();
    }

    /** The servers that occur in more than one file, by name. */
    public static List<SharedServer> in(List<DiscoveredFile> files) {
        Map<String, Map<DiscoveredFile, ServerDefinition>> byName = new LinkedHashMap<>();
        files.forEach(file -> file.servers()
                .forEach(server -> byName.computeIfAbsent(server.name(), name -> new LinkedHashMap<>())
                        .put(file, server)));
        List<SharedServer> shared = new ArrayList<>();
        byName.forEach((name, places) -> {
            if (places.size() > 1) {
                shared.add(compared(name, places));
            }
        });
        return shared;
    }

    private static SharedServer compared(String name, Map<DiscoveredFile, ServerDefinition> places) {
        List<DiscoveredFile> files = List.copyOf(places.keySet());
        if (places.values().stream().anyMatch(ServerDefinition.Invalid.class::isInstance)) {
            return new SharedServer(name, files, List.of(), false);
        }
        List<Map<String, String>> all =
                places.values().stream().map(SharedServer::values).toList();
        Map<String, String> first = all.get(0);
        TreeSet<String> different = new TreeSet<>();
        for (Map<String, String> other : all.subList(1, all.size())) {
            TreeSet<String> keys = new TreeSet<>(first.keySet());
            keys.addAll(other.keySet());
            keys.removeIf(key -> Objects.equals(first.get(key), other.get(key)));
            different.addAll(keys);
        }
        return new SharedServer(name, files, List.copyOf(different), true);
    }

    /** The values of an entry in our form; those of a key that holds members, by member. */
    private static Map<String, String> values(ServerDefinition server) {
        Map<String, String> values = new TreeMap<>();
        JsonNode entry = FormWriter.write(server, ConfigForms.MCPFLUX, true).entry();
        entry.forEachEntry((key, value) -> {
            if (value.isObject()) {
                value.forEachEntry((member, each) -> values.put(key + "." + member, each.toString()));
            } else {
                values.put(key, value.toString());
            }
        });
        return values;
    }
}
