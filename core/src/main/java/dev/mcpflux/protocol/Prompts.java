package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prompts: texts for a model that a server offers (specification: server/prompts). */
public final class Prompts {

    private Prompts() {}

    /**
     * A prompt that a server offers.
     *
     * @param name the name for requests
     * @param title the name for people
     * @param others unknown members, as they were sent
     */
    public record Prompt(
            @JsonProperty(required = true) String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable List<PromptArgument> arguments,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public Prompt {
            others = Members.others(others);
            name = Members.required(name, "name");
            arguments = Members.optional(arguments);
            icons = Members.optional(icons);
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public Prompt(
                String name,
                @Nullable String title,
                @Nullable String description,
                @Nullable List<PromptArgument> arguments,
                @Nullable List<Icon> icons,
                @Nullable JsonNode meta) {
            this(name, title, description, arguments, icons, meta, Map.of());
        }
    }

    /**
     * An argument of a prompt; its value is a text.
     *
     * @param required whether the prompt cannot be made without it; absent means no
     * @param others unknown members, as they were sent
     */
    public record PromptArgument(
            @JsonProperty(required = true) String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable Boolean required,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public PromptArgument {
            others = Members.others(others);
            name = Members.required(name, "name");
        }

        /** Without unknown members. */
        public PromptArgument(
                String name, @Nullable String title, @Nullable String description, @Nullable Boolean required) {
            this(name, title, description, required, Map.of());
        }
    }

    /**
     * One page of {@code prompts/list}.
     *
     * @param others unknown members, as they were sent
     */
    public record ListPromptsResult(
            List<Prompt> prompts,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @JsonProperty("cacheScope") @Nullable String cacheScopeText,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements PageResult<Prompt> {

        public ListPromptsResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            prompts = Members.list(prompts);
        }

        /** Without unknown members. */
        public ListPromptsResult(
                List<Prompt> prompts,
                @Nullable String nextCursor,
                @Nullable Long ttlMs,
                @Nullable CacheScope cacheScope,
                @Nullable String resultType,
                @Nullable JsonNode meta) {
            this(prompts, nextCursor, ttlMs, CacheScope.text(cacheScope), resultType, meta, Map.of());
        }

        @Override
        public List<Prompt> items() {
            return prompts;
        }
    }

    /**
     * Parameters of {@code prompts/get}.
     *
     * @param inputResponses the answers to what the server asked for in the round before (modern era)
     * @param requestState what the server wants back from the round before (modern era)
     */
    public record GetPromptParams(
            String name,
            @Nullable Map<String, String> arguments,
            @Nullable Map<String, Object> inputResponses,
            @Nullable String requestState,
            @JsonProperty("_meta") @Nullable RequestMeta meta)
            implements RoundParams {

        @Override
        public GetPromptParams withMeta(RequestMeta meta) {
            return new GetPromptParams(name, arguments, inputResponses, requestState, meta);
        }

        @Override
        public GetPromptParams withInput(@Nullable Map<String, Object> inputResponses, @Nullable String requestState) {
            return new GetPromptParams(name, arguments, inputResponses, requestState, meta);
        }

        @Override
        public RequestSubject subject() {
            return new RequestSubject.OfPrompt(name);
        }

        @Override
        public String toString() {
            // arguments may hold secrets
            return "GetPromptParams[name=" + name + "]";
        }
    }

    /**
     * Result of {@code prompts/get}: the messages to begin a conversation with.
     *
     * @param others unknown members, as they were sent
     */
    public record GetPromptResult(
            @Nullable String description,
            List<PromptMessage> messages,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public GetPromptResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            messages = Members.list(messages);
        }

        /** Without unknown members. */
        public GetPromptResult(@Nullable String description, List<PromptMessage> messages, @Nullable JsonNode meta) {
            this(description, messages, meta, Map.of());
        }
    }

    /**
     * A message of a prompt.
     *
     * @param roleText the role as it was sent, {@code user} where it is absent; {@link #role()} is the same as an enum
     * @param others unknown members, as they were sent
     */
    public record PromptMessage(
            @JsonProperty("role") String roleText,
            @JsonProperty(required = true) Content content,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public PromptMessage {
            others = Members.others(others);
            roleText = roleText == null ? Role.USER.wire() : roleText;
            if (content == null) {
                throw new IllegalArgumentException("it has no content");
            }
        }

        /** Without unknown members. */
        public PromptMessage(Role role, Content content) {
            this(role.wire(), content, Map.of());
        }

        /** Who says it; null if the protocol does not have the role that the server sent. */
        public @Nullable Role role() {
            return Role.find(roleText);
        }
    }
}
