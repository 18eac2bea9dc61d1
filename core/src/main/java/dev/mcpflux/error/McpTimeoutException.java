package dev.mcpflux.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An operation took longer than its limit. */
public final class McpTimeoutException extends McpException {

    private static final long serialVersionUID = 1L;

    /** The kind of operation. */
    public enum Phase {
        /** Starting or connecting to the server. */
        LAUNCH,
        /** Negotiating a revision of the protocol. */
        HANDSHAKE,
        /** A request, from its subscription to its response. */
        REQUEST,
        /** A request, since the last message that belongs to it. */
        IDLE,
        /** Closing a server. */
        CLOSE
    }

    private final Phase phase;
    private final Duration limit;
    private final @Nullable String source;

    public McpTimeoutException(
            @Nullable String server, Phase phase, String what, Duration limit, Diagnostics diagnostics) {
        this(server, phase, what, limit, null, diagnostics);
    }

    /**
     * An operation took too long.
     *
     * @param source the origin of the limit, such as a key of a file and its unit, or null if it is unknown
     */
    public McpTimeoutException(
            @Nullable String server,
            Phase phase,
            String what,
            Duration limit,
            @Nullable String source,
            Diagnostics diagnostics) {
        super(server, problem(what, limit, source), diagnostics, null);
        this.phase = phase;
        this.limit = limit;
        this.source = source;
    }

    private McpTimeoutException(McpTimeoutException other, String source) {
        super(other.server(), other.problem() + " (" + source + ")", other.diagnostics(), other.getCause());
        this.phase = other.phase;
        this.limit = other.limit;
        this.source = source;
        setStackTrace(other.getStackTrace());
        for (Throwable suppressed : other.getSuppressed()) {
            addSuppressed(suppressed);
        }
    }

    private static String problem(String what, Duration limit, @Nullable String source) {
        return what + " took longer than " + text(limit) + (source == null ? "" : " (" + source + ")");
    }

    /** The same with the origin of the limit; unchanged if the origin is known already. */
    public McpTimeoutException withSource(String place) {
        return source != null ? this : new McpTimeoutException(this, place);
    }

    /** The origin of the limit, such as a key of a file; null if it is unknown. */
    public @Nullable String source() {
        return source;
    }

    public Phase phase() {
        return phase;
    }

    /** The limit that was exceeded. */
    public Duration limit() {
        return limit;
    }

    /** In these phases nothing is sent: the server has not been started, or no revision has been negotiated. */
    @Override
    public CallOutcome outcome() {
        return phase == Phase.LAUNCH || phase == Phase.HANDSHAKE ? CallOutcome.NOT_SENT : CallOutcome.UNKNOWN;
    }

    @Override
    public boolean isTransient() {
        return true;
    }

    private static String text(Duration d) {
        return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
    }
}
