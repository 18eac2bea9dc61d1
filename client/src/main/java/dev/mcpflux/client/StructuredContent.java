package dev.mcpflux.client;

import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.protocol.CallToolResult;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Binds the structured content of a result to a type of the application (specification: server/tools, structured
 * content).
 */
public final class StructuredContent {

    private StructuredContent() {}

    static <T> T of(McpSession session, String tool, CallToolResult result, Class<T> type) {
        return of(session.name(), session::mask, tool, result, type);
    }

    static <T> T of(McpSession session, String tool, CallToolResult result, TypeReference<T> type) {
        return of(session.name(), session::mask, tool, result, type);
    }

    /**
     * The structured content of a result as a value.
     *
     * @param mask masks the configured secrets of the server in the message of a failure
     * @throws McpToolErrorException if the tool reports an error, returns no structured content, or content of another type
     */
    public static <T> T of(
            String server, UnaryOperator<String> mask, String tool, CallToolResult result, Class<T> type) {
        return of(server, mask, tool, result, type.getSimpleName(), () -> result.structured(type));
    }

    /** As {@link #of(String, UnaryOperator, String, CallToolResult, Class)}, for a generic type. */
    public static <T> T of(
            String server, UnaryOperator<String> mask, String tool, CallToolResult result, TypeReference<T> type) {
        return of(server, mask, tool, result, type.getType().getTypeName(), () -> result.structured(type));
    }

    private static <T> T of(
            String server,
            UnaryOperator<String> mask,
            String tool,
            CallToolResult result,
            String type,
            Supplier<T> bound) {
        if (result.isError()) {
            String problem = "reported an error: " + mask.apply(result.text());
            throw new McpToolErrorException(server, tool, problem, result);
        }
        // a JSON null is not a value
        if (result.structuredContent() == null || result.structuredContent().isNull()) {
            throw new McpToolErrorException(server, tool, "gave no structured content", result);
        }
        try {
            return bound.get();
        } catch (JacksonException e) {
            // without the cause, whose message quotes the content
            throw new McpToolErrorException(server, tool, "gave structured content that is not a " + type, result);
        }
    }
}
