package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The link to a server was lost; {@link #outcome()} says whether a call that was under way may have had an effect. */
public sealed class McpConnectionException extends McpException permits McpStartException {

    private static final long serialVersionUID = 1L;

    private final boolean isTransient;
    private final CallOutcome outcome;

    public McpConnectionException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpConnectionException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        this(server, problem, diagnostics, cause, true);
    }

    /**
     * A connection that failed.
     *
     * @param isTransient whether another attempt may succeed without anybody changing anything, see {@link #isTransient()}
     */
    public McpConnectionException(
            @Nullable String server,
            String problem,
            Diagnostics diagnostics,
            @Nullable Throwable cause,
            boolean isTransient) {
        this(server, problem, diagnostics, cause, isTransient, CallOutcome.UNKNOWN);
    }

    /**
     * A request that failed with its connection.
     *
     * @param isTransient whether another attempt may succeed without anybody changing anything, see {@link #isTransient()}
     * @param outcome whether it may have been sent
     */
    public McpConnectionException(
            @Nullable String server,
            String problem,
            Diagnostics diagnostics,
            @Nullable Throwable cause,
            boolean isTransient,
            CallOutcome outcome) {
        super(server, problem, diagnostics, cause);
        this.isTransient = isTransient;
        this.outcome = outcome;
    }

    @Override
    public boolean isTransient() {
        return isTransient;
    }

    @Override
    public final CallOutcome outcome() {
        return outcome;
    }
}
