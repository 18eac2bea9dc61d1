package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The place of a value in the arguments: {@code filter.from} is {@code from} within {@code filter}, and {@code points.0} the
 * first element of {@code points}. A name that the schema declares with its dots is one name.
 *
 * @param names the names from the outermost to the innermost; not empty
 * @param schemas the schemas of the value; empty if the schema says nothing about it
 */
record ArgumentPath(List<String> names, List<JsonNode> schemas) {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_INDEX_DIGITS = 6;

    static ArgumentPath of(String key, SchemaTypes types) {
        List<String> segments = segments(key);
        List<String> names = new ArrayList<>();
        List<JsonNode> schemas = types.whole();
        while (true) {
            String rest = String.join(".", segments);
            boolean last =
                    segments.size() == 1 || !types.declared(schemas, rest).isEmpty();
            List<JsonNode> inner = element(segments.get(0), schemas, types);
            if (last || names.size() == MAX_DEPTH || !nests(inner, schemas, types)) {
                names.add(rest);
                return new ArgumentPath(names, segments.size() == 1 ? inner : element(rest, schemas, types));
            }
            names.add(segments.get(0));
            segments = segments.subList(1, segments.size());
            schemas = inner;
        }
    }

    /** Splits at dots that no backslash protects. */
    private static List<String> segments(String key) {
        List<String> segments = new ArrayList<>();
        StringBuilder segment = new StringBuilder();
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '\\' && i + 1 < key.length() && key.charAt(i + 1) == '.') {
                segment.append('.');
                i++;
            } else if (c == '.') {
                segments.add(segment.toString());
                segment.setLength(0);
            } else {
                segment.append(c);
            }
        }
        segments.add(segment.toString());
        // dots at the begin, at the end or in a row separate nothing
        return segments.contains("") ? List.of(key.replace("\\.", ".")) : segments;
    }

    private static List<JsonNode> element(String name, List<JsonNode> schemas, SchemaTypes types) {
        List<String> allowed = types.types(schemas);
        return isIndex(name) && allowed.contains("array") && !allowed.contains("object")
                ? types.items(schemas)
                : types.property(schemas, name);
    }

    /** Whether a value with the inner schemas may have parts; without any schema, it may if the outer ones name nothing. */
    private static boolean nests(List<JsonNode> inner, List<JsonNode> outer, SchemaTypes types) {
        if (inner.isEmpty()) {
            return types.properties(outer).isEmpty();
        }
        List<String> allowed = types.types(inner);
        return allowed.isEmpty() || allowed.contains("object") || allowed.contains("array");
    }

    private static boolean isIndex(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_INDEX_DIGITS
                && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The path as it is shown. */
    String text() {
        return String.join(".", names);
    }

    /** The value at this place; null if there is none. */
    @Nullable
    JsonNode get(ObjectNode arguments) {
        JsonNode at = arguments;
        for (String name : names) {
            at = at instanceof ArrayNode && isIndex(name) ? at.get(Integer.parseInt(name)) : at.get(name);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    /**
     * Sets the value at this place, and makes the objects and lists around it.
     *
     * @throws UsageException if another value is in the way, or elements of a list are missing before it
     */
    void set(ObjectNode arguments, JsonNode value, SchemaTypes types) {
        JsonNode at = arguments;
        List<JsonNode> schemas = types.whole();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean last = i == names.size() - 1;
            schemas = element(name, schemas, types);
            JsonNode next = last ? value : child(at, name);
            if (next == null) {
                next = container(names.get(i + 1), schemas, types);
            }
            put(at, name, next);
            at = next;
        }
    }

    private static @Nullable JsonNode child(JsonNode at, String name) {
        return at instanceof ArrayNode && isIndex(name) ? at.get(Integer.parseInt(name)) : at.get(name);
    }

    private static JsonNode container(String next, List<JsonNode> schemas, SchemaTypes types) {
        List<String> allowed = types.types(schemas);
        boolean list = isIndex(next) && allowed.contains("array") && !allowed.contains("object");
        return list ? JsonNodeFactory.instance.arrayNode() : JsonNodeFactory.instance.objectNode();
    }

    private void put(JsonNode at, String name, JsonNode value) {
        if (at instanceof ObjectNode object) {
            object.set(name, value);
        } else if (at instanceof ArrayNode array && isIndex(name)) {
            int index = Integer.parseInt(name);
            if (index > array.size()) {
                throw new UsageException("'" + text() + "' is given before element " + array.size());
            }
            if (index == array.size()) {
                array.add(value);
            } else {
                array.set(index, value);
            }
        } else {
            throw new UsageException("'" + text() + "' is part of a value that is no object");
        }
    }
}
