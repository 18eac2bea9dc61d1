package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import org.jspecify.annotations.Nullable;

/**
 * The peer answered a request with a JSON-RPC error. A tool's own error is no exception but a result. Errors that the
 * specification gives a meaning have types of their own ({@link #of}).
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
     * The exception for an error.
     *
     * @param subject what the request was about, the URI where it was to read a resource; else null
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
