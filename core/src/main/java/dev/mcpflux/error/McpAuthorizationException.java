package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/** There are no credentials for a request, because they could not be obtained. The request was not sent. */
public final class McpAuthorizationException extends McpException {

    private static final long serialVersionUID = 1L;

    private final boolean mayPass;

    /**
     * No credentials.
     *
     * @param problem why, without any secret
     * @param mayPass whether the same attempt may succeed later without any change
     */
    public McpAuthorizationException(
            @Nullable String server, String problem, boolean mayPass, @Nullable Throwable cause) {
        super(server, problem, Diagnostics.NONE, cause);
        this.mayPass = mayPass;
    }

    @Override
    public boolean isTransient() {
        return mayPass;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
