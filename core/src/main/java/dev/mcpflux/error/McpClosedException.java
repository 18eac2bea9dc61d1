package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The connection, the session or the host was closed by this side. */
public final class McpClosedException extends McpException {

    private static final long serialVersionUID = 1L;

    public McpClosedException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpClosedException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(server, problem, diagnostics, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
