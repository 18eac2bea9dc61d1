package dev.mcpflux.client;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.protocol.Binding;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.ServerResult;
import dev.mcpflux.protocol.Tasks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A response that contains a result, a request for input, or a task. {@code resultType} determines which, and may be
 * the last member. To bind a response in one pass, these records have the members of all three.
 */
sealed interface RoundResult<R> extends ServerResult {

    /** The input that the server requests before it continues (specification 2026-07-28: basic/patterns/mrtr). */
    @Nullable
    Map<String, Tasks.InputRequest> inputRequests();

    /** The state that the client sends back unchanged. */
    @Nullable
    String requestState();

    /** The result, if this is the final response. */
    R value();

    /** The task, if the server started one. */
    default Tasks.@Nullable Task asTask() {
        return null;
    }

    /** A response to {@code tools/call}. */
    @JsonDeserialize(using = ToolCallReader.class)
    record ToolCall(
            List<Content> content,
            @Nullable JsonNode structuredContent,
            @Nullable Boolean isError,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @Nullable String resultType,
            @Nullable Map<String, Tasks.InputRequest> inputRequests,
            @Nullable String requestState,
            Tasks.@Nullable Task task,
            @Nullable String taskId,
            @Nullable String status,
            @Nullable String statusMessage,
            @Nullable String createdAt,
            @Nullable String lastUpdatedAt,
            @Nullable Long ttlMs,
            @Nullable Long pollIntervalMs,
            Map<String, JsonNode> others)
            implements RoundResult<CallToolResult> {

        @Override
        public CallToolResult value() {
            return new CallToolResult(content, structuredContent, isError, meta, others);
        }

        /** A task of 2025-11-25 is a member of the result; a task of the extension is the result itself. */
        @Override
        public Tasks.@Nullable Task asTask() {
            if (task != null || !TASK.equals(resultType) || taskId == null || status == null) {
                return task;
            }
            return new Tasks.Task(
                    taskId,
                    status,
                    statusMessage,
                    createdAt,
                    lastUpdatedAt,
                    ttlMs,
                    pollIntervalMs,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Map.of());
        }
    }

    /** A response to {@code prompts/get}. */
    record Prompt(
            @Nullable String description,
            List<Prompts.PromptMessage> messages,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @Nullable String resultType,
            @Nullable Map<String, Tasks.InputRequest> inputRequests,
            @Nullable String requestState,
            @JsonAnySetter Map<String, JsonNode> others)
            implements RoundResult<Prompts.GetPromptResult> {

        public Prompt {
            messages = messages == null ? List.of() : List.copyOf(messages);
            meta = Binding.metadata(meta);
        }

        @Override
        public Prompts.GetPromptResult value() {
            return new Prompts.GetPromptResult(description, messages, meta, others);
        }
    }

    /** A response to {@code resources/read}. */
    record Read(
            List<Content.ResourceContents> contents,
            @Nullable Long ttlMs,
            @Nullable String cacheScope,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @Nullable String resultType,
            @Nullable Map<String, Tasks.InputRequest> inputRequests,
            @Nullable String requestState,
            @JsonAnySetter Map<String, JsonNode> others)
            implements RoundResult<Resources.ReadResourceResult> {

        public Read {
            contents = contents == null ? List.of() : List.copyOf(contents);
            meta = Binding.metadata(meta);
        }

        @Override
        public Resources.ReadResourceResult value() {
            return new Resources.ReadResourceResult(contents, ttlMs, cacheScope, meta, others);
        }
    }
}
