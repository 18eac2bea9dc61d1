package dev.mcpflux.host.observation;

import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;

/**
 * How the observation of a start or a session is named. Those that change little extend {@link DefaultMcpStartConvention} or
 * {@link DefaultMcpSessionConvention}.
 */
public interface McpServerConvention extends GlobalObservationConvention<McpServerContext> {

    /** Which of the two this is for. */
    McpServerContext.Phase phase();

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof McpServerContext server && server.phase() == phase();
    }
}
