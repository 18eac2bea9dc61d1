/**
 * What an application sees of a connection: {@link dev.mcpflux.transport.ConnectionEvent},
 * {@link dev.mcpflux.transport.Termination}, and the {@link dev.mcpflux.transport.Caller} on whose behalf a request is
 * made. Start with {@code Caller}.
 */
@NullMarked
package dev.mcpflux.transport;

import org.jspecify.annotations.NullMarked;
