package dev.mcpflux.client;

import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.protocol.CallToolResult;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Binds the structured content of a result to a type of the application (specification: server/tools, structured
 * content).
 */
final class StructuredContent {

    private StructuredContent() {}

    static <T> T of(McpSession session, String tool, CallToolResult result, Class<T> type) {
        return of(session, tool, result, type.getSimpleName(), () -> result.structured(type));
    }

    static <T> T of(McpSession session, String tool, CallToolResult result, TypeReference<T> type) {
        return of(session, tool, result, type.getType().getTypeName(), () -> result.structured(type));
    }

    private static <T> T of(McpSession session, String tool, CallToolResult result, String type, Supplier<T> bound) {
        if (result.isError()) {
            String problem = "reported an error: " + session.mask(result.text());
            throw new McpToolErrorException(session.name(), tool, problem, result);
        }
        // a JSON null is not a value
        if (result.structuredContent() == null || result.structuredContent().isNull()) {
            throw new McpToolErrorException(session.name(), tool, "gave no structured content", result);
        }
        try {
            return bound.get();
        } catch (JacksonException e) {
            // without the cause, whose message quotes the content
            throw new McpToolErrorException(
                    session.name(), tool, "gave structured content that is not a " + type, result);
        }
    }
}
