package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Calls every listed tool with the same arguments, one after the other; fails without any tool. */
record CallEveryTool(Map<String, ?> arguments) implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("expected a tool, got none")))
                .map(tool -> Call.call(tool.name(), arguments))
                .concatMap(call -> host.callTool(call.tool(), call.arguments()).map(call::verify));
    }
}
