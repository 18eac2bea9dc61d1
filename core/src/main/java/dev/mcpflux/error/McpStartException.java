package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/**
 * A server could not be started: its command does not exist, or it ended before it was ready. No call was sent to it.
 */
public final class McpStartException extends McpConnectionException {

    private static final long serialVersionUID = 1L;

    public McpStartException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpStartException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        this(server, problem, diagnostics, cause, false);
    }

    /**
     * A server that did not start, or was not reached.
     *
     * @param isTransient whether another attempt may succeed without anybody changing anything: a server by the network may
     *     be back, a command that cannot be started cannot
     */
    public McpStartException(
            @Nullable String server,
            String problem,
            Diagnostics diagnostics,
            @Nullable Throwable cause,
            boolean isTransient) {
        super(server, problem, diagnostics, cause, isTransient, CallOutcome.NOT_SENT);
    }
}
