/**
 * All servers as one: {@link dev.mcpflux.host.McpHost} starts the servers of a {@link dev.mcpflux.host.HostConfig}, offers
 * their tools, prompts and resources as one catalogue, routes calls, and shuts everything down in reverse order of start.
 * Start reading at {@link dev.mcpflux.host.McpHost#use}, then {@link dev.mcpflux.host.server.ServerHandle}.
 *
 * <p>Inside: {@code ServerLife} says in which states a server can be, and {@code ServerSupervisor} takes it through them;
 * {@code CatalogueLists} keeps what servers list, for each caller; {@code Catalogue} and {@code ResourceRoutes} find the server
 * of a name or a URI; {@code Scope} holds what has to be closed, in order.
 */
@NullMarked
package dev.mcpflux.host;

import org.jspecify.annotations.NullMarked;
