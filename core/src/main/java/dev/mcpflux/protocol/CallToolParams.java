package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of {@code tools/call} (specification: server/tools, calling tools).
 *
 * @param arguments what is written as a JSON object: a map, a record or a tree
 */
public record CallToolParams(
        String name,
        @Nullable Object arguments,
        @JsonProperty("_meta") @Nullable RequestMeta meta) {

    @Override
    public String toString() {
        // arguments may hold secrets
        return "CallToolParams[name=" + name + "]";
    }
}
