package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** A block of content, told apart by {@code type} (specification: server/tools, tool result). */
@JsonPropertyOrder("type")
@JsonDeserialize(using = ContentReader.class)
public sealed interface Content {

    /** What kind of block it is, as it stands on the wire. */
    @JsonProperty("type")
    String type();

    /** Text. */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Text(
            String text,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta) implements Content {
        @Override
        public String type() {
            return "text";
        }

        public Text {
            text = text == null ? "" : text;
        }

        public Text(String text) {
            this(text, null, null);
        }
    }

    /**
     * A picture.
     *
     * @param data Base64, as it was sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Image(
            String data,
            @Nullable String mimeType,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements Content {
        @Override
        public String type() {
            return "image";
        }
    }

    /**
     * Sound.
     *
     * @param data Base64, as it was sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Audio(
            String data,
            @Nullable String mimeType,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements Content {
        @Override
        public String type() {
            return "audio";
        }
    }

    /**
     * A reference to a resource that can be read.
     *
     * @param size in bytes, if the server knows
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ResourceLink(
            String uri,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            @Nullable Long size,
            @Nullable List<Icon> icons,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements Content {
        @Override
        public String type() {
            return "resource_link";
        }
    }

    /** The content of a resource itself. */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record EmbeddedResource(
            ResourceContents resource,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements Content {
        @Override
        public String type() {
            return "resource";
        }
    }

    /**
     * A model's wish to call a tool (specification since 2025-11-25: client/sampling, tools in sampling).
     *
     * @param id what the result refers to
     * @param input the arguments
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ToolUse(
            String id,
            String name,
            JsonNode input,
            @JsonProperty("_meta") @Nullable JsonNode meta) implements Content {
        @Override
        public String type() {
            return "tool_use";
        }
    }

    /**
     * What a tool answered to a model (specification since 2025-11-25: client/sampling, tools in sampling).
     *
     * @param toolUseId the id of the wish
     * @param isError whether the tool failed; absent means no
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ToolResult(
            String toolUseId,
            List<Content> content,
            @Nullable JsonNode structuredContent,
            @Nullable Boolean isError,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements Content {
        public ToolResult {
            content = content == null ? List.of() : List.copyOf(content);
        }

        @Override
        public String type() {
            return "tool_result";
        }
    }

    /** A type that this version does not know, with all its members. */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Other(String type, @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> members) implements Content {

        public Other {
            type = type == null ? "" : type;
            members = members == null ? Map.of() : members;
        }
    }

    /**
     * What a resource holds: text or bytes.
     *
     * @param blob Base64, as it was sent
     */
    record ResourceContents(
            String uri,
            @Nullable String mimeType,
            @Nullable String text,
            @Nullable String blob,
            @JsonProperty("_meta") @Nullable JsonNode meta) {}

    /**
     * Whom a block is for, and how important it is.
     *
     * @param audience {@code user}, {@code assistant} or both
     * @param priority from 0 (optional) to 1 (required)
     * @param lastModified ISO 8601
     */
    record Annotations(
            @Nullable List<String> audience,
            @Nullable Double priority,
            @Nullable String lastModified) {}
}
