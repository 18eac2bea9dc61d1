/**
 * The second chain: filters see every operation of a host before it goes to a server, and everything that comes back. Start
 * reading at {@link dev.mcpflux.host.filter.HostFilter}.
 */
@NullMarked
package dev.mcpflux.host.filter;

import org.jspecify.annotations.NullMarked;
