package dev.mcpflux.cli;

import dev.mcpflux.jsonrpc.McpJson;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * The types that a JSON Schema allows for a value, so that a word of the command line can be parsed as one of them.
 * Follows references within the document, and looks into {@code allOf}, {@code anyOf}, {@code oneOf}, {@code const} and
 * {@code enum}; everything else, and everything beyond the bounds, allows any type. Nothing is validated here.
 */
final class SchemaTypes {

    /** Most schemas visited for one lookup: references may be circular, or multiply. */
    private static final int MAX_STEPS = 2_000;

    private static final int MAX_DEPTH = 64;

    private final JsonNode root;
    private int steps;

    /** Looks up types in the schemas of one document. */
    SchemaTypes(@Nullable JsonNode root) {
        this.root = root == null ? McpJson.mapper().missingNode() : root;
    }

    /** All schemas of a property of the document. */
    List<JsonNode> property(String name) {
        List<JsonNode> found = found(root, schema -> schema.path("properties").has(name)).stream()
                .map(schema -> schema.get("properties").get(name))
                .toList();
        if (!found.isEmpty()
                || !found(root, schema -> schema.has("patternProperties")).isEmpty()) {
            return found;
        }
        return found(root, schema -> schema.path("additionalProperties").isObject()).stream()
                .map(schema -> schema.get("additionalProperties"))
                .toList();
    }

    /** The names of all properties, each with whether it is required. */
    Map<String, Boolean> properties() {
        Map<String, Boolean> names = new LinkedHashMap<>();
        found(root, schema -> schema.path("properties").isObject())
                .forEach(schema -> schema.get("properties").propertyNames().forEach(name -> names.put(name, false)));
        found(root, schema -> schema.path("required").isArray())
                .forEach(schema -> schema.get("required")
                        .forEach(name -> names.computeIfPresent(name.asString(""), (key, before) -> true)));
        return names;
    }

    /** The schemas of the elements of lists. */
    List<JsonNode> items(List<JsonNode> schemas) {
        return schemas.stream()
                .flatMap(schema -> found(schema, part -> part.path("items").isObject()).stream())
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
        types = both(types, types(referred(schema), depth + 1));
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

    private static String kind(JsonNode constant) {
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
    private List<JsonNode> found(JsonNode schema, Predicate<JsonNode> holds) {
        steps = 0;
        List<JsonNode> parts = new ArrayList<>();
        find(schema, holds, parts, 0);
        return parts;
    }

    private void find(@Nullable JsonNode schema, Predicate<JsonNode> holds, List<JsonNode> parts, int depth) {
        if (schema == null || !schema.isObject() || depth > MAX_DEPTH || ++steps > MAX_STEPS) {
            return;
        }
        if (holds.test(schema)) {
            parts.add(schema);
        }
        find(referred(schema), holds, parts, depth + 1);
        for (String combination : List.of("allOf", "anyOf", "oneOf")) {
            schema.path(combination).forEach(part -> find(part, holds, parts, depth + 1));
        }
    }

    /** The target of a reference within the document, otherwise null. */
    private @Nullable JsonNode referred(JsonNode schema) {
        for (String keyword : List.of("$ref", "$dynamicRef", "$recursiveRef")) {
            if (schema.path(keyword).isString()) {
                return resolve(schema.get(keyword).stringValue());
            }
        }
        return null;
    }

    private @Nullable JsonNode resolve(String reference) {
        int hash = reference.indexOf('#');
        String document = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : reference.substring(hash + 1);
        JsonNode base = document.isEmpty() || document.equals(root.path("$id").asString("")) ? root : bundled(document);
        if (base == null || fragment.isEmpty()) {
            return base;
        }
        if (!fragment.startsWith("/")) {
            return defined(
                    base,
                    schema -> schema.path("$anchor").asString("").equals(fragment)
                            || schema.path("$dynamicAnchor").asString("").equals(fragment));
        }
        try {
            // a plus sign is literal in a URI
            String pointer = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
            return base.at(JsonPointer.compile(pointer));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable JsonNode bundled(String document) {
        return defined(root, schema -> schema.path("$id").asString("").equals(document));
    }

    private static @Nullable JsonNode defined(JsonNode base, Predicate<JsonNode> is) {
        for (String keyword : List.of("$defs", "definitions")) {
            for (JsonNode schema : base.path(keyword)) {
                if (is.test(schema)) {
                    return schema;
                }
            }
        }
        return null;
    }
}
