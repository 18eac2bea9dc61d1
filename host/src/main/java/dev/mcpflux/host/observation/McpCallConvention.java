package dev.mcpflux.host.observation;

import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/** How the observation of a call is named. Those that change little extend {@link DefaultMcpCallConvention}. */
public interface McpCallConvention extends GlobalObservationConvention<McpCallContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof McpCallContext;
    }
}
