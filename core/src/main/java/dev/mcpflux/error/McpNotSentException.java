package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** A message was not sent, because it cannot be written as JSON or is too large. The server has received nothing. */
public final class McpNotSentException extends McpException {

    private static final long serialVersionUID = 1L;

    public McpNotSentException(@Nullable String server, String problem, @Nullable Throwable cause) {
        super(server, problem, Diagnostics.NONE, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
