package dev.mcpflux.host;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import org.jspecify.annotations.Nullable;

/** A call went to a server that is not there: it failed to start, was lost, or is being closed. */
public final class McpServerUnavailableException extends McpException {

    private static final long serialVersionUID = 1L;

    private final ServerState state;
    private final String name;
    private final @Nullable McpException original;

    McpServerUnavailableException(String server, ServerState state, @Nullable McpException cause) {
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

    @Override
    public boolean isTransient() {
        return original != null && original.isTransient();
    }
}
