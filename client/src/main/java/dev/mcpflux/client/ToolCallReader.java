package dev.mcpflux.client;

import dev.mcpflux.protocol.Binding;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

/**
 * Deserializes the result of {@code tools/call} member by member. It is on the path of every call; the default
 * deserializer buffers all fifteen members in an array, and looks each one up, before it creates the record.
 */
final class ToolCallReader extends ValueDeserializer<RoundResult.ToolCall> {

    // set once, before the first use
    private @Nullable ValueDeserializer<Object> block;

    @Override
    public boolean isCachable() {
        return true;
    }

    @Override
    public void resolve(DeserializationContext context) {
        block = context.findRootValueDeserializer(context.constructType(Content.class));
    }

    @Override
    public RoundResult.ToolCall deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return context.reportInputMismatch(RoundResult.ToolCall.class, "a result is an object");
        }
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
                    case "content" -> content = content(parser, context, block);
                    case "structuredContent" -> structuredContent = context.readTree(parser);
                    case "isError" -> isError = Binding.value(Boolean.class, parser, context);
                    case "_meta" -> meta = Binding.metadata(parser, context);
                    case "resultType" -> resultType = Binding.text(parser, context);
                    case "inputRequests" -> inputRequests = inputRequests(parser, context);
                    case "requestState" -> requestState = Binding.text(parser, context);
                    case "task" -> task = Binding.value(Tasks.Task.class, parser, context);
                    case "taskId" -> taskId = Binding.text(parser, context);
                    case "status" -> status = Binding.text(parser, context);
                    case "statusMessage" -> statusMessage = Binding.text(parser, context);
                    case "createdAt" -> createdAt = Binding.text(parser, context);
                    case "lastUpdatedAt" -> lastUpdatedAt = Binding.text(parser, context);
                    case "ttlMs" -> ttlMs = Binding.value(Long.class, parser, context);
                    case "pollIntervalMs" -> pollIntervalMs = Binding.value(Long.class, parser, context);
                    default -> {
                        if (others == null) {
                            others = new LinkedHashMap<>();
                        }
                        others.put(name, context.readTree(parser));
                    }
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

    private static List<Content> content(
            JsonParser parser, DeserializationContext context, @Nullable ValueDeserializer<Object> reader) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return context.reportInputMismatch(List.class, "content is an array");
        }
        Content only = null;
        List<Content> several = null;
        int index = 0;
        try {
            for (; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                Content block = reader == null
                        ? context.readValue(parser, Content.class)
                        : (Content) reader.deserialize(parser, context);
                if (index == 0) {
                    only = block;
                } else {
                    if (several == null) {
                        several = new ArrayList<>();
                        several.add(only);
                    }
                    several.add(block);
                }
            }
        } catch (JacksonException e) {
            throw e.prependPath(List.class, index);
        }
        return several != null ? several : only != null ? List.of(only) : List.of();
    }

    private static @Nullable Map<String, Tasks.InputRequest> inputRequests(
            JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        JavaType type = context.getTypeFactory().constructMapType(Map.class, String.class, Tasks.InputRequest.class);
        return context.readValue(parser, type);
    }
}
