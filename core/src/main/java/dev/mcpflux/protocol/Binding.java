package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks single values where a message is read member by member; null is a valid value of each type. */
public final class Binding {

    private Binding() {}

    /**
     * A {@code _meta} member: an object, which PHP may have written as an empty list.
     *
     * @throws IllegalArgumentException if it is not an object
     */
    public static @Nullable JsonNode metadata(@Nullable JsonNode meta) {
        return Members.object(meta, "_meta");
    }
}
