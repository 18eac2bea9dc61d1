/**
 * What an application sees of connections. A {@link dev.mcpflux.transport.Caller} says on whose behalf a request is made, a
 * {@link dev.mcpflux.transport.ConnectionEvent} what happened, and a {@link dev.mcpflux.transport.Termination} why it ended.
 * Start with {@code Caller}.
 */
@NullMarked
package dev.mcpflux.transport;

import org.jspecify.annotations.NullMarked;
