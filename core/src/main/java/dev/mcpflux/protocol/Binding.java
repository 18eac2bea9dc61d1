package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;

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
}
