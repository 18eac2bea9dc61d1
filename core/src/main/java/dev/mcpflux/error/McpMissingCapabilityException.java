package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The server needs something that this client does not offer: a handler that is not registered, or an extension that was
 * not asked for (error -32021, specification 2026-07-28: basic, error codes).
 */
public final class McpMissingCapabilityException extends McpPeerErrorException {

    private static final long serialVersionUID = 1L;

    McpMissingCapabilityException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method, error);
    }

    /** What is missing, in the form in which a client declares its capabilities; null if the server does not say. */
    public @Nullable JsonNode requiredCapabilities() {
        JsonNode data = error().data();
        return data == null ? null : data.get("requiredCapabilities");
    }
}
