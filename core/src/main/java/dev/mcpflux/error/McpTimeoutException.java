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
    private final @Nullable String source;

    public McpTimeoutException(
            @Nullable String server, Phase phase, String what, Duration limit, Diagnostics diagnostics) {
        this(server, phase, what, limit, null, diagnostics);
    }

    /**
     * Something took too long.
     *
     * @param source where the limit comes from, such as a key of a file and its unit, or null where that is not known
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

    /** The same, where it becomes known where the limit comes from; this one, if it is known already. */
    public McpTimeoutException withSource(String place) {
        return source != null ? this : new McpTimeoutException(this, place);
    }

    /** Where the limit comes from, such as a key of a file; null where that is not known. */
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

    /** Nothing is sent before the server has been started and agreed on a revision. */
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
