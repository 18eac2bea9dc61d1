package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A result without content.
 *
 * @param others unknown members, as they were sent
 */
public record EmptyResult(
        @JsonProperty("_meta") @Nullable JsonNode meta,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public EmptyResult {
        others = Members.others(others);
        meta = Members.object(meta, "_meta");
    }

    /** Without unknown members. */
    public EmptyResult(@Nullable JsonNode meta) {
        this(meta, Map.of());
    }

    public EmptyResult() {
        this(null);
    }
}
