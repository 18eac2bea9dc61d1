package dev.mcpflux.error;

import dev.mcpflux.jsonrpc.JsonRpcError;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server reached by HTTP refused a request with a status, and without a message of the protocol, or with one that says less
 * than the status does: that it is too busy (429, 503), or that it wants to know who asks (401, 403). Then {@link #error()}
 * holds what the message said.
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

    /**
     * The refusal of a request.
     *
     * @param problem what was asked and what came back, without values of headers
     * @param retryAfter how long the server wants to be left alone, null where it does not say
     */
    public McpHttpStatusException(@Nullable String server, String problem, int status, @Nullable Duration retryAfter) {
        this(server, problem, status, retryAfter, null);
    }

    /**
     * The refusal of a request, by a status and an error of the protocol.
     *
     * @param problem what was asked and what came back, without values of headers
     * @param retryAfter how long the server wants to be left alone, null where it does not say
     * @param error the error in the body, null where there is none
     */
    public McpHttpStatusException(
            @Nullable String server,
            String problem,
            int status,
            @Nullable Duration retryAfter,
            @Nullable JsonRpcError error) {
        super(server, problem + (retryAfter == null ? "" : "; it asks to wait for " + retryAfter.toSeconds() + " s"));
        this.status = status;
        this.retryAfter = retryAfter;
        this.error = error;
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** How long the server wants to be left alone before the next attempt (header {@code Retry-After}). */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The error of the protocol that came with the status; empty where none came. */
    public Optional<JsonRpcError> error() {
        return Optional.ofNullable(error);
    }

    /** Whether it is about who asks (401, 403), not about what was asked. */
    public boolean isAboutAuthorization() {
        return status == UNAUTHORIZED || status == FORBIDDEN;
    }

    /** True for what says "later" (408, 425, 429) and for errors of the server (5xx) that somebody need not mend first. */
    @Override
    public boolean isTransient() {
        return switch (status) {
            case REQUEST_TIMEOUT, TOO_EARLY, TOO_MANY_REQUESTS -> true;
            case NOT_IMPLEMENTED, VERSION_NOT_SUPPORTED, NETWORK_AUTHENTICATION_REQUIRED -> false;
            default -> status >= 500;
        };
    }
}
