/**
 * What reaches a server: {@link dev.mcpflux.transport.Transport} is the recipe, {@link
 * dev.mcpflux.transport.Connection} one live link made of exchanges, and {@link dev.mcpflux.transport.Multiplexer} turns
 * any duplex stream of frames into one.
 */
@NullMarked
package dev.mcpflux.transport;

import org.jspecify.annotations.NullMarked;
