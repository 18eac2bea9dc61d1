package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/** What all tools of this server have in common: they only read, and their failures are results. */
final class Tools {

    private Tools() {}

    /**
     * Combines the declaration of a tool with its handler.
     *
     * @param properties the names of its arguments; a call with others fails
     */
    static AsyncToolSpecification specification(Tool tool, Set<String> properties, ToolHandler handler) {
        return new AsyncToolSpecification(
                tool,
                (exchange, request) -> Mono.defer(() -> handler.call(
                                Arguments.of(request.arguments(), properties), Progress.of(exchange, request)))
                        .onErrorResume(ToolFailure.class, failure -> Mono.just(failed(failure))));
    }

    /** A declaration with the annotations of a tool that looks things up in a closed set. */
    static Tool declare(
            String name,
            String title,
            String description,
            Map<String, Object> inputSchema,
            Map<String, Object> outputSchema) {
        return Tool.builder(name, inputSchema)
                .title(title)
                .description(description)
                .outputSchema(outputSchema)
                .annotations(ToolAnnotations.builder()
                        .title(title)
                        .readOnlyHint(true)
                        .destructiveHint(false)
                        .idempotentHint(true)
                        .openWorldHint(false)
                        .build())
                .build();
    }

    /** A result for people and for programs at once. */
    static CallToolResult result(String text, Object structured) {
        return CallToolResult.builder()
                .addTextContent(text)
                .structuredContent(structured)
                .isError(false)
                .build();
    }

    private static CallToolResult failed(ToolFailure failure) {
        return CallToolResult.builder()
                .addTextContent(String.valueOf(failure.getMessage()))
                .isError(true)
                .build();
    }
}
