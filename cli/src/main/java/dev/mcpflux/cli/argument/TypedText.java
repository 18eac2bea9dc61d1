package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.JsonText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.text.SafeText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the text of a value as one of the types that its schema allows. */
final class TypedText {

    /** As much of a value as a message quotes. */
    static final int MAX_QUOTED = 80;

    private final SchemaTypes types;

    TypedText(SchemaTypes types) {
        this.types = types;
    }

    /**
     * The value of a text.
     *
     * @param name the argument, for the message
     * @throws UsageException if it has none of the allowed types
     */
    JsonNode value(String name, String text, List<JsonNode> schemas) {
        List<String> allowed = types.types(schemas);
        if (allowed.isEmpty()) {
            // no type is declared: valid JSON is taken as JSON, everything else as text
            JsonNode guess = JsonText.tryRead(text);
            return guess == null ? JsonNodeFactory.instance.stringNode(text) : guess;
        }
        for (String type : allowed) {
            JsonNode value = as(type, text, schemas);
            if (value != null) {
                return value;
            }
        }
        throw new UsageException("'" + name + "' takes " + String.join(" or ", allowed) + ", found '"
                + SafeText.shortened(text, MAX_QUOTED) + "'");
    }

    private @Nullable JsonNode as(String type, String text, List<JsonNode> schemas) {
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
                return array(text, schemas);
            case "object":
                return JsonText.tryRead(text) instanceof ObjectNode object ? object : null;
            default:
                // not a type of JSON Schema: handled like a missing type
                JsonNode guess = JsonText.tryRead(text);
                return guess == null ? JsonNodeFactory.instance.stringNode(text) : guess;
        }
    }

    /** JSON, or one element: {@code tag=a tag=b} builds a list of two. */
    private @Nullable JsonNode array(String text, List<JsonNode> schemas) {
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
            JsonNode element = type.equals("array") ? JsonText.tryRead(text) : as(type, text, items);
            if (element != null) {
                return JsonNodeFactory.instance.arrayNode().add(element);
            }
        }
        return null;
    }
}
