package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** A server could not be started: its command is not there, or it ended before it was ready. No call was sent to it. */
public final class McpStartException extends McpConnectionException {

    private static final long serialVersionUID = 1L;

    public McpStartException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpStartException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(server, problem, diagnostics, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
