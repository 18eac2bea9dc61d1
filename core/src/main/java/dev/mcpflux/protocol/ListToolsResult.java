package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One page of {@code tools/list} (specification: server/tools, listing tools). */
public record ListToolsResult(
        List<Tool> tools,
        @Nullable String nextCursor,
        @Nullable Long ttlMs,
        @Nullable String cacheScope,
        @Nullable String resultType,
        @JsonProperty("_meta") @Nullable JsonNode meta)
        implements PageResult<Tool> {

    public ListToolsResult {
        tools = tools == null ? List.of() : List.copyOf(tools);
    }

    @Override
    public List<Tool> items() {
        return tools;
    }
}
