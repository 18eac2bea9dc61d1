package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Calls every tool that is listed, one after the other, with the same arguments; there has to be one. */
record CallEveryTool(Map<String, ?> arguments) implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("expected a tool, got none")))
                .map(tool -> Call.call(tool.name(), arguments))
                .concatMap(call -> host.callTool(call.tool(), call.arguments()).map(call::verify));
    }
}
