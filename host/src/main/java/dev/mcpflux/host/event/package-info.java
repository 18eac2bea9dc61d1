/** What happens in a host, as data: {@link dev.mcpflux.host.event.HostEvent}. */
@NullMarked
package dev.mcpflux.host.event;

import org.jspecify.annotations.NullMarked;
