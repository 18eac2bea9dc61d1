package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** A bounded queue is full: the server does not read what it is sent, or more is asked than may wait. */
public final class McpOverloadException extends McpException {

    private static final long serialVersionUID = 1L;

    public McpOverloadException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpOverloadException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(server, problem, diagnostics, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
