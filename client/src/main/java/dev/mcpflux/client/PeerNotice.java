package dev.mcpflux.client;

import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What a server reported by itself.
 *
 * @param caller by whose session; null by the one of all
 */
record PeerNotice(@Nullable Caller caller, SessionEvent event) {

    boolean isFor(@Nullable Caller listener) {
        return caller == null || caller.equals(listener);
    }
}
