package dev.mcpflux.cli.argument;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a JSON Schema certainly requires: arguments that have to be given, values that are allowed, and whether others are
 * refused. In doubt it requires nothing, because the server has the last word.
 */
final class SchemaRules {

    private static final int MAX_DEPTH = 32;

    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    private final SchemaTypes types;

    SchemaRules(SchemaTypes types) {
        this.types = types;
    }

    private static Set<JsonNode> newSet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** Whether both are the same to JSON Schema: 1 and 1.0 are. */
    static boolean same(JsonNode a, JsonNode b) {
        return a.equals(BY_VALUE, b);
    }

    /** The names that a value with any of these schemas must have. */
    Set<String> required(List<JsonNode> schemas) {
        Set<String> all = null;
        for (JsonNode schema : schemas) {
            Set<String> names = new LinkedHashSet<>();
            require(schema, names, newSet(), 0);
            if (all == null) {
                all = names;
            } else {
                all.retainAll(names);
            }
        }
        return all == null ? Set.of() : all;
    }

    /** Only parts that all apply are looked at, not alternatives. */
    private void require(@Nullable JsonNode schema, Set<String> names, Set<JsonNode> visited, int depth) {
        if (schema == null || !schema.isObject() || depth > MAX_DEPTH || !visited.add(schema)) {
            return;
        }
        if (schema.path("required").isArray()) {
            schema.get("required").forEach(name -> {
                if (name.isString()) {
                    names.add(name.stringValue());
                }
            });
        }
        require(types.target(schema), names, visited, depth + 1);
        schema.path("allOf").forEach(part -> require(part, names, visited, depth + 1));
    }

    /** Whether the schemas refuse properties that they do not name. */
    boolean refusesOthers(List<JsonNode> schemas) {
        return !open(schemas) && types.any(schemas, part -> isFalse(part, "additionalProperties"));
    }

    /**
     * Whether a property that the schemas do not name is most likely a mistake: they name some, or forbid all, and say
     * nothing about others. JSON Schema allows others then, but hardly a tool looks at them.
     */
    boolean expectsNoOthers(List<JsonNode> schemas) {
        return !open(schemas)
                && (!types.properties(schemas).isEmpty()
                        || types.any(schemas, part -> isFalse(part, "additionalProperties")));
    }

    private boolean open(List<JsonNode> schemas) {
        return types.uncertain(schemas)
                || types.any(
                        schemas,
                        part -> part.has("patternProperties")
                                || part.has("if")
                                || part.has("dependentSchemas")
                                || part.has("unevaluatedProperties") && !isFalse(part, "unevaluatedProperties")
                                || part.has("additionalProperties") && !isFalse(part, "additionalProperties"));
    }

    private static boolean isFalse(JsonNode schema, String keyword) {
        return schema.path(keyword).isBoolean() && !schema.path(keyword).booleanValue();
    }

    /** The values that any of the schemas allows; null if one of them does not list its values. */
    @Nullable
    List<JsonNode> constants(List<JsonNode> schemas) {
        List<JsonNode> all = new ArrayList<>();
        Map<JsonNode, Optional<List<JsonNode>>> known = new IdentityHashMap<>();
        for (JsonNode schema : schemas) {
            List<JsonNode> own = constants(schema, known, 0);
            if (own == null) {
                return null;
            }
            add(own, all);
        }
        return all.isEmpty() ? null : all;
    }

    /** A schema that refers to itself, also by several ways, is looked at once. */
    private @Nullable List<JsonNode> constants(
            @Nullable JsonNode schema, Map<JsonNode, Optional<List<JsonNode>>> known, int depth) {
        if (schema == null || !schema.isObject() || depth > MAX_DEPTH) {
            return null;
        }
        Optional<List<JsonNode>> before = known.putIfAbsent(schema, Optional.empty());
        if (before != null) {
            return before.orElse(null);
        }
        List<JsonNode> values = listed(schema, known, depth);
        known.put(schema, Optional.ofNullable(values));
        return values;
    }

    private @Nullable List<JsonNode> listed(JsonNode schema, Map<JsonNode, Optional<List<JsonNode>>> known, int depth) {
        List<JsonNode> values = null;
        if (schema.path("enum").isArray() && !schema.get("enum").isEmpty()) {
            values = new ArrayList<>();
            schema.get("enum").forEach(values::add);
        }
        if (schema.has("const")) {
            values = both(values, List.of(schema.get("const")));
        }
        values = both(values, constants(types.target(schema), known, depth + 1));
        for (JsonNode part : schema.path("allOf")) {
            values = both(values, constants(part, known, depth + 1));
        }
        values = both(values, either(schema.path("anyOf"), known, depth + 1));
        values = both(values, either(schema.path("oneOf"), known, depth + 1));
        if (values != null && schema.path("nullable").asBoolean(false)) {
            values = new ArrayList<>(values);
            add(List.of(JsonNodeFactory.instance.nullNode()), values);
        }
        return values;
    }

    private @Nullable List<JsonNode> either(
            JsonNode options, Map<JsonNode, Optional<List<JsonNode>>> known, int depth) {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode option : options) {
            List<JsonNode> own = constants(option, known, depth);
            if (own == null && nullOnly(option)) {
                own = List.of(JsonNodeFactory.instance.nullNode());
            }
            if (own == null) {
                return null;
            }
            add(own, all);
        }
        return all.isEmpty() ? null : all;
    }

    /** An optional enumeration is an alternative of its values and the type null. */
    private static boolean nullOnly(JsonNode schema) {
        return schema.path("type").asString("").equals("null");
    }

    private static @Nullable List<JsonNode> both(@Nullable List<JsonNode> first, @Nullable List<JsonNode> second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        List<JsonNode> common = first.stream()
                .filter(value -> second.stream().anyMatch(other -> same(value, other)))
                .toList();
        return common.isEmpty() ? first : common;
    }

    private static void add(List<JsonNode> values, List<JsonNode> to) {
        for (JsonNode value : values) {
            if (to.stream().noneMatch(known -> same(known, value))) {
                to.add(value);
            }
        }
    }
}
