package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The link to a server was lost; whether a call that was in flight had an effect is unknown. */
public sealed class McpConnectionException extends McpException permits McpStartException {

    private static final long serialVersionUID = 1L;

    public McpConnectionException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpConnectionException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(server, problem, diagnostics, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
