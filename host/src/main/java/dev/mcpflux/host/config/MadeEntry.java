package dev.mcpflux.host.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The entry with our keys that is made of one of a client. Knows the place in the file of each value. */
final class MadeEntry {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ConfigText text;
    private final String name;
    private final String pointer;
    private final ObjectNode result = NODES.objectNode();

    /** The key in the file of each key of ours that was made. */
    private final Map<String, String> origins = new HashMap<>();

    /** Places whose texts are written here, with variables as we write them. */
    private final Set<String> own = new HashSet<>();

    MadeEntry(ConfigText text, String name, String pointer) {
        this.text = text;
        this.name = name;
        this.pointer = pointer;
    }

    ObjectNode result() {
        return result;
    }

    /** The key in the file that a key of ours was made of, or null. */
    @Nullable
    String origin(String ours) {
        return origins.get(ours);
    }

    /** Whether the text at a place holds variables as we write them. */
    boolean isOurs(String place) {
        for (String at = place; at.length() > pointer.length(); at = at.substring(0, at.lastIndexOf('/'))) {
            if (own.contains(at)) {
                return true;
            }
        }
        return false;
    }

    /** From now on, the texts of a member, or of a member of a member, hold variables as we write them; or no longer. */
    void ours(boolean are, String... path) {
        String place = pointer;
        for (String member : path) {
            place = ConfigText.member(place, member);
        }
        if (are) {
            own.add(place);
        } else {
            own.remove(place);
        }
    }

    /** Takes a member over as it is. */
    void keep(String key, JsonNode value, String place) {
        result.set(key, value);
        alias(ConfigText.member(pointer, key), place);
    }

    /** Takes a value over under a key of ours. */
    void take(String ours, JsonNode value, String key, String place) {
        String before = origins.putIfAbsent(ours, key);
        JsonNode other = result.get(ours);
        if (other != null && !other.equals(value)) {
            throw text.problem(
                    name,
                    place,
                    "expected either " + ConfigText.quoted(before == null ? ours : before) + " or "
                            + ConfigText.quoted(key) + "; they mean the same, and this server has both");
        }
        result.set(ours, value);
        alias(ConfigText.member(pointer, ours), place);
    }

    void alias(String ours, String place) {
        if (!ours.equals(place)) {
            text.alias(ours, place);
        }
    }

    ObjectNode object(String key, String place) {
        JsonNode there = result.get(key);
        if (there instanceof ObjectNode object) {
            return object;
        }
        ObjectNode made = NODES.objectNode();
        if (there == null) {
            result.set(key, made);
            alias(ConfigText.member(pointer, key), place);
        }
        return made;
    }

    void put(ObjectNode object, String key, String member, JsonNode value, String place) {
        if (object.has(member) && !object.path(member).equals(value)) {
            throw text.problem(name, place, "contradicts another key of this entry that means the same");
        }
        object.set(member, value);
        alias(ConfigText.member(ConfigText.member(pointer, key), member), place);
    }

    /** Puts a text of ours into an object, with variables as we write them. */
    void write(ObjectNode object, String key, String member, String value, String place) {
        put(object, key, member, NODES.stringNode(value), place);
        own.add(ConfigText.member(ConfigText.member(pointer, key), member));
    }

    void addAll(ObjectNode object, String key, String member, List<String> names, String place) {
        if (names.isEmpty()) {
            return;
        }
        ArrayNode array = object.get(member) instanceof ArrayNode there ? there : NODES.arrayNode();
        names.forEach(array::add);
        object.set(member, array);
        alias(ConfigText.member(ConfigText.member(pointer, key), member), place);
    }

    List<JsonNode> array(JsonNode value, String place) {
        if (!value.isArray()) {
            throw text.problem(name, place, "expected an array of strings, found " + ConfigText.kind(value));
        }
        List<JsonNode> all = new ArrayList<>();
        value.forEach(all::add);
        return all;
    }

    String word(JsonNode value, String place) {
        if (!value.isString()) {
            throw text.problem(name, place, "expected a string, found " + ConfigText.kind(value));
        }
        return value.stringValue();
    }

    /** A mistake at a place. */
    McpConfigurationException problem(String place, String problem) {
        return text.problem(name, place, problem);
    }
}
