package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Lists the tools, then calls some of them, all at the same time. */
record CallTools(List<Call> calls) implements Scenario {

    CallTools(Call... calls) {
        this(List.of(calls));
    }

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools()
                .thenMany(Flux.fromIterable(calls))
                .flatMap(call -> host.callTool(call.tool(), call.arguments()).map(call::verify));
    }
}
