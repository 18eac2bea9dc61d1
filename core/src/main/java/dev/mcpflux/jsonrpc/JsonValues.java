package dev.mcpflux.jsonrpc;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TreeNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes single values for {@link DirectReader} and {@link DirectlyWritten}. A value of another kind than
 * expected is left to Jackson, which converts or rejects it. Null is a valid value of each type.
 */
public final class JsonValues {

    /** The context of generators: values of unknown types are left to Jackson. */
    static final ObjectWriteContext CONTEXT = new ObjectWriteContext.Base() {
        @Override
        public void writeValue(JsonGenerator json, Object value) {
            write(value, json);
        }

        @Override
        public void writeTree(JsonGenerator json, TreeNode tree) {
            write(tree, json);
        }
    };

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonValues() {}

    // reading

    /** A string. */
    public static @Nullable String text(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> null;
            default -> bound(parser, String.class);
        };
    }

    /** True or false. */
    public static @Nullable Boolean truth(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> bound(parser, Boolean.class);
        };
    }

    /** An integer. */
    public static @Nullable Long whole(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? bound(parser, Long.class)
                        : Long.valueOf(parser.getLongValue());
            case VALUE_NULL -> null;
            default -> bound(parser, Long.class);
        };
    }

    /** An object. */
    public static <T> @Nullable T object(JsonParser parser, Class<T> type, DirectReader<T> reader) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> reader.read(parser);
            case VALUE_NULL -> null;
            default -> bound(parser, type);
        };
    }

    /** A list of objects, none of them null. */
    public static <T> @Nullable List<T> objects(JsonParser parser, Class<T> type, DirectReader<T> reader) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return McpJson.mapper().readerForListOf(type).readValue(parser);
        }
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            return List.of();
        }
        List<T> elements = null;
        T first;
        int index = 0;
        try {
            first = element(parser, type, reader);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (elements == null) {
                    elements = new ArrayList<>();
                    elements.add(first);
                }
                index++;
                elements.add(element(parser, type, reader));
            }
        } catch (JacksonException e) {
            throw e.prependPath(List.class, index);
        }
        if (elements == null) {
            // mostly there is one
            return List.of(first);
        }
        return elements;
    }

    private static <T> T element(JsonParser parser, Class<T> type, DirectReader<T> reader) {
        T element = object(parser, type, reader);
        if (element == null) {
            throw MismatchedInputException.from(parser, type, "it is null");
        }
        return element;
    }

    /** A list of strings. */
    public static @Nullable List<String> texts(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return McpJson.mapper().readerForListOf(String.class).readValue(parser);
        }
        List<String> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(text(parser));
        }
        return elements;
    }

    /** An object whose values are of any kind. */
    public static @Nullable Map<String, JsonNode> trees(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return McpJson.mapper().readerForMapOf(JsonNode.class).readValue(parser);
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            members.put(name, tree(parser));
        }
        return members;
    }

    /** Adds a member of any kind to the unknown members, which are created for the first one. */
    public static Map<String, JsonNode> other(@Nullable Map<String, JsonNode> others, String name, JsonParser parser) {
        Map<String, JsonNode> some = others == null ? new LinkedHashMap<>() : others;
        some.put(name, tree(parser));
        return some;
    }

    /** A value that Jackson binds. */
    public static <T> @Nullable T bound(JsonParser parser, Class<T> type) {
        return parser.currentToken() == JsonToken.VALUE_NULL
                ? null
                : McpJson.mapper().readerFor(type).readValue(parser);
    }

    /** A value of any kind, as a tree. Numbers keep their digits. */
    public static JsonNode tree(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    object.set(name, tree(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(tree(parser));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT -> NODES.numberNode(parser.getIntValue());
                    case LONG -> NODES.numberNode(parser.getLongValue());
                    default -> NODES.numberNode(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> McpJson.mapper().readTree(parser);
        };
    }

    // writing

    /** Writes a member unless its value is null. */
    public static void member(String name, @Nullable Object value, JsonGenerator json) {
        if (value != null) {
            json.writeName(name);
            write(value, json);
        }
    }

    /** Writes the members of a map into the current object. */
    public static void members(Map<String, ?> members, JsonGenerator json) {
        members.forEach((name, value) -> {
            json.writeName(name);
            write(value, json);
        });
    }

    /** Writes a value of any type. */
    public static void write(@Nullable Object value, JsonGenerator json) {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof DirectlyWritten direct) {
            direct.writeTo(json);
        } else if (value instanceof JsonNode tree) {
            write(tree, json);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            json.writeNumber(number);
        } else if (value instanceof RequestId id) {
            write(id.value(), json);
        } else if (value instanceof Map<?, ?> map && isPlain(map) && hasNames(map)) {
            json.writeStartObject(map, map.size());
            map.forEach((name, each) -> {
                json.writeName((String) name);
                write(each, json);
            });
            json.writeEndObject();
        } else if (value instanceof Collection<?> list && isPlain(list)) {
            json.writeStartArray(list, list.size());
            for (Object each : list) {
                write(each, json);
            }
            json.writeEndArray();
        } else {
            McpJson.writer().writeValue(json, value);
        }
    }

    /** Subclasses may say by annotations how they are written. */
    private static boolean isPlain(Object container) {
        return container.getClass().getName().startsWith("java.util.");
    }

    private static boolean hasNames(Map<?, ?> map) {
        for (Object name : map.keySet()) {
            if (!(name instanceof String)) {
                return false;
            }
        }
        return true;
    }

    private static void write(JsonNode tree, JsonGenerator json) {
        switch (tree.getNodeType()) {
            case OBJECT -> {
                json.writeStartObject(tree, tree.size());
                for (Map.Entry<String, JsonNode> member : tree.properties()) {
                    json.writeName(member.getKey());
                    write(member.getValue(), json);
                }
                json.writeEndObject();
            }
            case ARRAY -> {
                json.writeStartArray(tree, tree.size());
                for (JsonNode element : tree) {
                    write(element, json);
                }
                json.writeEndArray();
            }
            case STRING -> json.writeString(tree.stringValue());
            case BOOLEAN -> json.writeBoolean(tree.booleanValue());
            case NULL -> json.writeNull();
            case NUMBER -> {
                switch (tree.numberType()) {
                    case INT -> json.writeNumber(tree.intValue());
                    case LONG -> json.writeNumber(tree.longValue());
                    case BIG_INTEGER -> json.writeNumber(tree.bigIntegerValue());
                    case BIG_DECIMAL -> json.writeNumber(tree.decimalValue());
                    default -> McpJson.writer().writeValue(json, tree);
                }
            }
            default -> McpJson.writer().writeValue(json, tree);
        }
    }
}
