package dev.mcpflux.host.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** An object within the entry of a server. */
final class EntrySection {

    private final ConfigText text;
    private final String server;
    private final EntryValues values;
    private final String pointer;
    private final Map<String, Consumer<JsonNode>> members = new LinkedHashMap<>();

    EntrySection(ConfigText text, String server, EntryValues values, String pointer) {
        this.text = text;
        this.server = server;
        this.values = values;
        this.pointer = pointer;
    }

    /** Reads a whole number. */
    EntrySection integer(String member, Consumer<Integer> set) {
        members.put(member, node -> {
            if (!node.isInt() || node.intValue() < 0) {
                throw problem(member, "expected a whole number that is not negative, found " + ConfigText.kind(node));
            }
            set(member, set, node.intValue());
        });
        return this;
    }

    /** Reads a number. */
    EntrySection number(String member, Consumer<Double> set) {
        members.put(member, node -> {
            if (!node.isNumber()) {
                throw problem(member, "expected a number, found " + ConfigText.kind(node));
            }
            set(member, set, node.doubleValue());
        });
        return this;
    }

    /** Reads true or false. */
    EntrySection flag(String member, Consumer<Boolean> set) {
        members.put(member, node -> {
            if (!node.isBoolean()) {
                throw problem(member, "expected true or false, found " + ConfigText.kind(node));
            }
            set(member, set, node.booleanValue());
        });
        return this;
    }

    /** Reads a time. */
    EntrySection time(String member, Consumer<Duration> set) {
        members.put(member, node -> set(member, set, time(member, node)));
        return this;
    }

    /** Gives a value of another kind to what reads and checks it. */
    EntrySection value(String member, Consumer<JsonNode> read) {
        members.put(member, read);
        return this;
    }

    /** Reads an array of strings with their variables. */
    EntrySection texts(String member, Consumer<List<String>> set) {
        members.put(member, node -> {
            if (!node.isArray()) {
                throw problem(member, "expected an array of strings, found " + ConfigText.kind(node));
            }
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < node.size(); i++) {
                texts.add(values.resolved(node.get(i), ConfigText.member(pointer, member) + "/" + i));
            }
            set(member, set, texts);
        });
        return this;
    }

    /** Reads a size in bytes. */
    EntrySection size(String member, Consumer<Long> set) {
        members.put(member, node -> {
            String value = node.isString() ? node.stringValue() : node.isIntegralNumber() ? node.asString() : "";
            Long size = Sizes.read(value);
            if (size == null) {
                throw problem(member, Sizes.expected() + ", found " + ConfigText.kind(node));
            }
            set(member, set, size);
        });
        return this;
    }

    private Duration time(String member, JsonNode node) {
        String place = ConfigText.member(pointer, member);
        String value = node.isNumber() ? text.literal(node, place) : node.isString() ? node.stringValue() : null;
        Duration time = value == null ? null : Durations.read(value);
        if (time == null) {
            throw problem(member, Durations.expected() + ", found " + ConfigText.kind(node));
        }
        return time;
    }

    /** What the setter refuses is reported with its place. */
    private <T> void set(String member, Consumer<T> set, T value) {
        try {
            set.accept(value);
        } catch (IllegalArgumentException e) {
            throw problem(member, String.valueOf(e.getMessage()));
        }
    }

    /** Reads the object; members that are not known are reported. */
    void read(JsonNode section) {
        section.forEachEntry((member, node) -> {
            Consumer<JsonNode> known = members.get(member);
            if (known != null) {
                if (!node.isNull()) {
                    known.accept(node);
                }
                return;
            }
            List<String> near = members.keySet().stream()
                    .filter(other -> EditDistance.of(EntryKeys.normal(member), EntryKeys.normal(other)) < 3)
                    .toList();
            values.warn(
                    ConfigText.member(pointer, member),
                    "unknown key " + ConfigText.quoted(member) + " is ignored; "
                            + (near.isEmpty()
                                    ? "there are " + String.join(", ", members.keySet())
                                    : "did you mean \"" + near.get(0) + "\"?"));
        });
    }

    private McpConfigurationException problem(String member, String problem) {
        return text.problem(server, ConfigText.member(pointer, member), problem);
    }
}
