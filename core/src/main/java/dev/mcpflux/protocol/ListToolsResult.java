package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One page of {@code tools/list} (specification: server/tools, listing tools).
 *
 * @param others unknown members, as they were sent
 */
public record ListToolsResult(
        List<Tool> tools,
        @Nullable String nextCursor,
        @Nullable Long ttlMs,
        @JsonProperty("cacheScope") @Nullable String cacheScopeText,
        @Nullable String resultType,
        @JsonProperty("_meta") @Nullable JsonNode meta,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
        implements PageResult<Tool> {

    public ListToolsResult {
        others = Members.others(others);
        meta = Members.object(meta, "_meta");
        tools = Members.list(tools);
    }

    /** Without unknown members. */
    public ListToolsResult(
            List<Tool> tools,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @Nullable CacheScope cacheScope,
            @Nullable String resultType,
            @Nullable JsonNode meta) {
        this(tools, nextCursor, ttlMs, CacheScope.text(cacheScope), resultType, meta, Map.of());
    }

    @Override
    public List<Tool> items() {
        return tools;
    }
}
