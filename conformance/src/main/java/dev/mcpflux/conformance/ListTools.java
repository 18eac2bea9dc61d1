package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import org.reactivestreams.Publisher;

/** Lists the tools and sends a ping as the second request. */
record ListTools() implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools().then(host.session(ConformanceClient.SERVER).flatMap(session -> session.ping()));
    }
}
