package dev.mcpflux.error;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * The root of all failures that mcpflux reports. The message names the server and the cause for a person. It never
 * contains a configured environment value or a header, and is safe to print and to log: text of a peer is on one line,
 * has no control characters ({@link SafeText}) and is cut after 4,000 characters. Only the lines of the peer's stderr
 * are on their own lines.
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

    /** The configured name of the server, or null if the failure belongs to no server. */
    public @Nullable String server() {
        return server;
    }

    /** The problem without the server's name and the diagnostics, for use in another message. */
    public String problem() {
        return problem;
    }

    /** The exit code and the last lines of stderr, if they are known. */
    public Diagnostics diagnostics() {
        return diagnostics == null ? Diagnostics.NONE : diagnostics;
    }

    /**
     * Whether the same attempt may succeed later without any change. It does not say whether the failed attempt had an
     * effect: {@link #outcome()} does.
     */
    public abstract boolean isTransient();

    /**
     * Whether the failed request may have had an effect. {@link CallOutcome#NOT_SENT} only if it certainly never left
     * this side.
     */
    public CallOutcome outcome() {
        return CallOutcome.UNKNOWN;
    }
}
