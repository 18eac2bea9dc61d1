/**
 * For implementers of transports and decorators: {@link dev.mcpflux.transport.spi.Transport} creates connections,
 * {@link dev.mcpflux.transport.spi.Connection} is an open one that carries exchanges, and
 * {@link dev.mcpflux.transport.spi.Multiplexer} turns any duplex stream of frames into one. Start with
 * {@code Transport}.
 */
@NullMarked
package dev.mcpflux.transport.spi;

import org.jspecify.annotations.NullMarked;
