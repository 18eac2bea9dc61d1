package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The server needs a capability that this client does not declare: a handler that is not registered, or an extension
 * that is not enabled (error -32021, specification 2026-07-28: basic, error codes).
 */
public final class McpMissingCapabilityException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    McpMissingCapabilityException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method, error);
    }

    /** The missing capabilities, in the form in which a client declares them; null if the server does not name them. */
    public @Nullable JsonNode requiredCapabilities() {
        JsonNode data = error().data();
        return data == null ? null : data.get("requiredCapabilities");
    }
}
