package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Reports the progress of a call to the caller.
 *
 * <p>MCP 2025-11-25, <em>Progress</em>: only a request with a {@code progressToken} in its {@code _meta} receives
 * notifications.
 */
@FunctionalInterface
interface Progress {

    /** For requests without a token. */
    Progress UNWANTED = (done, total, message) -> Mono.empty();

    /** Completes when the notification is on its way. */
    Mono<Void> report(int done, int total, String message);

    static Progress of(McpAsyncServerExchange exchange, CallToolRequest request) {
        Map<String, Object> meta = request.meta();
        Object token = meta == null ? null : meta.get("progressToken");
        if (token == null) {
            return UNWANTED;
        }
        return (done, total, message) -> exchange.progressNotification(ProgressNotification.builder(token, done)
                .total((double) total)
                .message(message)
                .build());
    }
}
