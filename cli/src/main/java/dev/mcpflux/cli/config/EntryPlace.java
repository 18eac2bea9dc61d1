package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.FormRecognition;
import dev.mcpflux.host.config.form.FormRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where the entry of a server stands in a document.
 *
 * @param path the members that lead to it
 * @param settings the path of the object in which lists of names may switch it off
 * @param line from 1; 0 where it is not known
 */
record EntryPlace(List<String> path, List<String> settings, JsonNode entry, int line) {

    /** The entries of a document, by the names of their servers; of several with one name the one that counts. */
    static Map<String, EntryPlace> all(ConfigDocument document, ConfigForm form, @Nullable Path workspace) {
        Map<String, EntryPlace> places = new LinkedHashMap<>();
        JsonNode root = document.root();
        if (workspace != null && form.id().equals("claude-code")) {
            List<String> project =
                    List.of("projects", workspace.toAbsolutePath().normalize().toString());
            List<String> path = join(project, "mcpServers");
            at(root, path).forEachEntry((name, entry) -> add(places, document, name, join(path, name), project, entry));
        }
        for (FormRoot place : FormRecognition.places(form, root)) {
            JsonNode servers = at(root, place.path());
            if (place.layout() == FormRoot.Layout.MAP) {
                servers.forEachEntry(
                        (name, entry) -> add(places, document, name, join(place.path(), name), List.of(), entry));
                continue;
            }
            for (int i = 0; i < servers.size(); i++) {
                String name = servers.path(i).path(form.nameKey()).asString("");
                if (name.isEmpty() && place.type() != null && !place.type().equals("stdio")) {
                    // as the reader calls addresses without a name
                    name = place.type() + "-" + (i + 1);
                }
                add(places, document, name, join(place.path(), String.valueOf(i)), List.of(), servers.path(i));
            }
        }
        return places;
    }

    private static void add(
            Map<String, EntryPlace> places,
            ConfigDocument document,
            String name,
            List<String> path,
            List<String> settings,
            JsonNode entry) {
        if (!name.isEmpty()) {
            places.putIfAbsent(
                    name,
                    new EntryPlace(
                            path, settings, entry, document.place(pointer(path)).line()));
        }
    }

    static JsonNode at(JsonNode root, List<String> path) {
        JsonNode found = root;
        for (String member : path) {
            found = found.isArray() ? found.path(Integer.parseInt(member)) : found.path(member);
        }
        return found;
    }

    static String pointer(List<String> path) {
        String pointer = "";
        for (String name : path) {
            pointer = ConfigDocument.member(pointer, name);
        }
        return pointer;
    }

    String pointer() {
        return pointer(path);
    }

    static List<String> join(List<String> path, String name) {
        List<String> joined = new ArrayList<>(path);
        joined.add(name);
        return joined;
    }
}
