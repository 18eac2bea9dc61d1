package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/**
 * There is no resource with that URI (error -32602, or -32002 from servers up to 2025-11-25; specification:
 * server/resources, error handling).
 */
public final class McpResourceNotFoundException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    private final String uri;

    McpResourceNotFoundException(@Nullable String server, String uri, JsonRpcError error) {
        super(server, "resources/read", error);
        this.uri = uri;
    }

    /** The URI of the request. */
    public String uri() {
        return uri;
    }
}
