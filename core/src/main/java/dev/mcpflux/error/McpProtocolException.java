package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** The peer violated the protocol, or supports no revision that this side knows. */
public final class McpProtocolException extends McpException {

    private static final long serialVersionUID = 1L;

    public McpProtocolException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    public McpProtocolException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(server, problem, diagnostics, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
