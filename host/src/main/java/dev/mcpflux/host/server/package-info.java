/**
 * One server of a host across all its starts: its life, its supervision, and the way to its session. Start reading at
 * {@link dev.mcpflux.host.server.ServerHandle}, then {@link dev.mcpflux.host.server.ServerLife}, whose pure function
 * {@code LifeChanges.next} says how a life goes on. {@link dev.mcpflux.host.server.ServerSupervisor} does what has to be done
 * when it has changed; {@code CallGate} counts, limits and refuses uses.
 */
@NullMarked
package dev.mcpflux.host.server;

import org.jspecify.annotations.NullMarked;
