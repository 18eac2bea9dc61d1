package dev.mcpflux.error;

import dev.mcpflux.protocol.CallToolResult;
import org.jspecify.annotations.Nullable;

/** A tool reported an error to a caller that requested a value instead of a result. */
public final class McpToolErrorException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient CallToolResult result;

    public McpToolErrorException(@Nullable String server, String tool, String problem, CallToolResult result) {
        super(server, "tool '" + tool + "' " + problem);
        this.result = result;
    }

    /** The result as received. */
    public CallToolResult result() {
        return result;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
