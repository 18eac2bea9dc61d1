package dev.mcpflux.cli;

import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.protocol.Tool;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds the arguments of a tool from {@code key=value} words; the tool's input schema gives their types. */
final class ToolArguments {

    private ToolArguments() {}

    static ObjectNode parse(Tool tool, @Nullable String json, List<String> words) {
        ObjectNode arguments = json == null ? JsonNodeFactory.instance.objectNode() : object(json);
        SchemaTypes types = new SchemaTypes(tool.inputSchema());
        List<String> seen = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("expected key=value, found '" + word + "'");
            }
            String key = word.substring(0, equals);
            JsonNode value = value(key, word.substring(equals + 1), types, types.property(key));
            if (!seen.contains(key)) {
                seen.add(key);
                arguments.set(key, value);
            } else if (arguments.get(key) instanceof ArrayNode array) {
                // a repeated key adds to a list
                (value.isArray() ? value : JsonNodeFactory.instance.arrayNode().add(value)).forEach(array::add);
            } else {
                throw new UsageException("'" + key + "' is given twice");
            }
        }
        return arguments;
    }

    private static ObjectNode object(String json) {
        String problem = JsonText.problem(json);
        if (problem != null) {
            throw new UsageException("--args is not JSON: " + problem);
        }
        if (JsonText.tryRead(json) instanceof ObjectNode object) {
            return object;
        }
        throw new UsageException("--args takes a JSON object");
    }

    private static JsonNode value(String key, String text, SchemaTypes types, List<JsonNode> schemas) {
        List<String> allowed = types.types(schemas);
        if (allowed.isEmpty()) {
            // no type is declared: valid JSON is taken as JSON, everything else as text
            JsonNode guess = JsonText.tryRead(text);
            return guess == null ? JsonNodeFactory.instance.stringNode(text) : guess;
        }
        for (String type : allowed) {
            JsonNode value = as(type, text, types, schemas);
            if (value != null) {
                return value;
            }
        }
        throw new UsageException("'" + key + "' takes " + String.join(" or ", allowed) + ", found '" + text + "'");
    }

    private static @Nullable JsonNode as(String type, String text, SchemaTypes types, List<JsonNode> schemas) {
        switch (type) {
            case "string":
                return JsonNodeFactory.instance.stringNode(text);
            case "integer":
                try {
                    return JsonNodeFactory.instance.numberNode(new BigInteger(text.strip()));
                } catch (NumberFormatException e) {
                    return null;
                }
            case "number":
                try {
                    return JsonNodeFactory.instance.numberNode(new BigDecimal(text.strip()));
                } catch (NumberFormatException e) {
                    return null;
                }
            case "boolean":
                return text.equals("true") || text.equals("false")
                        ? JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text))
                        : null;
            case "null":
                return text.equals("null") ? JsonNodeFactory.instance.nullNode() : null;
            case "array":
                return array(text, types, schemas);
            case "object":
                return JsonText.tryRead(text) instanceof ObjectNode object ? object : null;
            default:
                // not a type of JSON Schema: handled like a missing type
                JsonNode guess = JsonText.tryRead(text);
                return guess == null ? JsonNodeFactory.instance.stringNode(text) : guess;
        }
    }

    /** JSON, or one element: {@code tag=a tag=b} builds a list of two. */
    private static @Nullable JsonNode array(String text, SchemaTypes types, List<JsonNode> schemas) {
        if (JsonText.tryRead(text) instanceof ArrayNode array) {
            return array;
        }
        List<JsonNode> items = types.items(schemas);
        List<String> allowed = types.types(items);
        if (allowed.isEmpty()) {
            return JsonNodeFactory.instance.arrayNode().add(text);
        }
        for (String type : allowed) {
            // a list within a list is written as JSON; one element of one element would surprise
            JsonNode element = type.equals("array") ? JsonText.tryRead(text) : as(type, text, types, items);
            if (element != null) {
                return JsonNodeFactory.instance.arrayNode().add(element);
            }
        }
        return null;
    }
}
