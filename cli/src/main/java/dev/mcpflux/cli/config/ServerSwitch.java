package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.document.DocumentEditor;
import dev.mcpflux.host.config.document.DocumentPlace;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormKey;
import dev.mcpflux.host.config.form.KeyMeaning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Switches a server on and off by the smallest change of its file: by its own key, or in the list that names it. */
final class ServerSwitch {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** More reasons than that are not looked for. */
    private static final int MOST_REASONS = 8;

    private final ServerFileEditor file;
    private final ConfigForm form;
    private final String name;

    ServerSwitch(ServerFileEditor file, String name) {
        this.file = file;
        this.form = file.form();
        this.name = name;
    }

    private boolean isOff() {
        ServerDefinition server = file.server(name);
        if (server == null) {
            throw new McpConfigurationException(null, "no server is called '" + name + "' in " + file.path());
        }
        return server.options().disabled() != null;
    }

    /**
     * Switches it off.
     *
     * @param ownKeys whether the key {@code mcpflux} is used where the form has no switch
     * @return whether it was on
     */
    boolean off(boolean ownKeys) {
        if (isOff()) {
            return false;
        }
        EntryPlace place = file.place(name);
        List<String> key = written(place, true);
        if (key == null && usualKey() != null) {
            key = EntryPlace.join(place.path(), String.valueOf(usualKey()));
        }
        if (key != null) {
            set(key, isDisabling(key));
        } else if (list(place) != null) {
            List<String> list = list(place);
            append(list == null ? List.of() : list);
        } else if (ownKeys) {
            set(EntryPlace.join(EntryPlace.join(place.path(), "mcpflux"), "disabled"), true);
        } else {
            throw new McpConfigurationException(
                    name,
                    file.path() + ": " + form.title()
                            + " has no key that switches a server off, and starts it in any case;"
                            + " --own-keys switches it off for mcpflux alone");
        }
        return expect(this::isOff);
    }

    /** Switches it on; returns whether it was off. */
    boolean on() {
        boolean off = isOff();
        for (int i = 0; i < MOST_REASONS && isOff(); i++) {
            EntryPlace place = file.place(name);
            List<String> key = written(place, false);
            if (key == null) {
                fromLists(place);
            } else if (isDisabling(key)) {
                remove(place, key);
            } else {
                set(key, true);
            }
        }
        return off && expect(() -> !isOff());
    }

    private boolean expect(BooleanSupplier state) {
        if (!state.getAsBoolean()) {
            ServerDefinition server = file.server(name);
            String reason = server == null ? null : server.options().disabled();
            throw new McpConfigurationException(
                    name,
                    file.path() + ": it cannot be switched there"
                            + (reason == null ? "" : ", since it is switched off by " + reason)
                            + "; change that by hand");
        }
        return true;
    }

    /** Without the key; without the object of ours, if nothing else is in it. */
    private void remove(EntryPlace place, List<String> key) {
        List<String> holder = key.subList(0, key.size() - 1);
        boolean alone = holder.size() > place.path().size()
                && EntryPlace.at(root(), holder).size() == 1;
        change(editor -> editor.remove(alone ? holder : key));
    }

    /** The key of the entry that is a switch and has this effect if it is set, or null. */
    private @Nullable List<String> written(EntryPlace place, boolean any) {
        for (List<String> holder : List.of(place.path(), EntryPlace.join(place.path(), "mcpflux"))) {
            JsonNode entry = EntryPlace.at(root(), holder);
            for (String key : entry.isObject() ? entry.propertyNames() : List.<String>of()) {
                List<String> path = EntryPlace.join(holder, key);
                FormKey row = ConfigForms.key(form, key);
                boolean disabling = row != null && row.meaning() == KeyMeaning.DISABLED;
                boolean enabling = row != null && row.meaning() == KeyMeaning.ENABLED;
                boolean value = Boolean.parseBoolean(entry.path(key).asString("false"));
                if ((disabling && (any || value)) || (enabling && (any || !value))) {
                    return path;
                }
            }
        }
        return null;
    }

    private boolean isDisabling(List<String> key) {
        FormKey row = ConfigForms.key(form, key.get(key.size() - 1));
        return row == null || row.meaning() != KeyMeaning.ENABLED;
    }

    /** The key by which the form switches a server, or null. */
    private @Nullable String usualKey() {
        for (String key : List.of("disabled", "enabled")) {
            if (form.known().contains(key)) {
                return key;
            }
        }
        return form.id().equals(ConfigForms.MCPFLUX.id())
                ? "disabled"
                : form.keys().stream()
                        .filter(key -> key.meaning() == KeyMeaning.DISABLED || key.meaning() == KeyMeaning.ENABLED)
                        .map(FormKey::key)
                        .findFirst()
                        .orElse(null);
    }

    /** The list of names that the client reads in this file, or null. */
    private @Nullable List<String> list(EntryPlace place) {
        for (String list : form.offLists()) {
            List<String> path = path(place, list);
            boolean there = EntryPlace.at(root(), path).isArray();
            // Claude Code looks for its list beside the servers of a project, or where there is one
            if (there || !form.id().equals("claude-code") || !place.settings().isEmpty()) {
                return path;
            }
        }
        return null;
    }

    private void fromLists(EntryPlace place) {
        for (String list : form.offLists()) {
            List<String> path = path(place, list);
            JsonNode names = EntryPlace.at(root(), path);
            for (int i = names.size() - 1; i >= 0 && names.isArray(); i--) {
                if (names.get(i).asString("").equals(name)) {
                    String index = String.valueOf(i);
                    change(editor -> editor.remove(EntryPlace.join(path, index)));
                }
            }
        }
        for (String list : form.onLists()) {
            List<String> path = path(place, list);
            JsonNode names = EntryPlace.at(root(), path);
            boolean named = false;
            for (JsonNode each : names) {
                named |= each.asString("").equals(name);
            }
            if (names.isArray() && !names.isEmpty() && !named) {
                append(path);
            }
        }
    }

    private static List<String> path(EntryPlace place, String list) {
        List<String> path = new ArrayList<>(place.settings());
        path.addAll(List.of(list.split("/")));
        return path;
    }

    private void append(List<String> list) {
        JsonNode names = EntryPlace.at(root(), list);
        ArrayNode changed = NODES.arrayNode();
        if (names.isArray()) {
            String written = text(list);
            if (written.contains("//") || written.contains("/*") || written.contains("#")) {
                throw new McpConfigurationException(
                        name,
                        file.path() + ": " + String.join(".", list)
                                + " may have comments, which would be lost; add the name there by hand");
            }
            changed.addAll((ArrayNode) names);
        }
        changed.add(name);
        change(editor -> editor.put(list, changed));
    }

    private String text(List<String> path) {
        DocumentPlace place = file.editor().document().place(EntryPlace.pointer(path));
        String text = file.editor().text();
        return place.start() < 0 ? "" : text.substring(place.start(), place.end() < 0 ? text.length() : place.end());
    }

    private void set(List<String> key, boolean value) {
        change(editor -> editor.set(key, NODES.booleanNode(value)));
    }

    private interface Change {
        DocumentEditor of(DocumentEditor editor);
    }

    private void change(Change change) {
        file.editor(change.of(file.editor()));
    }

    private JsonNode root() {
        return file.editor().document().root();
    }
}
