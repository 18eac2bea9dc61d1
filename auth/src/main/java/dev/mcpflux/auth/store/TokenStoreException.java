package dev.mcpflux.auth.store;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;

/** A store cannot be read or written. The message names the place and the cause, and quotes nothing that is kept. */
public final class TokenStoreException extends McpException {

    private static final long serialVersionUID = 1L;

    public TokenStoreException(String problem, Throwable cause) {
        super(null, problem, Diagnostics.NONE, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
