package dev.mcpflux.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
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
        String first = parser.nextName();
        if (first == null) {
            return new Content.Other("", Map.of());
        }
        if (!first.equals(TYPE) || parser.nextToken() != JsonToken.VALUE_STRING) {
            return later(first, parser, context);
        }
        String type = parser.getString();
        if (type.equals("text")) {
            return text(parser, context);
        }
        Class<? extends Content> known = known(type);
        if (known == null) {
            return other(type, parser, context);
        }
        parser.nextToken();
        return bind(known, parser, context);
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

    private static Content bind(Class<? extends Content> known, JsonParser parser, DeserializationContext context) {
        return (Content) context.findContextualValueDeserializer(context.constructType(known), null)
                .deserialize(parser, context);
    }

    private static Content.Text text(JsonParser parser, DeserializationContext context) {
        String text = null;
        Content.Annotations annotations = null;
        JsonNode meta = null;
        Map<String, JsonNode> others = null;
        String name = parser.nextName();
        try {
            for (; name != null; name = parser.nextName()) {
                parser.nextToken();
                switch (name) {
                    case "text" -> text = Binding.text(parser, context);
                    case "annotations" -> annotations = Binding.value(Content.Annotations.class, parser, context);
                    case "_meta" -> meta = Binding.metadata(parser, context);
                    default -> {
                        if (others == null) {
                            others = new LinkedHashMap<>();
                        }
                        others.put(name, context.readTree(parser));
                    }
                }
            }
        } catch (JacksonException e) {
            throw e.prependPath(Content.Text.class, name);
        }
        return new Content.Text(text == null ? "" : text, annotations, meta, others == null ? Map.of() : others);
    }

    private static Content other(String type, JsonParser parser, DeserializationContext context) {
        Map<String, JsonNode> members = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            members.put(name, context.readTree(parser));
        }
        return new Content.Other(type, members);
    }

    /** The type is not the first member, or not a string: reads the whole block before it is bound. */
    private static Content later(String first, JsonParser parser, DeserializationContext context) {
        ObjectNode tree = context.getNodeFactory().objectNode();
        if (!first.equals(TYPE)) {
            parser.nextToken();
        }
        tree.set(first, context.readTree(parser));
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            tree.set(name, context.readTree(parser));
        }
        String type = tree.path(TYPE).asString("");
        Class<? extends Content> known = known(type);
        try (JsonParser again = context.treeAsTokens(tree)) {
            again.nextToken();
            if (known != null) {
                return bind(known, again, context);
            }
            tree.remove(TYPE);
            Map<String, JsonNode> members = new LinkedHashMap<>();
            tree.forEachEntry(members::put);
            return new Content.Other(type, members);
        }
    }
}
