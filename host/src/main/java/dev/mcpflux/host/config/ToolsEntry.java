package dev.mcpflux.host.config;

import dev.mcpflux.host.config.CallPolicy.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Which tools of a server are offered and called, by its entry in a file: {@code tools} and {@code policy}. */
final class ToolsEntry {

    private static final String WORDS = "\"allow\", \"ask\", \"ask-if-possible\", \"deny\" or \"rehearse\"";

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryValues values;

    ToolsEntry(ConfigText text, String name, JsonNode entry, String pointer, EntryValues values) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.values = values;
    }

    /** Sets what the entry gives; everything else stays. */
    void read(ServerOptions.Builder options) {
        String tools = values.usual("tools");
        String policy = values.usual("policy");
        if (entry.hasNonNull(tools)) {
            options.tools(selection(tools, entry.path(tools)));
        }
        if (entry.hasNonNull(policy)) {
            options.policy(policy(policy, entry.path(policy)));
        }
    }

    // -- tools

    private ToolSelection selection(String key, JsonNode node) {
        String place = ConfigText.member(pointer, key);
        ToolSelection.Builder selection = ToolSelection.builder();
        if (node.isArray()) {
            return built(place, selection.include(included(place, node))::build);
        }
        if (!node.isObject()) {
            throw text.problem(
                    name,
                    place,
                    "expected an object like {\"include\": [\"read_*\"]} or an array of patterns, found "
                            + ConfigText.kind(node));
        }
        new EntrySection(text, name, values, place)
                .value("include", list -> selection.include(included(ConfigText.member(place, "include"), list)))
                .value("exclude", list -> selection.exclude(patterns(ConfigText.member(place, "exclude"), list)))
                .value("rename", names -> selection.names(names(ConfigText.member(place, "rename"), names)))
                .read(node);
        return built(place, selection::build);
    }

    /** All tools need no pattern, and no rules. */
    private List<String> included(String place, JsonNode node) {
        List<String> patterns = patterns(place, node);
        return patterns.equals(List.of("*")) ? List.of() : patterns;
    }

    private List<String> patterns(String place, JsonNode node) {
        if (!node.isArray()) {
            throw text.problem(name, place, "expected an array of patterns, found " + ConfigText.kind(node));
        }
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            patterns.add(
                    word(place + "/" + i, node.get(i), "expected the name of a tool, or a pattern for such names"));
        }
        if (patterns.isEmpty()) {
            // whether that means all tools or none is different in the files of other clients
            throw text.problem(
                    name, place, "expected at least one pattern, found an empty array; [\"*\"] stands for all tools");
        }
        return patterns;
    }

    private Map<String, String> names(String place, JsonNode node) {
        if (!node.isObject()) {
            throw text.problem(
                    name,
                    place,
                    "expected an object like {\"name at the server\": \"new name\"}, found " + ConfigText.kind(node));
        }
        Map<String, String> names = new LinkedHashMap<>();
        node.forEachEntry((tool, other) ->
                names.put(tool, word(ConfigText.member(place, tool), other, "expected the new name of the tool")));
        return names;
    }

    // -- policy

    private CallPolicy policy(String key, JsonNode node) {
        String place = ConfigText.member(pointer, key);
        CallPolicy.Builder policy = CallPolicy.builder();
        if (node.isString()) {
            return built(place, policy.otherwise(action(place, node))::build);
        }
        if (!node.isObject()) {
            throw text.problem(
                    name,
                    place,
                    "expected " + WORDS
                            + ", or an object like {\"otherwise\": \"ask\", \"tools\": {\"read_*\": \"allow\"}}"
                            + ", found " + ConfigText.kind(node));
        }
        new EntrySection(text, name, values, place)
                .value("otherwise", word -> policy.otherwise(action(ConfigText.member(place, "otherwise"), word)))
                .value("tools", tools -> policy.tools(actions(ConfigText.member(place, "tools"), tools)))
                .read(node);
        return built(place, policy::build);
    }

    private Map<String, Action> actions(String place, JsonNode node) {
        if (!node.isObject()) {
            throw text.problem(
                    name, place, "expected an object like {\"delete_*\": \"deny\"}, found " + ConfigText.kind(node));
        }
        Map<String, Action> actions = new LinkedHashMap<>();
        node.forEachEntry((tool, word) -> actions.put(tool, action(ConfigText.member(place, tool), word)));
        return actions;
    }

    private Action action(String place, JsonNode node) {
        String word = word(place, node, "expected " + WORDS);
        Action action = action(word);
        if (action == null) {
            String found = word.matches("[A-Za-z_ -]{1,32}") ? "\"" + word + "\"" : "another string";
            throw text.problem(name, place, "expected " + WORDS + ", found " + found);
        }
        return action;
    }

    private static @Nullable Action action(String word) {
        String normal = word.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        for (Action action : Action.values()) {
            if (action.word().equals(normal)) {
                return action;
            }
        }
        return null;
    }

    private String word(String place, JsonNode node, String expected) {
        if (!node.isString() || node.stringValue().isBlank()) {
            throw text.problem(
                    name, place, expected + ", found " + (node.isString() ? "an empty string" : ConfigText.kind(node)));
        }
        return node.stringValue();
    }

    @FunctionalInterface
    private interface Build<T> {
        T build();
    }

    private <T> T built(String place, Build<T> options) {
        try {
            return options.build();
        } catch (IllegalArgumentException e) {
            throw text.problem(name, place, String.valueOf(e.getMessage()));
        }
    }
}
