package dev.mcpflux.host;

import dev.mcpflux.host.event.HostEvent;

/**
 * Follows hosts from their start to their end, such as to count what happens. Unlike a subscriber of {@link McpHost#events()} it
 * misses no event, and sees each one before the call or the start that caused it goes on.
 */
@FunctionalInterface
public interface HostMonitor {

    /**
     * Begins to follow a host; called once for each host, when it is started and before its servers are. A host that is closed
     * without having been started is not followed.
     */
    Watch watch(McpHost host);

    /**
     * Follows one host. Called on the threads on which events arise, also by several at once; the changes of the state of one
     * server come one after the other. A method must return at once; what it throws is logged.
     */
    interface Watch {

        /** Something has happened. The first events are the current state of each server. */
        void onEvent(HostEvent event);

        /** The host is closed, and everything of it is released; called once. An event that arises meanwhile may still come after it. */
        void onClosed();
    }
}
