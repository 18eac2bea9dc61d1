/**
 * Observes hosts with Micrometer: spans and timers of calls, sessions and starts under the names of OpenTelemetry, and meters of
 * servers. Start reading at {@link dev.mcpflux.host.observation.McpObservation}. Nothing else uses this package, so that an
 * application without Micrometer loads none of it.
 */
@NullMarked
package dev.mcpflux.host.observation;

import org.jspecify.annotations.NullMarked;
