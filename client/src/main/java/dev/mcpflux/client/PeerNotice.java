package dev.mcpflux.client;

import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A notification that belongs to no request.
 *
 * @param caller the caller whose session received it; null for the shared session
 */
record PeerNotice(@Nullable Caller caller, SessionEvent event) {

    boolean isFor(@Nullable Caller listener) {
        return caller == null || caller.equals(listener);
    }
}
