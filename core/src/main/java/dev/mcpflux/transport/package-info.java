/**
 * The part of connections that applications see: the {@link dev.mcpflux.transport.Caller} of a request, the
 * {@link dev.mcpflux.transport.ConnectionEvent events} of a connection, and its {@link dev.mcpflux.transport.Termination end}.
 * Start with {@code Caller}.
 */
@NullMarked
package dev.mcpflux.transport;

import org.jspecify.annotations.NullMarked;
