package dev.mcpflux.protocol;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks the members of records. A record either has the values that its type declares or cannot be created; then
 * {@link TolerantReader} uses the valid parts of the element.
 */
final class Members {

    /** The keywords of JSON Schema whose value is an object of schemas. */
    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependentRequired");

    /** The keywords of JSON Schema whose value is one schema. */
    private static final Set<String> ONE_SCHEMA = Set.of(
            "additionalProperties",
            "unevaluatedProperties",
            "unevaluatedItems",
            "additionalItems",
            "items",
            "contains",
            "propertyNames",
            "not",
            "if",
            "then",
            "else");

    private Members() {}

    /** The unknown members: immutable, in the order of the message. */
    static Map<String, JsonNode> others(@Nullable Map<String, JsonNode> members) {
        return members == null || members.isEmpty() ? Map.of() : Collections.unmodifiableMap(members);
    }

    /** An immutable list; empty if absent. Throws for a null element. */
    static <T> List<T> list(@Nullable List<T> elements) {
        return elements == null ? List.of() : List.copyOf(elements);
    }

    /** The same for a list whose absence has a meaning. */
    static <T> @Nullable List<T> optional(@Nullable List<T> elements) {
        return elements == null ? null : List.copyOf(elements);
    }

    /** A required text. */
    static String required(@Nullable String text, String name) {
        if (text == null) {
            throw new IllegalArgumentException("it has no " + name);
        }
        return text;
    }

    /**
     * A JSON object, or null if absent. An empty list counts as an empty object, because PHP writes one for the other.
     *
     * @throws IllegalArgumentException if it has another type
     */
    static @Nullable JsonNode object(@Nullable JsonNode value, String name) {
        if (value == null || value.isObject()) {
            return value;
        }
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (value.isArray() && value.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        throw new IllegalArgumentException(name + " is not an object but " + kind(value));
    }

    /** A JSON Schema, in which empty lists are replaced by objects where an object is required. */
    static @Nullable JsonNode schema(@Nullable JsonNode schema, String name) {
        JsonNode object = object(schema, name);
        if (object == null || !holdsEmptyLists(object)) {
            return object;
        }
        JsonNode copy = object.deepCopy();
        replaceEmptyLists(copy);
        return copy;
    }

    private static boolean holdsEmptyLists(JsonNode schema) {
        if (schema instanceof ArrayNode several) {
            for (JsonNode one : several) {
                if (holdsEmptyLists(one)) {
                    return true;
                }
            }
            return false;
        }
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean byName = SCHEMAS_BY_NAME.contains(name);
            if ((byName || ONE_SCHEMA.contains(name)) && emptyList(value)) {
                return true;
            }
            if (byName && value.isObject()) {
                for (JsonNode one : value) {
                    if ((emptyList(one) && !name.equals("dependentRequired")) || holdsEmptyLists(one)) {
                        return true;
                    }
                }
            } else if (value.isContainer() && holdsSchemas(name) && holdsEmptyLists(value)) {
                return true;
            }
        }
        return false;
    }

    private static void replaceEmptyLists(JsonNode schema) {
        if (schema instanceof ArrayNode several) {
            several.forEach(Members::replaceEmptyLists);
        } else if (schema instanceof ObjectNode members) {
            for (Map.Entry<String, JsonNode> member : members.properties()) {
                String name = member.getKey();
                JsonNode value = member.getValue();
                boolean byName = SCHEMAS_BY_NAME.contains(name);
                if ((byName || ONE_SCHEMA.contains(name)) && emptyList(value)) {
                    member.setValue(JsonNodeFactory.instance.objectNode());
                } else if (byName && value instanceof ObjectNode schemas) {
                    for (Map.Entry<String, JsonNode> one : schemas.properties()) {
                        if (emptyList(one.getValue()) && !name.equals("dependentRequired")) {
                            one.setValue(JsonNodeFactory.instance.objectNode());
                        } else {
                            replaceEmptyLists(one.getValue());
                        }
                    }
                } else if (value.isContainer() && holdsSchemas(name)) {
                    replaceEmptyLists(value);
                }
            }
        }
    }

    /** Values within a schema, such as defaults and examples, stay unchanged. */
    private static boolean holdsSchemas(String name) {
        return ONE_SCHEMA.contains(name)
                || name.equals("allOf")
                || name.equals("anyOf")
                || name.equals("oneOf")
                || name.equals("prefixItems");
    }

    private static boolean emptyList(JsonNode value) {
        return value.isArray() && value.isEmpty();
    }

    /** The JSON type, for messages. */
    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }
}
