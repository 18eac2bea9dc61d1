/**
 * All servers as one: {@link dev.mcpflux.host.McpHost} starts what {@link dev.mcpflux.host.HostConfig} names, offers their
 * tools as one catalogue, routes calls, and takes everything down in reverse order of start. Which servers there are is data
 * ({@link dev.mcpflux.host.config.ServerDefinition}). Start reading at {@link dev.mcpflux.host.McpHost#use}.
 */
@NullMarked
package dev.mcpflux.host;

import org.jspecify.annotations.NullMarked;
