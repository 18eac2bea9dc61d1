package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import org.reactivestreams.Publisher;

/** What is done with the server of one kind of scenario. */
@FunctionalInterface
interface Scenario {

    /** Does it; fails if something does not come out as it should. What is emitted does not matter. */
    Publisher<?> play(McpHost host);
}
