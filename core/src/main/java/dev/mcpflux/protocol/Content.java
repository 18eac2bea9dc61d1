package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.node.JsonNodeFactory;

/** A block of content, told apart by {@code type} (specification: server/tools, tool result). */
@JsonPropertyOrder("type")
@JsonIgnoreProperties(value = "type", allowGetters = true)
@JsonDeserialize(using = ContentReader.class)
public sealed interface Content {

    /** The type of the block, as on the wire. */
    @JsonProperty("type")
    String type();

    /**
     * Text.
     *
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Text(
            String text,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        @Override
        public String type() {
            return "text";
        }

        public Text {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            text = text == null ? "" : text;
        }

        /** Without unknown members. */
        public Text(String text, @Nullable Annotations annotations, @Nullable JsonNode meta) {
            this(text, annotations, meta, Map.of());
        }

        public Text(String text) {
            this(text, null, null);
        }
    }

    /**
     * A picture.
     *
     * @param data Base64, as it was sent
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Image(
            @JsonProperty(required = true) String data,
            @Nullable String mimeType,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public Image {
            others = Members.others(others);
            data = Members.required(data, "data");
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public Image(
                String data, @Nullable String mimeType, @Nullable Annotations annotations, @Nullable JsonNode meta) {
            this(data, mimeType, annotations, meta, Map.of());
        }

        @Override
        public String type() {
            return "image";
        }
    }

    /**
     * Sound.
     *
     * @param data Base64, as it was sent
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record Audio(
            @JsonProperty(required = true) String data,
            @Nullable String mimeType,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public Audio {
            others = Members.others(others);
            data = Members.required(data, "data");
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public Audio(
                String data, @Nullable String mimeType, @Nullable Annotations annotations, @Nullable JsonNode meta) {
            this(data, mimeType, annotations, meta, Map.of());
        }

        @Override
        public String type() {
            return "audio";
        }
    }

    /**
     * A reference to a resource that can be read.
     *
     * @param size in bytes, if the server knows
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ResourceLink(
            @JsonProperty(required = true) String uri,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType,
            @Nullable Long size,
            @Nullable List<Icon> icons,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public ResourceLink {
            others = Members.others(others);
            uri = Members.required(uri, "uri");
            name = name == null ? uri : name;
            icons = Members.optional(icons);
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public ResourceLink(
                String uri,
                String name,
                @Nullable String title,
                @Nullable String description,
                @Nullable String mimeType,
                @Nullable Long size,
                @Nullable List<Icon> icons,
                @Nullable Annotations annotations,
                @Nullable JsonNode meta) {
            this(uri, name, title, description, mimeType, size, icons, annotations, meta, Map.of());
        }

        @Override
        public String type() {
            return "resource_link";
        }
    }

    /**
     * The content of a resource itself.
     *
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record EmbeddedResource(
            @JsonProperty(required = true) ResourceContents resource,
            @Nullable Annotations annotations,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public EmbeddedResource {
            others = Members.others(others);
            if (resource == null) {
                throw new IllegalArgumentException("it has no resource");
            }
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public EmbeddedResource(ResourceContents resource, @Nullable Annotations annotations, @Nullable JsonNode meta) {
            this(resource, annotations, meta, Map.of());
        }

        @Override
        public String type() {
            return "resource";
        }
    }

    /**
     * A model's request to call a tool (specification since 2025-11-25: client/sampling, tools in sampling).
     *
     * @param id the result refers to it
     * @param input the arguments
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ToolUse(
            @JsonProperty(required = true) String id,
            @JsonProperty(required = true) String name,
            JsonNode input,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public ToolUse {
            others = Members.others(others);
            id = Members.required(id, "id");
            name = Members.required(name, "name");
            JsonNode given = Members.object(input, "input");
            input = given == null ? JsonNodeFactory.instance.objectNode() : given;
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public ToolUse(String id, String name, JsonNode input, @Nullable JsonNode meta) {
            this(id, name, input, meta, Map.of());
        }

        @Override
        public String type() {
            return "tool_use";
        }
    }

    /**
     * The result of a tool for a model (specification since 2025-11-25: client/sampling, tools in sampling).
     *
     * @param toolUseId the id of the request
     * @param isError whether the tool failed; absent means no
     * @param others unknown members, as they were sent
     */
    @JsonDeserialize(using = ValueDeserializer.None.class)
    record ToolResult(
            @JsonProperty(required = true) String toolUseId,
            List<Content> content,
            @Nullable JsonNode structuredContent,
            @Nullable Boolean isError,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements Content {
        public ToolResult {
            others = Members.others(others);
            toolUseId = Members.required(toolUseId, "toolUseId");
            meta = Members.object(meta, "_meta");
            content = Members.list(content);
        }

        /** Without unknown members. */
        public ToolResult(
                String toolUseId,
                List<Content> content,
                @Nullable JsonNode structuredContent,
                @Nullable Boolean isError,
                @Nullable JsonNode meta) {
            this(toolUseId, content, structuredContent, isError, meta, Map.of());
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
            members = Members.others(members);
        }
    }

    /**
     * The content of a resource: text or bytes.
     *
     * @param blob Base64, as it was sent
     * @param others unknown members, as they were sent
     */
    record ResourceContents(
            String uri,
            @Nullable String mimeType,
            @Nullable String text,
            @Nullable String blob,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public ResourceContents {
            others = Members.others(others);
            uri = uri == null ? "" : uri;
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public ResourceContents(
                String uri,
                @Nullable String mimeType,
                @Nullable String text,
                @Nullable String blob,
                @Nullable JsonNode meta) {
            this(uri, mimeType, text, blob, meta, Map.of());
        }
    }

    /**
     * The audience and the importance of a block.
     *
     * @param audienceTexts for whom it is, as it was sent; {@link #audience()} is the same as enums
     * @param priority from 0 (optional) to 1 (required)
     * @param lastModified ISO 8601
     * @param others unknown members, as they were sent
     */
    record Annotations(
            @JsonProperty("audience") @Nullable List<String> audienceTexts,
            @Nullable Double priority,
            @Nullable String lastModified,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public Annotations {
            others = Members.others(others);
            audienceTexts = Members.optional(audienceTexts);
        }

        /** Without unknown members. */
        public Annotations(@Nullable List<Role> audience, @Nullable Double priority, @Nullable String lastModified) {
            this(
                    audience == null ? null : audience.stream().map(Role::wire).toList(),
                    priority,
                    lastModified,
                    Map.of());
        }

        /** For whom it is, without what the protocol does not have; null if the server does not say. */
        public @Nullable List<Role> audience() {
            return audienceTexts == null
                    ? null
                    : audienceTexts.stream()
                            .<Role>mapMulti((text, roles) -> {
                                Role role = Role.find(text);
                                if (role != null) {
                                    roles.accept(role);
                                }
                            })
                            .toList();
        }
    }
}
