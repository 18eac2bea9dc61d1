package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;

/** Binds single values where a message is read member by member; null is a valid value of each type. */
public final class Binding {

    private Binding() {}

    /** A string; numbers and booleans are converted to text, as everywhere. */
    public static @Nullable String text(JsonParser parser, DeserializationContext context) {
        return parser.currentToken() == JsonToken.VALUE_STRING
                ? parser.getString()
                : value(String.class, parser, context);
    }

    /** A value of a type that Jackson binds. */
    public static <T> @Nullable T value(Class<T> type, JsonParser parser, DeserializationContext context) {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : context.readValue(parser, type);
    }

    /** A {@code _meta} member: an object, which PHP may have written as an empty list. */
    public static @Nullable JsonNode metadata(JsonParser parser, DeserializationContext context) {
        try {
            return metadata(context.readTree(parser));
        } catch (IllegalArgumentException e) {
            return context.reportInputMismatch(JsonNode.class, "%s", e.getMessage());
        }
    }

    /**
     * The same for a value that has been read.
     *
     * @throws IllegalArgumentException if it is not an object
     */
    public static @Nullable JsonNode metadata(@Nullable JsonNode meta) {
        return Members.object(meta, "_meta");
    }
}
