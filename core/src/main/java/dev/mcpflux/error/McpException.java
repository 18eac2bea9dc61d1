package dev.mcpflux.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that mcpflux reports as a failure. Its message names the server and the cause in words made
 * for a person; nothing in it ever holds a configured environment value or a header.
 */
public abstract class McpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String server;
    private final String problem;
    private final transient Diagnostics diagnostics;

    protected McpException(
            @Nullable String server, String problem, Diagnostics diagnostics, @Nullable Throwable cause) {
        super((server == null ? "" : "server '" + server + "': ") + problem + diagnostics.describe(), cause);
        this.server = server;
        this.problem = problem;
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
     * attempt that failed had an effect.
     */
    public abstract boolean isTransient();
}
