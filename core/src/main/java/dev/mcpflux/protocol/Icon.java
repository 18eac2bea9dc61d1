package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An icon (specification: basic, Icons).
 *
 * @param src its URI
 * @param theme {@code light} or {@code dark}, the background it is made for
 * @param others unknown members, as they were sent
 */
public record Icon(
        @JsonProperty(required = true) String src,
        @Nullable String mimeType,
        @Nullable List<String> sizes,
        @Nullable String theme,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public Icon {
        others = Members.others(others);
        src = Members.required(src, "src");
        sizes = Members.optional(sizes);
    }

    /** Without unknown members. */
    public Icon(String src, @Nullable String mimeType, @Nullable List<String> sizes, @Nullable String theme) {
        this(src, mimeType, sizes, theme, Map.of());
    }
}
