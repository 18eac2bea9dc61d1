package dev.mcpflux.client.drift;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.TolerantReader;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives recorded and live values the same form: that of their record, without what changes from answer to answer, and
 * with secrets masked.
 */
final class Shape {

    /** Belongs to the answer, and not to what is answered. */
    private static final Set<String> VOLATILE = Set.of("ttlMs", "nextCursor", "resultType");

    private static final int MAX_SHOWN = 200;

    private Shape() {}

    /** A recorded value as its record, so that both sides have lost the same invalid parts; null if none is valid. */
    static <T> @Nullable T bind(JsonNode recorded, Class<T> type) {
        try {
            return TolerantReader.bind(recorded, type, new DroppedParts());
        } catch (JacksonException | IllegalArgumentException e) {
            // a live session would not accept it either
            return null;
        }
    }

    /** A result or an element of a list, to be compared. */
    static JsonNode of(Object value, UnaryOperator<String> mask) {
        // through text, so that numbers are of the kind that a parser makes of them
        JsonNode tree = McpJson.mapper().readTree(McpJson.mapper().writeValueAsBytes(value));
        if (tree instanceof ObjectNode object) {
            VOLATILE.forEach(object::remove);
        }
        withoutMeta(tree);
        return Masker.mask(tree, mask);
    }

    private static void withoutMeta(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            object.remove("_meta");
            object.forEach(Shape::withoutMeta);
        } else if (tree instanceof ArrayNode array) {
            array.forEach(Shape::withoutMeta);
        }
    }

    /** A value for the report; null for none. */
    static @Nullable String shown(@Nullable JsonNode value) {
        return value == null ? null : shortened(value.toString());
    }

    static String shortened(String text) {
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }
}
