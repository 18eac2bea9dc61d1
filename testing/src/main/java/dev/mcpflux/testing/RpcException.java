package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An error that a server in memory answers a request with. */
final class RpcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient JsonRpcError error;

    RpcException(JsonRpcError error) {
        super(error.message());
        this.error = error;
    }

    RpcException(int code, String message) {
        this(new JsonRpcError(code, message));
    }

    /** "the server MUST return a MissingRequiredClientCapabilityError" (2026-07-28: basic, _meta). */
    static RpcException missingCapability(String capability, boolean modern) {
        String message = "the client did not declare the capability " + capability;
        if (!modern) {
            return new RpcException(JsonRpcError.INVALID_REQUEST, message);
        }
        ObjectNode data = McpJson.mapper().createObjectNode();
        ObjectNode required = data.putObject("requiredCapabilities");
        for (String part : capability.split("\\.")) {
            required = required.putObject(part);
        }
        return new RpcException(new JsonRpcError(JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY, message, data));
    }

    /** "it MUST respond with an UnsupportedProtocolVersionError" (2026-07-28: basic/versioning). */
    static RpcException unsupportedVersion(Iterable<String> supported, @Nullable String requested) {
        ObjectNode data = McpJson.mapper().createObjectNode();
        supported.forEach(data.putArray("supported")::add);
        data.put("requested", requested);
        return new RpcException(
                new JsonRpcError(JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION, "Unsupported protocol version", data));
    }

    /** "-32002 … replaced by -32602" (2026-07-28: basic, error codes). */
    static RpcException resourceNotFound(String uri, boolean modern) {
        JsonNode data = McpJson.mapper().createObjectNode().put("uri", uri);
        int code = modern ? JsonRpcError.INVALID_PARAMS : JsonRpcError.RESOURCE_NOT_FOUND;
        return new RpcException(new JsonRpcError(code, "Resource not found: " + uri, data));
    }

    JsonRpcError error() {
        return error;
    }
}
