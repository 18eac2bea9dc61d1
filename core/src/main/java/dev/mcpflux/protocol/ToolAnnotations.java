package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Hints of a server about a tool (specification: server/tools, ToolAnnotations). All are hints only.
 *
 * @param readOnlyHint it changes nothing; absent means false
 * @param destructiveHint it may destroy something; absent means true
 * @param idempotentHint repeating the call changes nothing more; absent means false
 * @param openWorldHint it deals with the outside; absent means true
 * @param others unknown members, as they were sent
 */
public record ToolAnnotations(
        @Nullable String title,
        @Nullable Boolean readOnlyHint,
        @Nullable Boolean destructiveHint,
        @Nullable Boolean idempotentHint,
        @Nullable Boolean openWorldHint,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public ToolAnnotations {
        others = Members.others(others);
    }

    /** Without unknown members. */
    public ToolAnnotations(
            @Nullable String title,
            @Nullable Boolean readOnlyHint,
            @Nullable Boolean destructiveHint,
            @Nullable Boolean idempotentHint,
            @Nullable Boolean openWorldHint) {
        this(title, readOnlyHint, destructiveHint, idempotentHint, openWorldHint, Map.of());
    }
}
