package dev.mcpflux.host.server;

import java.util.Locale;

/** Where a server is in its life; {@link ServerLife} has the details. */
public enum ServerState {
    /** It waits for its turn to be started. */
    PENDING,
    /** It is switched off in the configuration and never started; {@link ServerStatus#error()} names the switch. */
    DISABLED,
    /** It is not running, and the next use starts it. */
    IDLE,
    /** It is being started or reached, or both sides are agreeing on a revision. */
    STARTING,
    /** It can be used. */
    READY,
    /** It can be used, but has failed repeatedly or asked for a pause; {@link ServerStatus#error()} is the reason. */
    DEGRADED,
    /** It was lost or could not be started, and is started again after a delay. */
    BACKING_OFF,
    /** It could not be started, or was lost, and is not started again by itself; {@link ServerStatus#error()} is the reason. */
    FAILED,
    /** It was lost too often, and is not started again before somebody asks for it. */
    QUARANTINED,
    /** It is being closed. */
    CLOSING,
    /** It is closed. */
    CLOSED;

    /** Whether the server has a session that can be used. */
    public boolean isUsable() {
        return this == READY || this == DEGRADED;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
