package dev.mcpflux.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something took longer than its limit. */
public final class McpTimeoutException extends McpException {

    private static final long serialVersionUID = 1L;

    /** Which wait it was. */
    public enum Phase {
        /** Starting or reaching the server. */
        LAUNCH,
        /** Agreeing on a revision of the protocol. */
        HANDSHAKE,
        /** A request, from when it was subscribed to its response. */
        REQUEST,
        /** A request, since the last sign of life that belongs to it. */
        IDLE,
        /** Taking a server down. */
        CLOSE
    }

    private final Phase phase;
    private final Duration limit;

    public McpTimeoutException(
            @Nullable String server, Phase phase, String what, Duration limit, Diagnostics diagnostics) {
        super(server, what + " took longer than " + text(limit), diagnostics, null);
        this.phase = phase;
        this.limit = limit;
    }

    public Phase phase() {
        return phase;
    }

    /** The limit that was exceeded. */
    public Duration limit() {
        return limit;
    }

    @Override
    public boolean isTransient() {
        return true;
    }

    private static String text(Duration d) {
        return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    }
}
