package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Parameters of {@code notifications/progress} (specification: basic/utilities/progress).
 *
 * @param progressToken the token of the request that this belongs to
 * @param progress how far the work is; grows with each notification
 * @param total where {@code progress} ends, if the server knows
 * @param message what it is doing, for a person
 * @param others unknown members, as they were sent
 */
public record ProgressParams(
        @JsonProperty(required = true) RequestId progressToken,
        double progress,
        @Nullable Double total,
        @Nullable String message,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public ProgressParams {
        others = Members.others(others);
        if (progressToken == null) {
            throw new IllegalArgumentException("it has no progressToken");
        }
    }

    /** Without unknown members. */
    public ProgressParams(RequestId progressToken, double progress, @Nullable Double total, @Nullable String message) {
        this(progressToken, progress, total, message, Map.of());
    }
}
