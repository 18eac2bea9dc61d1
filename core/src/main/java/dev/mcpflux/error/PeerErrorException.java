package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/** The peer answered a request with a JSON-RPC error. A tool's own error is no exception but a result. */
public final class PeerErrorException extends McpException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_DETAIL = 200;

    private final transient JsonRpcError error;

    public PeerErrorException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method + " failed: " + error.message() + " (" + error.code() + ")" + detail(error));
        this.error = error;
    }

    /** Some servers say what matters in the data only. */
    private static String detail(JsonRpcError error) {
        if (error.data() == null || !error.data().isString()) {
            return "";
        }
        String text = error.data().stringValue();
        return ": " + (text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "…" : text);
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
