/**
 * All servers as one: {@link dev.mcpflux.host.McpHost} starts what {@link dev.mcpflux.host.HostConfig} names, offers their
 * tools as one catalogue, routes calls, and takes everything down in reverse order of start.
 */
@NullMarked
package dev.mcpflux.host;

import org.jspecify.annotations.NullMarked;
