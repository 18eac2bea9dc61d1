package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** A question of the server could not be answered: the application's handler failed or took too long. */
public final class McpHandlerException extends McpException {

    private static final long serialVersionUID = 1L;

    public McpHandlerException(@Nullable String server, String problem, @Nullable Throwable cause) {
        super(server, problem, Diagnostics.NONE, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
