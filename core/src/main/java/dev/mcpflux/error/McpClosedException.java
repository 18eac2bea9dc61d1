package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The connection, the session or the host was closed by this side. */
public final class McpClosedException extends McpException {

    private static final long serialVersionUID = 1L;

    private final CallOutcome outcome;

    /** It was closed before a request could be sent. */
    public McpClosedException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null, CallOutcome.NOT_SENT);
    }

    /**
     * It was closed.
     *
     * @param outcome whether the request that failed by it may have been sent
     */
    public McpClosedException(
            @Nullable String server,
            String problem,
            Diagnostics diagnostics,
            @Nullable Throwable cause,
            CallOutcome outcome) {
        super(server, problem, diagnostics, cause);
        this.outcome = outcome;
    }

    @Override
    public boolean isTransient() {
        return false;
    }

    @Override
    public CallOutcome outcome() {
        return outcome;
    }
}
