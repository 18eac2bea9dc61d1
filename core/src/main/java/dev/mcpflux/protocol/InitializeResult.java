package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Result of {@code initialize} (specification 2024-11-05 to 2025-11-25: basic/lifecycle).
 *
 * @param protocolVersion the revision that the server chose
 * @param instructions how the server wants to be used, for a model
 * @param others unknown members, as they were sent
 */
public record InitializeResult(
        @Nullable String protocolVersion,
        @Nullable ServerCapabilities capabilities,
        @Nullable Implementation serverInfo,
        @Nullable String instructions,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public InitializeResult {
        others = Members.others(others);
    }

    /** Without unknown members. */
    public InitializeResult(
            @Nullable String protocolVersion,
            @Nullable ServerCapabilities capabilities,
            @Nullable Implementation serverInfo,
            @Nullable String instructions) {
        this(protocolVersion, capabilities, serverInfo, instructions, Map.of());
    }
}
