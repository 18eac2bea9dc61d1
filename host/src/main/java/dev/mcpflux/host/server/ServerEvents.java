package dev.mcpflux.host.server;

import dev.mcpflux.client.SessionEvent;

/** Receives what happens to a server. Its methods return at once and throw nothing. */
public interface ServerEvents {

    /** The life of a server has changed. Called for one change at a time, in the order of the changes. */
    void changed(String server, ServerLife before, ServerLife after);

    /** The server, or the connection to it, has reported something. */
    void reported(String server, SessionEvent event);
}
