package dev.mcpflux.error;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that mcpflux reports as a failure. Its message names the server and the cause in words made
 * for a person; nothing in it ever holds a configured environment value or a header. It is safe to print and to log: what
 * may be a text of a peer stands on one line, has no control characters ({@link SafeText}) and ends in an ellipsis after 4,000
 * characters. Only the lines of the peer's stderr are listed on lines of their own.
 */
public abstract class McpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** In UTF-16 units; a peer may send an error of megabytes. */
    private static final int MAX_PROBLEM = 4_000;

    private final @Nullable String server;
    private final String problem;
    private final transient Diagnostics diagnostics;

    protected McpException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(
                (server == null ? "" : "server '" + SafeText.line(server) + "': ")
                        + SafeText.line(problem, MAX_PROBLEM)
                        + diagnostics.describe(),
                cause);
        this.server = server;
        this.problem = SafeText.line(problem, MAX_PROBLEM);
        this.diagnostics = diagnostics;
    }

    protected McpException(@Nullable String server, String problem) {
        this(server, problem, Diagnostics.NONE, null);
    }

    /** The configured name of the server this is about, or null where it is about none. */
    public @Nullable String server() {
        return server;
    }

    /** What went wrong, without the server's name and what is known beside: for what is told in other words. */
    public String problem() {
        return problem;
    }

    /** The exit code and what is kept of its stderr, where they are known. */
    public Diagnostics diagnostics() {
        return diagnostics == null ? Diagnostics.NONE : diagnostics;
    }

    /**
     * Whether the same attempt may succeed later without anybody changing anything. It says nothing about whether the
     * attempt that failed had an effect: {@link #outcome()} does.
     */
    public abstract boolean isTransient();

    /**
     * Whether the request that failed may have had an effect. {@link CallOutcome#NOT_SENT} only where it is certain that it
     * never left this side.
     */
    public CallOutcome outcome() {
        return CallOutcome.UNKNOWN;
    }
}
