package dev.mcpflux.conformance;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Validates the arguments of a tool against its schema before the call. The schema refers to the network: nothing is
 * fetched, so the arguments cannot be validated, and the tool is not called.
 */
record RefuseSchemas(String tool, Map<String, ?> arguments) implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        Mono<CallToolResult> call = host.callTool(
                tool,
                arguments,
                RequestOptions.builder().validateArguments(true).build());
        return call.map(result -> false)
                .onErrorResume(McpValidationException.class, e -> Mono.just(true))
                .filter(refused -> refused)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException(
                        "expected that '" + tool + "' is not called, since its schema refers to the network")));
    }
}
