/**
 * Connections to servers: {@link dev.mcpflux.transport.Transport} creates them,
 * {@link dev.mcpflux.transport.Connection} is an open one that carries exchanges, and
 * {@link dev.mcpflux.transport.Multiplexer} turns any duplex stream of frames into one.
 */
@NullMarked
package dev.mcpflux.transport;

import org.jspecify.annotations.NullMarked;
