package dev.mcpflux.cli.output;

/** A mistake on the command line that is detected only during its execution. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
