package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/**
 * The peer responded with a JSON-RPC error. An error of a tool is a result, not an exception. Errors with a meaning in
 * the specification have their own types ({@link #of}).
 */
public class McpPeerErrorException extends McpException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_DETAIL = 200;

    private final transient JsonRpcError error;

    public McpPeerErrorException(@Nullable String server, String method, JsonRpcError error) {
        super(server, method + " failed: " + error.message() + " (" + error.code() + ")" + detail(error));
        this.error = error;
    }

    /**
     * Creates the exception for an error.
     *
     * @param subject the URI of a request to read a resource; otherwise null
     */
    public static McpPeerErrorException of(
            @Nullable String server, String method, @Nullable String subject, JsonRpcError error) {
        return switch (error.code()) {
            case JsonRpcError.HEADER_MISMATCH -> new McpHeaderMismatchException(server, method, error);
            case JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY ->
                new McpMissingCapabilityException(server, method, error);
            case JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION -> new McpUnsupportedVersionException(server, method, error);
            case JsonRpcError.URL_ELICITATION_REQUIRED -> new McpUrlElicitationRequiredException(server, method, error);
            case JsonRpcError.RESOURCE_NOT_FOUND, JsonRpcError.INVALID_PARAMS ->
                subject != null && method.equals("resources/read")
                        ? new McpResourceNotFoundException(server, subject, error)
                        : new McpPeerErrorException(server, method, error);
            default -> new McpPeerErrorException(server, method, error);
        };
    }

    /** Some servers put the important text into the data only. */
    private static String detail(JsonRpcError error) {
        if (error.data() == null || !error.data().isString()) {
            return "";
        }
        String text = error.data().stringValue();
        return ": " + (text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "…" : text);
    }

    /** The JSON-RPC error. */
    public JsonRpcError error() {
        return error;
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
