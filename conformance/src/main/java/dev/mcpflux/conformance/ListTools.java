package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import org.reactivestreams.Publisher;

/** Lists the tools and sends a ping as the second request. */
record ListTools() implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return host.tools().then(host.server(ConformanceClient.SERVER).useOne(session -> session.ping()));
    }
}
