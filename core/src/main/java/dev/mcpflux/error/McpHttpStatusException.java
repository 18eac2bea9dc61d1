package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server rejected a request with a status, and without a JSON-RPC error, or with one that is less specific than
 * the status: that it is overloaded (429, 503), or that it requires authorization (401, 403). Then {@link #error()} has
 * the JSON-RPC error.
 */
public final class McpHttpStatusException extends McpException {

    private static final long serialVersionUID = 1L;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int NETWORK_AUTHENTICATION_REQUIRED = 511;

    private final int status;
    private final @Nullable Duration retryAfter;
    private final transient @Nullable JsonRpcError error;
    private final transient @Nullable List<AuthChallenge> challenges;

    /**
     * A rejected request.
     *
     * @param problem the request and the response, without values of headers
     * @param retryAfter how long the server wants no further request, null if it does not say
     */
    public McpHttpStatusException(@Nullable String server, String problem, int status, @Nullable Duration retryAfter) {
        this(server, problem, status, retryAfter, null, List.of());
    }

    /**
     * A request rejected by a status, with what else the response says.
     *
     * @param problem the request and the response, without values of headers
     * @param retryAfter how long the server wants no further request, null if it does not say
     * @param error the error in the body, null if there is none
     * @param challenges the authentication challenges of the server
     */
    public McpHttpStatusException(
            @Nullable String server,
            String problem,
            int status,
            @Nullable Duration retryAfter,
            @Nullable JsonRpcError error,
            List<AuthChallenge> challenges) {
        super(server, problem + (retryAfter == null ? "" : "; it asks to wait for " + retryAfter.toSeconds() + " s"));
        this.status = status;
        this.retryAfter = retryAfter;
        this.error = error;
        this.challenges = List.copyOf(challenges);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** How long the server wants no further request (header {@code Retry-After}). */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The JSON-RPC error in the body of the response; empty if there was none. */
    public Optional<JsonRpcError> error() {
        return Optional.ofNullable(error);
    }

    /**
     * The authentication challenges of the server (header {@code WWW-Authenticate}), in its order; empty if it sent none.
     */
    public List<AuthChallenge> challenges() {
        return challenges == null ? List.of() : challenges;
    }

    /** Whether the status concerns the authorization of the caller (401, 403), not the request. */
    public boolean isAboutAuthorization() {
        return status == UNAUTHORIZED || status == FORBIDDEN;
    }

    /**
     * True for a status that asks to retry later (408, 425, 429), and for server errors (5xx) that may disappear by
     * themselves.
     */
    @Override
    public boolean isTransient() {
        return switch (status) {
            case REQUEST_TIMEOUT, TOO_EARLY, TOO_MANY_REQUESTS -> true;
            case NOT_IMPLEMENTED, VERSION_NOT_SUPPORTED, NETWORK_AUTHENTICATION_REQUIRED -> false;
            default -> status >= 500;
        };
    }
}
