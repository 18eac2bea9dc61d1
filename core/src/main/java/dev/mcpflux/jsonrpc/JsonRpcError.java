package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The error object of a JSON-RPC response (JSON-RPC 2.0, section 5.1).
 *
 * @param code what kind of error, an integer; see the constants
 * @param message one sentence
 * @param data what the peer adds, as it was sent
 */
public record JsonRpcError(
        int code, String message, @Nullable JsonNode data) {

    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;

    public JsonRpcError {
        // the specification requires a message; a peer that leaves it out is still understood
        message = message == null ? "" : message;
    }

    public JsonRpcError(int code, String message) {
        this(code, message, null);
    }
}
