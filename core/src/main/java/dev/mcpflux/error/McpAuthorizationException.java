package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/**
 * There are no credentials for a request, because they could not be obtained. The request was not carried out: it was not
 * sent, or the server refused it.
 */
public sealed class McpAuthorizationException extends McpException permits McpAuthorizationRequiredException {

    private static final long serialVersionUID = 1L;

    /** What kind of problem it is. */
    public enum Reason {
        /** A helper command failed. */
        HELPER,
        /** A person has to log in. */
        LOGIN_REQUIRED,
        /** The metadata of the server or of its authorization server are missing or wrong. */
        METADATA,
        /** The metadata belong to another resource than this server. */
        RESOURCE_MISMATCH,
        /** A document or a callback names another issuer than expected, or none. */
        ISSUER_MISMATCH,
        /** An address that must not be used: without TLS, or in a network that the server itself is not in. */
        UNSAFE_ADDRESS,
        /** The authorization server does not offer what is needed, for example PKCE with S256. */
        UNSUPPORTED,
        /** There is no client id for the authorization server, and it gives none. */
        CLIENT,
        /** The person, or the authorization server, said no. */
        DENIED,
        /** The login did not end in time, or its callback is not one of this login. */
        LOGIN,
        /** The authorization server cannot be reached, is too slow, or has a failure of its own. */
        UNAVAILABLE,
        /** The server refuses a token that was just issued for it. */
        TOKEN_REFUSED,
        /** The store of tokens cannot be read or written. */
        STORE
    }

    private final Reason reason;
    private final boolean mayPass;

    /**
     * No credentials.
     *
     * @param problem why, without any secret
     * @param mayPass whether the same attempt may succeed later without any change
     */
    public McpAuthorizationException(
            @Nullable String server, Reason reason, String problem, boolean mayPass, @Nullable Throwable cause) {
        super(server, problem, Diagnostics.NONE, cause);
        this.reason = reason;
        this.mayPass = mayPass;
    }

    /** What kind of problem it is. */
    public final Reason reason() {
        return reason;
    }

    @Override
    public final boolean isTransient() {
        return mayPass;
    }

    @Override
    public final CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
