package dev.mcpflux.host.config.document;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/**
 * What a document should be after an edit. Numbers and booleans that are not edited keep their text: {@code 1.10} does not
 * become {@code 1.1}.
 */
final class ExpectedTree {

    private record Literal(String text) {}

    private JsonNode root;

    ExpectedTree(ConfigDocument document) {
        root = copy(document.root(), "", document);
        if (!root.isContainer()) {
            root = JsonNodeFactory.instance.objectNode();
        }
    }

    private static JsonNode copy(JsonNode node, String pointer, ConfigDocument document) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.forEachEntry(
                    (name, value) -> object.set(name, copy(value, ConfigDocument.member(pointer, name), document)));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (JsonNode item : node) {
                array.add(copy(item, pointer + "/" + array.size(), document));
            }
            return array;
        }
        String literal = document.literal(pointer);
        return literal == null ? node : new POJONode(new Literal(literal));
    }

    /** The value at a path, or null. */
    static @Nullable JsonNode at(JsonNode root, List<String> path) {
        JsonNode node = root;
        for (String name : path) {
            node = child(node, name);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    static @Nullable JsonNode child(JsonNode node, String name) {
        return node.isArray() ? node.get(Integer.parseInt(name)) : node.get(name);
    }

    /** An object around a value for each name. */
    static JsonNode wrap(List<String> names, JsonNode value) {
        JsonNode wrapped = value;
        for (int i = names.size() - 1; i >= 0; i--) {
            wrapped = JsonNodeFactory.instance.objectNode().set(names.get(i), wrapped);
        }
        return wrapped;
    }

    /** Puts a value at a path whose parents may be missing. A value that is there and equal keeps its text. */
    void put(List<String> path, JsonNode value) {
        JsonNode parent = root;
        for (int i = 0; i < path.size() - 1; i++) {
            JsonNode child = child(parent, path.get(i));
            if (child == null || child.isNull()) {
                child = JsonNodeFactory.instance.objectNode();
                set(parent, path.get(i), child);
            }
            parent = child;
        }
        String last = path.get(path.size() - 1);
        set(parent, last, value);
    }

    private static void set(JsonNode parent, String name, JsonNode value) {
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(name), value);
        } else {
            ((ObjectNode) parent).set(name, value);
        }
    }

    void append(List<String> path, JsonNode value) {
        ((ArrayNode) Objects.requireNonNull(at(root, path))).add(value);
    }

    void remove(List<String> path) {
        JsonNode parent = Objects.requireNonNull(at(root, path.subList(0, path.size() - 1)));
        String last = path.get(path.size() - 1);
        if (parent instanceof ArrayNode array) {
            array.remove(Integer.parseInt(last));
        } else {
            ((ObjectNode) parent).remove(last);
        }
    }

    /** Removes the value at a path if it is empty: TOML writes no empty parent of tables. */
    boolean prune(List<String> path) {
        JsonNode node = at(root, path);
        if (node == null || !node.isContainer() || !node.isEmpty()) {
            return false;
        }
        remove(path);
        return true;
    }

    /** Whether a document is that. */
    boolean matches(ConfigDocument document) {
        if (document.isEmpty() && root.isEmpty()) {
            return true;
        }
        return same(root, document.root(), "", document);
    }

    private static boolean same(JsonNode expected, JsonNode actual, String pointer, ConfigDocument document) {
        if (expected instanceof POJONode literal) {
            return new Literal(String.valueOf(document.literal(pointer))).equals(literal.getPojo());
        }
        if (expected.isObject() && actual.isObject()) {
            Set<String> names = new HashSet<>(expected.propertyNames());
            return names.equals(new HashSet<>(actual.propertyNames()))
                    && names.stream()
                            .allMatch(name -> same(
                                    expected.path(name),
                                    actual.path(name),
                                    ConfigDocument.member(pointer, name),
                                    document));
        }
        if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            Iterator<JsonNode> items = actual.iterator();
            int index = 0;
            for (JsonNode item : expected) {
                if (!same(item, items.next(), pointer + "/" + index++, document)) {
                    return false;
                }
            }
            return true;
        }
        return same(expected, actual);
    }

    /** Whether two values are the same; an integer may be of any width. */
    static boolean same(JsonNode one, JsonNode other) {
        return one.equals(
                (a, b) -> a.isNumber() && b.isNumber() && isFinite(a) && isFinite(b)
                        ? a.decimalValue().compareTo(b.decimalValue())
                        : a.equals(b) ? 0 : 1,
                other);
    }

    private static boolean isFinite(JsonNode number) {
        return !number.isFloatingPointNumber() || Double.isFinite(number.doubleValue());
    }
}
