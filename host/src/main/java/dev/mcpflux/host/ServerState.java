package dev.mcpflux.host;

import java.util.Locale;

/** Where a server is in its life. */
public enum ServerState {
    /** It waits for its turn to be started. */
    PENDING,
    /** It is being started or reached, or both sides are agreeing on a revision. */
    STARTING,
    /** It can be used. */
    READY,
    /** It could not be started, or was lost; {@link ServerStatus#error()} is the reason. */
    FAILED,
    /** It is switched off in the configuration, and never started; {@link ServerStatus#error()} names the switch. */
    DISABLED,
    /** It is being taken down. */
    CLOSING,
    /** It is gone, as it should be. */
    CLOSED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
