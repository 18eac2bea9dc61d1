package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;

/** Binds single values where a message is read member by member; null is a value of each type. */
public final class Binding {

    private Binding() {}

    /** A string; numbers and booleans are taken for their text, as everywhere. */
    public static @Nullable String text(JsonParser parser, DeserializationContext context) {
        return parser.currentToken() == JsonToken.VALUE_STRING
                ? parser.getString()
                : value(String.class, parser, context);
    }

    /** A value of a type that Jackson binds. */
    public static <T> @Nullable T value(Class<T> type, JsonParser parser, DeserializationContext context) {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : context.readValue(parser, type);
    }

    /** The {@code _meta} of something: an object, which PHP may have written as an empty list. */
    public static @Nullable JsonNode metadata(JsonParser parser, DeserializationContext context) {
        try {
            return metadata(context.readTree(parser));
        } catch (IllegalArgumentException e) {
            return context.reportInputMismatch(JsonNode.class, "%s", e.getMessage());
        }
    }

    /**
     * The same where it has been read.
     *
     * @throws IllegalArgumentException if it is no object
     */
    public static @Nullable JsonNode metadata(@Nullable JsonNode meta) {
        return Members.object(meta, "_meta");
    }
}
