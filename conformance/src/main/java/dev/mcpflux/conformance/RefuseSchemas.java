package dev.mcpflux.conformance;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Asks for a call of a tool after its arguments have been checked against its schema, which refers to the network: nothing
 * is fetched, so nothing can be checked, and the call is not made.
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
