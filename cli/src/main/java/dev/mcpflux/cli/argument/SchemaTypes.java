package dev.mcpflux.cli.argument;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The types that a JSON Schema allows for a value, so that a word of the command line can be parsed as one of them.
 * Follows references within the document, and looks into {@code allOf}, {@code anyOf}, {@code oneOf}, {@code const} and
 * {@code enum}; everything else, and everything beyond the bounds, allows any type. Nothing is validated here.
 */
public final class SchemaTypes {

    /** Most schemas visited for one lookup: references may be circular, or multiply. */
    private static final int MAX_STEPS = 2_000;

    private static final int MAX_DEPTH = 64;

    private static final List<String> COMBINATIONS = List.of("allOf", "anyOf", "oneOf");

    private final JsonNode root;
    private final SchemaReferences references;
    private int steps;
    private boolean cut;

    /** Looks up types in the schemas of one document. */
    public SchemaTypes(@Nullable JsonNode root) {
        this.root = root == null ? McpJson.mapper().missingNode() : root;
        this.references = new SchemaReferences(this.root);
    }

    /** The schema of the whole document, as the schemas of a value. */
    List<JsonNode> whole() {
        return List.of(root);
    }

    /** All schemas of a property of a value with these schemas. */
    List<JsonNode> property(List<JsonNode> schemas, String name) {
        List<JsonNode> found = declared(schemas, name);
        if (!found.isEmpty() || any(schemas, schema -> schema.has("patternProperties"))) {
            return found;
        }
        return found(schemas, schema -> schema.path("additionalProperties").isObject()).stream()
                .map(schema -> schema.get("additionalProperties"))
                .toList();
    }

    /** The schemas of a property that is named; empty if it is not. */
    List<JsonNode> declared(List<JsonNode> schemas, String name) {
        return found(schemas, schema -> schema.path("properties").has(name)).stream()
                .map(schema -> schema.get("properties").get(name))
                .toList();
    }

    /** The names of all properties of the document, each with whether it may be required. */
    public Map<String, Boolean> properties() {
        return properties(whole());
    }

    /** The names of all properties of a value with these schemas, each with whether it may be required. */
    Map<String, Boolean> properties(List<JsonNode> schemas) {
        Map<String, Boolean> names = new LinkedHashMap<>();
        found(schemas, schema -> schema.path("properties").isObject())
                .forEach(schema -> schema.get("properties").propertyNames().forEach(name -> names.put(name, false)));
        found(schemas, schema -> schema.path("required").isArray())
                .forEach(schema -> schema.get("required")
                        .forEach(name -> names.computeIfPresent(name.asString(""), (key, before) -> true)));
        return names;
    }

    /** Whether a part of the schemas satisfies this. */
    boolean any(List<JsonNode> schemas, Predicate<JsonNode> holds) {
        return !found(schemas, holds).isEmpty();
    }

    /** The first value of a keyword in the schemas; null without it. */
    @Nullable
    JsonNode keyword(List<JsonNode> schemas, String keyword) {
        List<JsonNode> found = found(schemas, schema -> schema.has(keyword));
        return found.isEmpty() ? null : found.get(0).get(keyword);
    }

    /** The schemas of the elements of lists. */
    List<JsonNode> items(List<JsonNode> schemas) {
        return found(schemas, part -> part.path("items").isObject()).stream()
                .map(schema -> schema.get("items"))
                .toList();
    }

    /**
     * The types that one of the schemas allows; empty if none restricts the type. Text is the last, because every word
     * is a text.
     */
    List<String> types(List<JsonNode> schemas) {
        Set<String> types = new LinkedHashSet<>();
        for (JsonNode schema : schemas) {
            steps = 0;
            Set<String> allowed = types(schema, 0);
            if (allowed != null) {
                types.addAll(allowed);
            }
        }
        List<String> ordered = new ArrayList<>(types);
        if (ordered.remove("string")) {
            ordered.add("string");
        }
        return ordered;
    }

