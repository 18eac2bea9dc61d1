package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/**
 * The server found headers that contradict the message (error -32020, specification 2026-07-28: basic, error codes).
 */
public final class McpHeaderMismatchException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    McpHeaderMismatchException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method, error);
    }
}
