package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import reactor.core.publisher.Mono;

/** What a tool does once its arguments have been taken apart. */
@FunctionalInterface
interface ToolHandler {

    /**
     * Answers one call.
     *
     * <p><strong>Cancellation:</strong> the Mono is cancelled when the client cancels the request and when the session
     * ends; the work must stop then.
     *
     * @return the result, or a {@link ToolFailure} as an error
     */
    Mono<CallToolResult> call(Arguments arguments, Progress progress);
}
