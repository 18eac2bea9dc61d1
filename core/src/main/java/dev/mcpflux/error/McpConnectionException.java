package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The link to a server was lost; whether a call that was in flight had an effect is unknown. */
public sealed class McpConnectionException extends McpException permits McpStartException {

    private static final long serialVersionUID = 1L;

    private final boolean isTransient;

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
        super(server, problem, diagnostics, cause);
        this.isTransient = isTransient;
    }

    @Override
    public boolean isTransient() {
        return isTransient;
    }
}
