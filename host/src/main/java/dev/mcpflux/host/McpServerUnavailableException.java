package dev.mcpflux.host;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import org.jspecify.annotations.Nullable;

/** A call went to a server that is not there: it failed to start, was lost, is switched off, or is being closed. */
public final class McpServerUnavailableException extends McpException {

    private static final long serialVersionUID = 1L;

    private final ServerState state;
    private final String name;
    private final @Nullable McpException original;

    private final boolean isTransient;

    McpServerUnavailableException(String server, ServerState state, @Nullable McpException cause) {
        this(server, state, cause, false);
    }

    /**
     * A server that cannot be used.
     *
     * @param isTransient whether another call tries to reach it again
     */
    McpServerUnavailableException(String server, ServerState state, @Nullable McpException cause, boolean isTransient) {
        super(
                null,
                "server '" + server + "' is not available (" + state + ")"
                        + (cause == null ? "" : ": " + withoutName(server, cause)),
                // the diagnostics stand in the text of the cause already
                Diagnostics.NONE,
                cause);
        this.state = state;
        this.name = server;
        this.original = cause;
        this.isTransient = isTransient;
    }

    private static String withoutName(String server, McpException cause) {
        String text = String.valueOf(cause.getMessage());
        String prefix = "server '" + server + "': ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    @Override
    public String server() {
        return name;
    }

    @Override
    public Diagnostics diagnostics() {
        return original == null ? super.diagnostics() : original.diagnostics();
    }

    /** The state that the server was in. */
    public ServerState state() {
        return state;
    }

    /** Whether the next call tries to reach the server again, and may succeed; a server that ended stays so until it is restarted. */
    @Override
    public boolean isTransient() {
        return isTransient;
    }

    @Override
    public CallOutcome outcome() {
        return CallOutcome.NOT_SENT;
    }
}
