package dev.mcpflux.host.server;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.Durations;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call went to a server that is not there: it failed to start, was lost, is switched off, or is being closed. */
public final class McpServerUnavailableException extends McpException {

    private static final long serialVersionUID = 1L;

    private final ServerState state;
    private final String name;
    private final @Nullable McpException original;

    private final boolean isTransient;
    private final @Nullable Duration retryAfter;

    /**
     * A server that cannot be used.
     *
     * @param isTransient whether another call may succeed without anybody changing anything
     * @param retryAfter after which time it is started again or accepts calls again, null if that is not known
     */
    McpServerUnavailableException(
            String server,
            ServerState state,
            @Nullable McpException cause,
            boolean isTransient,
            @Nullable Duration retryAfter) {
        super(
                null,
                "server '" + server + "' is not available (" + state + retry(retryAfter) + ")"
                        + (cause == null ? "" : ": " + withoutName(server, cause)),
                // the diagnostics stand in the text of the cause already
                Diagnostics.NONE,
                cause);
        this.state = state;
        this.name = server;
        this.original = cause;
        this.isTransient = isTransient;
        this.retryAfter = retryAfter;
    }

    private static String retry(@Nullable Duration wait) {
        return wait == null || wait.isZero() ? "" : ", again in " + Durations.text(Duration.ofMillis(wait.toMillis()));
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

    /** After which time the server is started again, or accepts calls again; empty if that is not known. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
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
