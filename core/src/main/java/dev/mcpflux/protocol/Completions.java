package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Suggestions for the arguments of prompts and resource templates (specification: server/utilities/completion). */
public final class Completions {

    private Completions() {}

    /** The owner of an argument: a prompt ({@code ref/prompt}) or a resource template ({@code ref/resource}). */
    public record CompletionReference(
            String type, @Nullable String name, @Nullable String uri) {

        public static CompletionReference prompt(String name) {
            return new CompletionReference("ref/prompt", name, null);
        }

        /** A template, or the URI of a resource. */
        public static CompletionReference resource(String uriTemplate) {
            return new CompletionReference("ref/resource", null, uriTemplate);
        }
    }

    /** The argument, and the beginning of its value. */
    public record CompletionArgument(String name, String value) {}

    /** The arguments that have values already (since 2025-06-18). */
    public record CompletionContext(Map<String, String> arguments) {}

    /** Parameters of {@code completion/complete}. */
    public record CompleteParams(
            CompletionReference ref,
            CompletionArgument argument,
            @Nullable CompletionContext context,
            @JsonProperty("_meta") @Nullable RequestMeta meta)
            implements RequestParams {

        @Override
        public CompleteParams withMeta(RequestMeta meta) {
            return new CompleteParams(ref, argument, context, meta);
        }
    }

    /**
     * Result of {@code completion/complete}.
     *
     * @param others unknown members, as they were sent
     */
    public record CompleteResult(
            @Nullable Completion completion,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements ServerResult {
        public CompleteResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
        }

        /** Without unknown members. */
        public CompleteResult(@Nullable Completion completion, @Nullable String resultType, @Nullable JsonNode meta) {
            this(completion, resultType, meta, Map.of());
        }
    }

    /**
     * Suggested values.
     *
     * @param values best first, a hundred at most
     * @param total how many there are, if the server knows
     * @param hasMore whether there are more than these; absent means no or not known
     * @param others unknown members, as they were sent
     */
    public record Completion(
            List<String> values,
            @Nullable Integer total,
            @Nullable Boolean hasMore,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

        public static final Completion NONE = new Completion(List.of(), null, null);

        public Completion {
            others = Members.others(others);
            values = Members.list(values);
        }

        /** Without unknown members. */
        public Completion(List<String> values, @Nullable Integer total, @Nullable Boolean hasMore) {
            this(values, total, hasMore, Map.of());
        }
    }
}
