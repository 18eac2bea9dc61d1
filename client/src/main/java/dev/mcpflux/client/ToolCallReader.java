package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.DirectReader;
import dev.mcpflux.jsonrpc.JsonValues;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Binding;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.DirectReaders;
import dev.mcpflux.protocol.Tasks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

/**
 * Deserializes the result of {@code tools/call} member by member. It is on the path of every call; the default
 * deserializer buffers all fifteen members in an array, and looks each one up, before it creates the record.
 */
final class ToolCallReader extends ValueDeserializer<RoundResult.ToolCall> {

    private static final DirectReader<RoundResult.ToolCall> READER = ToolCallReader::read;

    @Override
    public boolean isCachable() {
        return true;
    }

    @Override
    public RoundResult.ToolCall deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return context.reportInputMismatch(RoundResult.ToolCall.class, "a result is an object");
        }
        try {
            return read(parser);
        } catch (IllegalArgumentException e) {
            return context.reportInputMismatch(RoundResult.ToolCall.class, "%s", e.getMessage());
        }
    }

    /** The reader for results of this type; null if it is not that of {@code tools/call}. */
    static @Nullable DirectReader<?> find(Class<?> type) {
        return type == RoundResult.ToolCall.class ? READER : null;
    }

    /** See {@link DirectReader}. */
    static RoundResult.ToolCall read(JsonParser parser) {
        List<Content> content = List.of();
        JsonNode structuredContent = null;
        Boolean isError = null;
        JsonNode meta = null;
        String resultType = null;
        Map<String, Tasks.InputRequest> inputRequests = null;
        String requestState = null;
        Tasks.Task task = null;
        String taskId = null;
        String status = null;
        String statusMessage = null;
        String createdAt = null;
        String lastUpdatedAt = null;
        Long ttlMs = null;
        Long pollIntervalMs = null;
        Map<String, JsonNode> others = null;
        String name = parser.nextName();
        try {
            for (; name != null; name = parser.nextName()) {
                parser.nextToken();
                switch (name) {
                    case "content" -> content = content(parser);
                    case "structuredContent" -> structuredContent = JsonValues.tree(parser);
                    case "isError" -> isError = JsonValues.truth(parser);
                    case "_meta" -> meta = Binding.metadata(JsonValues.tree(parser));
                    case "resultType" -> resultType = JsonValues.text(parser);
                    case "inputRequests" -> inputRequests = inputRequests(parser);
                    case "requestState" -> requestState = JsonValues.text(parser);
                    case "task" -> task = JsonValues.bound(parser, Tasks.Task.class);
                    case "taskId" -> taskId = JsonValues.text(parser);
                    case "status" -> status = JsonValues.text(parser);
                    case "statusMessage" -> statusMessage = JsonValues.text(parser);
                    case "createdAt" -> createdAt = JsonValues.text(parser);
                    case "lastUpdatedAt" -> lastUpdatedAt = JsonValues.text(parser);
                    case "ttlMs" -> ttlMs = JsonValues.whole(parser);
                    case "pollIntervalMs" -> pollIntervalMs = JsonValues.whole(parser);
                    default -> others = JsonValues.other(others, name, parser);
                }
            }
        } catch (JacksonException e) {
            throw e.prependPath(RoundResult.ToolCall.class, name);
        }
        return new RoundResult.ToolCall(
                content,
                structuredContent,
                isError,
                meta,
                resultType,
                inputRequests,
                requestState,
                task,
                taskId,
                status,
                statusMessage,
                createdAt,
                lastUpdatedAt,
                ttlMs,
                pollIntervalMs,
                others == null ? Map.of() : others);
    }

    private static List<Content> content(JsonParser parser) {
        List<Content> blocks = JsonValues.objects(parser, Content.class, DirectReaders::content);
        return blocks == null ? List.of() : blocks;
    }

    private static @Nullable Map<String, Tasks.InputRequest> inputRequests(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NULL
                ? null
                : McpJson.mapper().readerForMapOf(Tasks.InputRequest.class).readValue(parser);
    }
}
