package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/**
 * A limit is reached: the server does not read its input, too many requests wait, or there is not enough memory for a
 * response. {@link #outcome()} distinguishes the last case from the others.
 */
public final class McpOverloadException extends McpException {

    private static final long serialVersionUID = 1L;

    private final CallOutcome outcome;

    /**
     * A limit is reached.
     *
     * @param outcome whether the limit concerns sending or receiving
     */
    public McpOverloadException(@Nullable String server, String problem, CallOutcome outcome) {
        super(server, problem);
        this.outcome = outcome;
    }

    @Override
    public boolean isTransient() {
        return true;
    }

    @Override
    public CallOutcome outcome() {
        return outcome;
    }
}
