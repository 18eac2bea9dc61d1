package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Questions of a server to a model (specification: client/sampling). */
public final class Sampling {

    private Sampling() {}

    /**
     * Parameters of {@code sampling/createMessage}.
     *
     * @param includeContext {@code none}, {@code thisServer} or {@code allServers}
     * @param maxTokens how many tokens at most
     * @param tools what the model may call (since 2025-11-25)
     */
    public record CreateMessageParams(
            List<SamplingMessage> messages,
            @Nullable ModelPreferences modelPreferences,
            @Nullable String systemPrompt,
            @Nullable String includeContext,
            @Nullable Double temperature,
            int maxTokens,
            @Nullable List<String> stopSequences,
            @Nullable JsonNode metadata,
            @Nullable List<Tool> tools,
            @Nullable ToolChoice toolChoice,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public CreateMessageParams {
            messages = Members.list(messages);
            stopSequences = Members.optional(stopSequences);
            metadata = Members.object(metadata, "metadata");
            tools = Members.optional(tools);
            meta = Members.object(meta, "_meta");
        }
    }

    /**
     * A message of the conversation.
     *
     * @param roleText the role as it was sent, {@code user} where it is absent; {@link #role()} is the same as an enum
     * @param content one block, or several since 2025-11-25
     */
    public record SamplingMessage(
            @JsonProperty("role") String roleText,

            @JsonFormat(
                    with = {
                        JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                        JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
                    })
            List<Content> content,

            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public SamplingMessage {
            roleText = roleText == null ? Role.USER.wire() : roleText;
            content = Members.list(content);
            meta = Members.object(meta, "_meta");
        }

        /** Without metadata. */
        public SamplingMessage(Role role, List<Content> content) {
            this(role.wire(), content, null);
        }

        /** Who says it; null if the protocol does not have the role that the server sent. */
        public @Nullable Role role() {
            return Role.find(roleText);
        }

        /** The text of all text content, joined by line breaks. */
        public String text() {
            return content.stream()
                    .filter(Content.Text.class::isInstance)
                    .map(c -> ((Content.Text) c).text())
                    .collect(Collectors.joining("\n"));
        }
    }

    /** What kind of model to choose; priorities go from 0 to 1. */
    public record ModelPreferences(
            @Nullable List<ModelHint> hints,
            @Nullable Double costPriority,
            @Nullable Double speedPriority,
            @Nullable Double intelligencePriority) {
        public ModelPreferences {
            hints = Members.optional(hints);
        }
    }

    /** A part of a model's name. */
    public record ModelHint(@Nullable String name) {}

    /** Whether the model is to call tools: {@code auto}, {@code required} or {@code none}. */
    public record ToolChoice(@Nullable String mode) {}

    /**
     * Result of {@code sampling/createMessage}.
     *
     * @param model the model that answered
     * @param stopReason {@code endTurn}, {@code stopSequence}, {@code maxTokens}, {@code toolUse}, or the provider's own
     */
    public record CreateMessageResult(
            Role role,

            @JsonFormat(
                    with = {
                        JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                        JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
                    })
            List<Content> content,

            String model,
            @Nullable String stopReason,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public CreateMessageResult {
            content = List.copyOf(content);
        }

        /** The model said this, and nothing more. */
        public static CreateMessageResult text(String model, String text) {
            return new CreateMessageResult(Role.ASSISTANT, List.of(new Content.Text(text)), model, "endTurn", null);
        }
    }
}
