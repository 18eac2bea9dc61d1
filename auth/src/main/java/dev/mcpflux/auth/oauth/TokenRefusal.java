package dev.mcpflux.auth.oauth;

import dev.mcpflux.error.McpAuthorizationException;

/** The token endpoint has refused a grant, with an error code that decides what comes next. Never leaves this package. */
final class TokenRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final McpAuthorizationException error;

    TokenRefusal(String code, McpAuthorizationException error) {
        super(error.getMessage(), error, false, false);
        this.code = code;
        this.error = error;
    }

    /** For example {@code invalid_grant} (RFC 6749, 5.2). */
    String code() {
        return code;
    }

    /** What the caller gets. */
    McpAuthorizationException error() {
        return error;
    }
}
