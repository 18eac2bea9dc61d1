package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/** The peer answered a request with a JSON-RPC error. A tool's own error is no exception but a result. */
public final class PeerErrorException extends McpException {

    private static final long serialVersionUID = 1L;

    private final transient JsonRpcError error;

    public PeerErrorException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method + " failed: " + error.message() + " (" + error.code() + ")");
        this.error = error;
    }

    /** What the peer answered. */
    public JsonRpcError error() {
        return error;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
