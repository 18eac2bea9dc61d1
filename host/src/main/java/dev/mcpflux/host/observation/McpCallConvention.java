package dev.mcpflux.host.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** How the observation of a call is named. Those that change little extend {@link DefaultMcpCallConvention}. */
public interface McpCallConvention extends ObservationConvention<McpCallContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof McpCallContext;
    }
}
