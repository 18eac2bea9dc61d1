package dev.mcpflux.cli;

import dev.mcpflux.protocol.Tool;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes the arguments of a tool from {@code key=value} words, typed by the tool's input schema. */
final class Arguments {

    /** Takes a text that is one JSON value, and none that only begins with one. */
    private static final ObjectReader READER =
            Output.JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Arguments() {}

    static ObjectNode parse(Tool tool, @Nullable String json, List<String> words) {
        ObjectNode arguments = json == null ? Output.JSON.createObjectNode() : object(json);
        List<String> seen = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("expected key=value, found '" + word + "'");
            }
            String key = word.substring(0, equals);
            JsonNode schema = property(tool, key);
            JsonNode value = value(key, word.substring(equals + 1), schema);
            if (!seen.contains(key)) {
                seen.add(key);
                arguments.set(key, value);
            } else if (arguments.get(key) instanceof ArrayNode array) {
                // a key that is given again adds to a list
                (value.isArray() ? value : Output.JSON.createArrayNode().add(value)).forEach(array::add);
            } else {
                throw new UsageException("'" + key + "' is given twice");
            }
        }
        return arguments;
    }

    private static ObjectNode object(String json) {
        try {
            if (READER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new UsageException("--args is not JSON: " + e.getOriginalMessage());
        }
        throw new UsageException("--args takes a JSON object");
    }

    private static @Nullable JsonNode property(Tool tool, String key) {
        JsonNode schema = tool.inputSchema();
        JsonNode property = schema == null ? null : schema.path("properties").get(key);
        return property == null ? null : property;
    }

    private static JsonNode value(String key, String text, @Nullable JsonNode schema) {
        List<String> types = types(schema);
        if (types.isEmpty()) {
            // nothing is said: what is JSON is taken as that, everything else as text
            JsonNode guess = tryJson(text);
            return guess == null ? Output.JSON.getNodeFactory().stringNode(text) : guess;
        }
        for (String type : types) {
            JsonNode value = as(type, text, schema);
            if (value != null) {
                return value;
            }
        }
        throw new UsageException("'" + key + "' takes " + String.join(" or ", types) + ", found '" + text + "'");
    }

    /** The types that the schema allows, text last since every word is one. */
    private static List<String> types(@Nullable JsonNode schema) {
        List<String> types = new ArrayList<>();
        collect(schema, types);
        if (types.removeIf("string"::equals)) {
            types.add("string");
        }
        return types;
    }

    private static void collect(@Nullable JsonNode schema, List<String> types) {
        if (schema == null) {
            return;
        }
        JsonNode type = schema.path("type");
        if (type.isString()) {
            types.add(type.stringValue());
        }
        type.forEach(t -> types.add(t.asString()));
        if (type.isMissingNode()) {
            schema.path("enum").forEach(constant -> types.add(constant.isString() ? "string" : "json"));
            schema.path("anyOf").forEach(option -> collect(option, types));
            schema.path("oneOf").forEach(option -> collect(option, types));
        }
    }

    private static @Nullable JsonNode as(String type, String text, @Nullable JsonNode schema) {
        switch (type) {
            case "string":
                return Output.JSON.getNodeFactory().stringNode(text);
            case "integer":
                try {
                    return Output.JSON.getNodeFactory().numberNode(new BigInteger(text.strip()));
                } catch (NumberFormatException e) {
                    return null;
                }
            case "number":
                try {
                    return Output.JSON.getNodeFactory().numberNode(new BigDecimal(text.strip()));
                } catch (NumberFormatException e) {
                    return null;
                }
            case "boolean":
                return text.equals("true") || text.equals("false")
                        ? Output.JSON.getNodeFactory().booleanNode(Boolean.parseBoolean(text))
                        : null;
            case "null":
                return text.equals("null") ? Output.JSON.nullNode() : null;
            case "array":
                return array(text, schema);
            case "object":
                return tryJson(text) instanceof ObjectNode object ? object : null;
            default:
                return tryJson(text);
        }
    }

    /** JSON, or one element: {@code tag=a tag=b} makes a list of two. */
    private static @Nullable JsonNode array(String text, @Nullable JsonNode schema) {
        if (tryJson(text) instanceof ArrayNode array) {
            return array;
        }
        JsonNode items = schema == null ? null : schema.get("items");
        List<String> types = types(items);
        if (types.isEmpty()) {
            types.add("string");
        }
        for (String type : types) {
            JsonNode element = as(type, text, items);
            if (element != null) {
                return Output.JSON.createArrayNode().add(element);
            }
        }
        return null;
    }

    private static @Nullable JsonNode tryJson(String text) {
        try {
            JsonNode node = READER.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JacksonException e) {
            return null;
        }
    }
}
