package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import org.reactivestreams.Publisher;

/** The steps of one kind of scenario. */
@FunctionalInterface
interface Scenario {

    /** Runs the steps; fails if a result is not the expected one. The emitted elements are ignored. */
    Publisher<?> play(McpHost host);
}
