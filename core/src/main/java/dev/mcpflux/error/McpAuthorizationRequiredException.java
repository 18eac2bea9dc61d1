package dev.mcpflux.error;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A person has to log in before the request can be made. The login goes on: once the person has come back from
 * {@link #url()}, the same request succeeds. The message does not contain the URL, because it belongs to one login.
 */
public final class McpAuthorizationRequiredException extends McpAuthorizationException {

    private static final long serialVersionUID = 1L;

    private final @Nullable URI url;
    private final @Nullable String userCode;

    /**
     * A login is required.
     *
     * @param url where the person logs in; null if no login was started
     * @param userCode what the person types there, null if the URL is enough
     */
    public McpAuthorizationRequiredException(
            @Nullable String server, String problem, @Nullable URI url, @Nullable String userCode) {
        // while a login goes on, the same attempt succeeds once the person has come back
        super(server, Reason.LOGIN_REQUIRED, problem, url != null, null);
        this.url = url;
        this.userCode = userCode;
    }

    /** Where the person logs in; null if no login was started. */
    public @Nullable URI url() {
        return url;
    }

    /** What the person types there; null if the URL is enough. */
    public @Nullable String userCode() {
        return userCode;
    }
}
