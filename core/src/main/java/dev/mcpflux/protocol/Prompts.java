package dev.mcpflux.protocol;

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
     * @param name what it is asked for by
     * @param title what people call it
     */
    public record Prompt(
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable List<Argument> arguments,
            @Nullable List<Icon> icons,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public Prompt {
            if (name == null) {
                throw new IllegalArgumentException("a prompt without a name");
            }
        }
    }

    /**
     * An argument of a prompt; its value is a text.
     *
     * @param required whether the prompt cannot be made without it; absent means no
     */
    public record Argument(
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable Boolean required) {}

    /** One page of {@code prompts/list}. */
    public record ListResult(
            List<Prompt> prompts,
            @Nullable String nextCursor,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta)
            implements PageResult<Prompt> {

        public ListResult {
            prompts = prompts == null ? List.of() : List.copyOf(prompts);
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
    public record GetParams(
            String name,
            @Nullable Map<String, String> arguments,
            @Nullable Map<String, Object> inputResponses,
            @Nullable String requestState,
            @JsonProperty("_meta") @Nullable RequestMeta meta)
            implements RequestParams {

        @Override
        public String routingName() {
            return name;
        }

        @Override
        public String toString() {
            // arguments may hold secrets
            return "GetParams[name=" + name + "]";
        }
    }

    /** Result of {@code prompts/get}: the messages to begin a conversation with. */
    public record GetResult(
            @Nullable String description,
            List<Message> messages,
            @JsonProperty("_meta") @Nullable JsonNode meta) {

        public GetResult {
            messages = messages == null ? List.of() : List.copyOf(messages);
        }
    }

    /**
     * A message of a prompt.
     *
     * @param role {@code user} or {@code assistant}
     */
    public record Message(String role, Content content) {}
}
