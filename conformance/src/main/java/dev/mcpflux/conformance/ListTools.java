package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import org.reactivestreams.Publisher;

/** Lists the tools, whatever they are, and asks for a sign of life: the second thing that is said to the server. */
record ListTools() implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools().then(host.session(ConformanceClient.SERVER).flatMap(session -> session.ping()));
    }
}
