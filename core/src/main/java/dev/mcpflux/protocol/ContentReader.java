package dev.mcpflux.protocol;

import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.JsonValues;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a block of content in one pass if its {@code type} is its first member, as nearly all servers write it.
 * Jackson's own polymorphic binding would buffer the members read before the type.
 */
final class ContentReader extends ValueDeserializer<Content> {

    private static final String TYPE = "type";

    /** Otherwise Jackson would create an instance, with a scan of all annotations, for each use. */
    @Override
    public boolean isCachable() {
        return true;
    }

    @Override
    public Content deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
                && parser.getEmbeddedObject() instanceof Content made) {
            // the replacement that TolerantReader made for an invalid block
            return made;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return context.reportInputMismatch(Content.class, "a block of content is an object");
        }
        try {
            return read(parser);
        } catch (IllegalArgumentException e) {
            return context.reportInputMismatch(Content.class, "%s", e.getMessage());
        }
    }

    /** See {@link DirectReader}. Blocks other than texts are bound by Jackson, from where the parser is. */
    static Content read(JsonParser parser) {
        String first = parser.nextName();
        if (first == null) {
            return new Content.Other("", Map.of());
        }
        if (!first.equals(TYPE) || parser.nextToken() != JsonToken.VALUE_STRING) {
            return later(first, parser);
        }
        String type = parser.getString();
        if (type.equals("text")) {
            return text(parser);
        }
        Class<? extends Content> known = known(type);
        if (known == null) {
            return other(type, parser);
        }
        return parser.nextToken() == JsonToken.END_OBJECT
                ? McpJson.bind(JsonNodeFactory.instance.objectNode(), known)
                : bind(known, parser);
    }

    /** The record for this type of block, null if there is none. */
    static @Nullable Class<? extends Content> known(String type) {
        return switch (type) {
            case "text" -> Content.Text.class;
            case "image" -> Content.Image.class;
            case "audio" -> Content.Audio.class;
            case "resource_link" -> Content.ResourceLink.class;
            case "resource" -> Content.EmbeddedResource.class;
            case "tool_use" -> Content.ToolUse.class;
            case "tool_result" -> Content.ToolResult.class;
            default -> null;
        };
    }

    private static Content bind(Class<? extends Content> known, JsonParser parser) {
        return McpJson.mapper().readerFor(known).readValue(parser);
    }

    private static Content.Text text(JsonParser parser) {
        String text = null;
        Content.Annotations annotations = null;
        JsonNode meta = null;
        Map<String, JsonNode> others = null;
        String name = parser.nextName();
        try {
            for (; name != null; name = parser.nextName()) {
                parser.nextToken();
                switch (name) {
                    case "text" -> text = JsonValues.text(parser);
                    case "annotations" -> annotations = JsonValues.bound(parser, Content.Annotations.class);
                    case "_meta" -> meta = JsonValues.tree(parser);
                    default -> others = JsonValues.other(others, name, parser);
                }
            }
        } catch (JacksonException e) {
            throw e.prependPath(Content.Text.class, name);
        }
        return new Content.Text(text == null ? "" : text, annotations, meta, others == null ? Map.of() : others);
    }

    private static Content other(String type, JsonParser parser) {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            members.put(name, JsonValues.tree(parser));
        }
        return new Content.Other(type, members);
    }

    /** The type is not the first member, or not a string: reads the whole block before it is bound. */
    private static Content later(String first, JsonParser parser) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        if (!first.equals(TYPE)) {
            parser.nextToken();
        }
        tree.set(first, JsonValues.tree(parser));
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            tree.set(name, JsonValues.tree(parser));
        }
        String type = tree.path(TYPE).asString("");
        Class<? extends Content> known = known(type);
        if (known != null) {
            return McpJson.bind(tree, known);
        }
        tree.remove(TYPE);
        Map<String, JsonNode> members = new LinkedHashMap<>();
        tree.forEachEntry(members::put);
        return new Content.Other(type, members);
    }
}
