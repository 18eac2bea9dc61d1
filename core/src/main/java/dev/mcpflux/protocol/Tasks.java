package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.RequestId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Work that outlives its request: the extension {@code io.modelcontextprotocol/tasks} of the modern era, and the
 * experimental tasks of 2025-11-25 (basic/utilities/tasks).
 */
public final class Tasks {

    private Tasks() {}

    /** What a task does. Unknown ones are neither ended nor waiting for input. */
    public enum Status {
        WORKING,
        /** The server needs input before it continues. */
        INPUT_REQUIRED,
        COMPLETED,
        FAILED,
        CANCELLED;

        /** The name on the wire. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The status with this name, or null if no status has this name. */
        public static @Nullable Status find(String wire) {
            return Arrays.stream(values())
                    .filter(status -> status.wire().equals(wire))
                    .findFirst()
                    .orElse(null);
        }

        /** Whether the task has ended. */
        public boolean terminal() {
            return this == COMPLETED || this == FAILED || this == CANCELLED;
        }

        @Override
        public String toString() {
            return wire();
        }
    }

    /**
     * A task at one moment.
     *
     * @param statusText the status as it was sent; {@link #status()} is the same as an enum
     * @param statusMessage a description for a person
     * @param createdAt ISO 8601
     * @param lastUpdatedAt ISO 8601
     * @param ttlMs how many milliseconds after its creation the server keeps it; null for no limit
     * @param pollIntervalMs how many milliseconds to wait before the next request
     * @param inputRequests the input that the server needs, by its keys (modern era)
     * @param result the result of the request (modern era)
     * @param error the error of the request (modern era)
     * @param others unknown members, as they were sent
     */
    public record Task(
            @JsonProperty(required = true) String taskId,
            @JsonProperty(value = "status", required = true) String statusText,
            @Nullable String statusMessage,
            @Nullable String createdAt,
            @Nullable String lastUpdatedAt,
            @JsonAlias("ttl") @Nullable Long ttlMs,
            @JsonAlias("pollInterval") @Nullable Long pollIntervalMs,
            @Nullable Map<String, InputRequest> inputRequests,
            @Nullable JsonNode result,
            @Nullable JsonRpcError error,
            @Nullable String resultType,
            @JsonProperty("_meta") @Nullable NotificationMeta meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements ServerResult, Subscribed {

        public Task {
            others = Members.others(others);
            taskId = Members.required(taskId, "taskId");
            statusText = Members.required(statusText, "status");
            result = result == null || result.isNull() ? null : result;
        }

        /** Without unknown members. */
        public Task(
                String taskId,
                Status status,
                @Nullable String statusMessage,
                @Nullable String createdAt,
                @Nullable String lastUpdatedAt,
                @Nullable Long ttlMs,
                @Nullable Long pollIntervalMs,
                @Nullable Map<String, InputRequest> inputRequests,
                @Nullable JsonNode result,
                @Nullable JsonRpcError error,
                @Nullable String resultType,
                @Nullable NotificationMeta meta) {
            this(
                    taskId,
                    status.wire(),
                    statusMessage,
                    createdAt,
                    lastUpdatedAt,
                    ttlMs,
                    pollIntervalMs,
                    inputRequests,
                    result,
                    error,
                    resultType,
                    meta,
                    Map.of());
        }

        /** Always true for a response to {@code tasks/get}; some servers declare it as a task. */
        @Override
        public boolean complete() {
            return ServerResult.super.complete() || TASK.equals(resultType);
        }

        /** What it does; null if the protocol does not have the status that the server sent. */
        public @Nullable Status status() {
            return Status.find(statusText);
        }

        /** Whether its status is final. */
        public boolean terminal() {
            Status status = status();
            return status != null && status.terminal();
        }

        @Override
        public @Nullable RequestId subscriptionId() {
            return meta == null ? null : meta.subscriptionId();
        }

        @Override
        public String toString() {
            return "Task[" + taskId + " " + statusText + "]";
        }
    }

    /** Input that a server requires while it works on a request (specification 2026-07-28: basic/patterns/mrtr). */
    public record InputRequest(
            @JsonProperty(required = true) String method,
            @Nullable JsonNode params) {
        public InputRequest {
            method = Members.required(method, "method");
            params = Members.object(params, "params");
        }
    }

    /** Requests to run as a task (2025-11-25). */
    public record TaskMetadata(@Nullable Long ttl) {}

    /** Parameters of {@code tasks/get}, {@code tasks/result} and {@code tasks/cancel}. */
    public record TaskParams(
            String taskId, @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

        @Override
        public TaskParams withMeta(RequestMeta meta) {
            return new TaskParams(taskId, meta);
        }

        @Override
        public RequestSubject subject() {
            return new RequestSubject.OfTask(taskId);
        }
    }

    /** Parameters of {@code tasks/update}. */
    public record UpdateTaskParams(
            String taskId,
            Map<String, Object> inputResponses,
            @JsonProperty("_meta") @Nullable RequestMeta meta) implements RequestParams {

        @Override
        public UpdateTaskParams withMeta(RequestMeta meta) {
            return new UpdateTaskParams(taskId, inputResponses, meta);
        }

        @Override
        public RequestSubject subject() {
            return new RequestSubject.OfTask(taskId);
        }

        @Override
        public String toString() {
            return "UpdateTaskParams[" + taskId + "]";
        }
    }

    /**
     * One page of {@code tasks/list} (2025-11-25).
     *
     * @param others unknown members, as they were sent
     */
    public record ListTasksResult(
            List<Task> tasks,
            @Nullable String nextCursor,
            @JsonProperty("_meta") @Nullable JsonNode meta,
            @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others)
            implements PageResult<Task> {

        public ListTasksResult {
            others = Members.others(others);
            meta = Members.object(meta, "_meta");
            tasks = Members.list(tasks);
        }

        /** Without unknown members. */
        public ListTasksResult(List<Task> tasks, @Nullable String nextCursor, @Nullable JsonNode meta) {
            this(tasks, nextCursor, meta, Map.of());
        }

        @Override
        public List<Task> items() {
            return tasks;
        }

        @Override
        public @Nullable Long ttlMs() {
            return null;
        }

        @Override
        public @Nullable String cacheScopeText() {
            return null;
        }

        @Override
        public @Nullable String resultType() {
            return null;
        }
    }
}