    /** Null if the schema does not restrict the type. */
    private @Nullable Set<String> types(@Nullable JsonNode schema, int depth) {
        if (schema == null || !schema.isObject() || depth > MAX_DEPTH || ++steps > MAX_STEPS) {
            return null;
        }
        Set<String> types = named(schema.path("type"));
        if (schema.has("const")) {
            types = both(types, Set.of(kind(schema.get("const"))));
        }
        JsonNode constants = schema.path("enum");
        if (constants.isArray() && !constants.isEmpty()) {
            Set<String> kinds = new LinkedHashSet<>();
            constants.forEach(constant -> kinds.add(kind(constant)));
            types = both(types, kinds);
        }
        types = both(types, types(references.target(schema), depth + 1));
        for (JsonNode part : schema.path("allOf")) {
            types = both(types, types(part, depth + 1));
        }
        types = both(types, any(schema.path("anyOf"), depth + 1));
        types = both(types, any(schema.path("oneOf"), depth + 1));
        if (types == null) {
            // only text has a length or a pattern
            boolean text = schema.has("pattern") || schema.has("minLength") || schema.has("maxLength");
            return text ? Set.of("string") : null;
        }
        if (schema.path("nullable").asBoolean(false)) {
            types = new LinkedHashSet<>(types);
            types.add("null");
        }
        return types;
    }

    private static @Nullable Set<String> named(JsonNode type) {
        Set<String> types = new LinkedHashSet<>();
        if (type.isString()) {
            types.add(type.stringValue());
        }
        type.forEach(one -> types.add(one.asString("")));
        types.remove("");
        return types.isEmpty() ? null : types;
    }

    private @Nullable Set<String> any(JsonNode options, int depth) {
        Set<String> types = new LinkedHashSet<>();
        for (JsonNode option : options) {
            Set<String> allowed = types(option, depth);
            if (allowed == null) {
                return null;
            }
            types.addAll(allowed);
        }
        return types.isEmpty() ? null : types;
    }

    /** The types that both allow; those of the first if they contradict each other. */
    private static @Nullable Set<String> both(@Nullable Set<String> first, @Nullable Set<String> second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        Set<String> types = new LinkedHashSet<>();
        for (String type : first) {
            if (second.contains(type) || (type.equals("integer") && second.contains("number"))) {
                types.add(type);
            } else if (type.equals("number") && second.contains("integer")) {
                types.add("integer");
            }
        }
        return types.isEmpty() ? first : types;
    }

    /** The type of a value. */
    static String kind(JsonNode constant) {
        return switch (constant.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case ARRAY -> "array";
            case OBJECT -> "object";
            default -> constant.isIntegralNumber() ? "integer" : "number";
        };
    }

    /** The matching parts of a schema, the nearest first. */
    private List<JsonNode> found(List<JsonNode> schemas, Predicate<JsonNode> holds) {
        List<JsonNode> parts = new ArrayList<>();
        Set<JsonNode> visited = Collections.newSetFromMap(new IdentityHashMap<>());
        steps = 0;
        schemas.forEach(schema -> find(schema, holds, parts, visited, 0));
        return parts;
    }

    private void find(
            @Nullable JsonNode schema,
            Predicate<JsonNode> holds,
            List<JsonNode> parts,
            Set<JsonNode> visited,
            int depth) {
        if (schema == null || !schema.isObject()) {
            return;
        }
        if (depth > MAX_DEPTH || ++steps > MAX_STEPS) {
            cut = true;
            return;
        }
        if (!visited.add(schema)) {
            return;
        }
        if (holds.test(schema)) {
            parts.add(schema);
        }
        find(references.target(schema), holds, parts, visited, depth + 1);
        for (String combination : COMBINATIONS) {
            schema.path(combination).forEach(part -> find(part, holds, parts, visited, depth + 1));
        }
    }

    /**
     * Whether a part of these schemas cannot be looked at: it is beyond the bounds, or stands in another document. Then
     * nothing is known for certain.
     */
    boolean uncertain(List<JsonNode> schemas) {
        cut = false;
        return any(schemas, part -> SchemaReferences.has(part) && references.target(part) == null) || cut;
    }

    /** The target of a reference within the document; null without one. */
    @Nullable
    JsonNode target(JsonNode schema) {
        return references.target(schema);
    }
}
