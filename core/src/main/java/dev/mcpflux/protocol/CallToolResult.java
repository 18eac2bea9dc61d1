package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * The result of {@code tools/call} (specification: server/tools, tool result). An error that the tool reports is a value,
 * not an exception: see {@link #isError()}.
 *
 * @param content what the tool says, for people and models
 * @param structuredContent the same as data, if the tool declares an output schema
 * @param errorFlag the member {@code isError} as sent; absent means that the tool succeeded
 * @param others unknown members, as they were sent
 */
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record CallToolResult(
        List<Content> content,
        @Nullable JsonNode structuredContent,
        @JsonProperty("isError") @Nullable Boolean errorFlag,
        @JsonProperty("_meta") @Nullable JsonNode meta,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

    public CallToolResult {
        others = Members.others(others);
        meta = Members.object(meta, "_meta");
        content = Members.list(content);
    }

    /** Without unknown members. */
    public CallToolResult(
            List<Content> content,
            @Nullable JsonNode structuredContent,
            @Nullable Boolean errorFlag,
            @Nullable JsonNode meta) {
        this(content, structuredContent, errorFlag, meta, Map.of());
    }

    /** Whether the tool reported an error. */
    public boolean isError() {
        return Boolean.TRUE.equals(errorFlag);
    }

    /**
     * The structured content as a value of the application's.
     *
     * @throws IllegalStateException if the result has no structured content
     * @throws tools.jackson.core.JacksonException if it does not fit the type
     */
    public <T> T structured(Class<T> type) {
        if (structuredContent == null) {
            throw new IllegalStateException("the result has no structured content");
        }
        return McpJson.bind(structuredContent, type);
    }

    /** The structured content as a value of a generic type; fails as {@link #structured(Class)}. */
    public <T> T structured(TypeReference<T> type) {
        if (structuredContent == null) {
            throw new IllegalStateException("the result has no structured content");
        }
        return McpJson.bind(structuredContent, type);
    }

    /** The text of all text content, joined by line breaks. */
    public String text() {
        if (content.size() == 1 && content.get(0) instanceof Content.Text only) {
            return only.text();
        }
        StringJoiner joined = new StringJoiner("\n");
        for (Content block : content) {
            if (block instanceof Content.Text text) {
                joined.add(text.text());
            }
        }
        return joined.toString();
    }
}
