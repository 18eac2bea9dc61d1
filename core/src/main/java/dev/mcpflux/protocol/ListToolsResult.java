package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One page of {@code tools/list} (specification: server/tools, listing tools).
 *
 * @param nextCursor where the next page begins, null after the last one
 */
public record ListToolsResult(
        List<Tool> tools,
        @Nullable String nextCursor,
        @JsonProperty("_meta") @Nullable JsonNode meta) {

    public ListToolsResult {
        tools = tools == null ? List.of() : List.copyOf(tools);
    }
}
