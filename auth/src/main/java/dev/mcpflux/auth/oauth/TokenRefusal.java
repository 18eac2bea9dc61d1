package dev.mcpflux.auth.oauth;

import dev.mcpflux.error.McpAuthorizationException;

/** The token endpoint has refused a grant, with an error code that decides what comes next. Never leaves this package. */
final class TokenRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String clientId;
    private final McpAuthorizationException error;

    TokenRefusal(String code, String clientId, McpAuthorizationException error) {
        super(error.getMessage(), error, false, false);
        this.code = code;
        this.clientId = clientId;
        this.error = error;
    }

    /** For example {@code invalid_grant} (RFC 6749, 5.2). */
    String code() {
        return code;
    }

    /** The client that asked. */
    String clientId() {
        return clientId;
    }

    /** Whether the same grant would be refused again. */
    boolean isFinal() {
        return !error.isTransient();
    }

    /** What the caller gets. */
    McpAuthorizationException error() {
        return error;
    }
}
