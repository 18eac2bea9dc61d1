package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mcpflux.jsonrpc.DirectlyWritten;
import dev.mcpflux.jsonrpc.JsonValues;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Parameters of {@code tools/call} (specification: server/tools, calling tools).
 *
 * @param arguments a value that is written as a JSON object: a map, a record or a tree
 * @param inputResponses the answers to the input requests of the round before (modern era)
 * @param requestState the server's state from the round before, returned unchanged (modern era)
 * @param task requests that the call runs as a task (2025-11-25)
 */
@JsonSerialize(using = CallToolParamsWriter.class)
public record CallToolParams(
        String name,
        @Nullable Object arguments,
        @Nullable Map<String, Object> inputResponses,
        @Nullable String requestState,
        Tasks.@Nullable TaskMetadata task,
        @JsonProperty("_meta") @Nullable RequestMeta meta)
        implements RoundParams, DirectlyWritten {

    public CallToolParams(String name, @Nullable Object arguments, @Nullable RequestMeta meta) {
        this(name, arguments, null, null, null, meta);
    }

    @Override
    public CallToolParams withMeta(RequestMeta meta) {
        return new CallToolParams(name, arguments, inputResponses, requestState, task, meta);
    }

    @Override
    public CallToolParams withInput(@Nullable Map<String, Object> inputResponses, @Nullable String requestState) {
        return new CallToolParams(name, arguments, inputResponses, requestState, task, meta);
    }

    @Override
    public RequestSubject subject() {
        return new RequestSubject.OfTool(name, null);
    }

    @Override
    public String toString() {
        // arguments may hold secrets
        return "CallToolParams[name=" + name + "]";
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        JsonValues.member("name", name, json);
        JsonValues.member("arguments", arguments, json);
        JsonValues.member("inputResponses", inputResponses, json);
        JsonValues.member("requestState", requestState, json);
        JsonValues.member("task", task, json);
        JsonValues.member("_meta", meta, json);
        json.writeEndObject();
    }
}
