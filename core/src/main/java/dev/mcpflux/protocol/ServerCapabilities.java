package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a server offers (specification: basic/lifecycle, capability negotiation). A member that is not null is offered.
 *
 * @param others unknown members, as they were sent
 */
public record ServerCapabilities(
        @Nullable ListCapability tools,
        @Nullable ListCapability prompts,
        @Nullable ResourcesCapability resources,
        @Nullable JsonNode logging,
        @Nullable JsonNode completions,
        @Nullable JsonNode tasks,
        @Nullable Map<String, JsonNode> experimental,
        @Nullable Map<String, JsonNode> extensions,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {

    public ServerCapabilities {
        logging = Members.object(logging, "logging");
        completions = Members.object(completions, "completions");
        tasks = Members.object(tasks, "tasks");
        others = Members.others(others);
    }

    /**
     * A list that can be read.
     *
     * @param listChanged whether the server sends notifications of its changes; absent means no
     * @param others unknown members, as they were sent
     */
    public record ListCapability(
            @Nullable Boolean listChanged,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public ListCapability {
            others = Members.others(others);
        }

        /** Without unknown members. */
        public ListCapability(@Nullable Boolean listChanged) {
            this(listChanged, Map.of());
        }
    }

    /**
     * Resources that can be read.
     *
     * @param subscribe whether the client can subscribe to a resource; absent means no
     * @param listChanged whether the server sends notifications of changes of the list; absent means no
     * @param others unknown members, as they were sent
     */
    public record ResourcesCapability(
            @Nullable Boolean subscribe,
            @Nullable Boolean listChanged,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
        public ResourcesCapability {
            others = Members.others(others);
        }

        /** Without unknown members. */
        public ResourcesCapability(@Nullable Boolean subscribe, @Nullable Boolean listChanged) {
            this(subscribe, listChanged, Map.of());
        }
    }
}
