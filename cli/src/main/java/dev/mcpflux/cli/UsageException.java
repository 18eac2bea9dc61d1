package dev.mcpflux.cli;

/** A mistake on the command line that is detected only during its execution. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
