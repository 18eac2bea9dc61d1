package dev.mcpflux.auth.store;

/** A store cannot be read or written. The message names the place and the cause, and quotes nothing that is kept. */
public final class TokenStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TokenStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
