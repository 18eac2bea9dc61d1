package dev.mcpflux.cli.output;

import java.util.List;

/** A mistake on the command line that is detected only during its execution. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Hint> hints;

    /** @param hints what to do next */
    public UsageException(String message, Hint... hints) {
        super(message);
        this.hints = List.of(hints);
    }

    /** What to do next. */
    public List<Hint> hints() {
        return hints == null ? List.of() : hints;
    }
}
