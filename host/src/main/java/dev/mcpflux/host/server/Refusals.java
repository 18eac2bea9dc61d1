package dev.mcpflux.host.server;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says why a server cannot be used; each caller gets an exception of its own. */
final class Refusals {

    private final String server;
    private final RestartPolicy policy;
    private final LongSupplier clock;

    /**
     * The refusals of one server.
     *
     * @param clock in milliseconds
     */
    Refusals(String server, RestartPolicy policy, LongSupplier clock) {
        this.server = server;
        this.policy = policy;
        this.clock = clock;
    }

    /** Why a server with this life cannot be used. A missing login is not wrapped: the caller can do something about it. */
    McpException unusable(ServerLife life) {
        return life.error() instanceof McpAuthorizationRequiredException login
                ? new McpAuthorizationRequiredException(server, login.problem(), login.url(), login.userCode())
                : unavailable(life);
    }

    McpServerUnavailableException unavailable(ServerLife life) {
        McpException error = life.error();
        Duration wait = life instanceof ServerLife.BackingOff waits
                ? Duration.ofMillis(Math.max(0, waits.until().toEpochMilli() - clock.getAsLong()))
                : null;
        boolean isTransient = wait != null || (policy.mayBeBack(life) && error != null && error.isTransient());
        return new McpServerUnavailableException(server, life.state(), error, isTransient, wait);
    }

    /** A use that is refused for some time, although the server has a session. */
    McpException refused(ServerState state, String why, long waitMillis) {
        return new McpServerUnavailableException(
                server,
                state,
                new McpConnectionException(server, why, Diagnostics.NONE, null),
                true,
                Duration.ofMillis(waitMillis));
    }

    /** Calls have failed in a row. */
    McpException failing(int inARow, String what) {
        return new McpConnectionException(
                server,
                (inARow == 1 ? "its last call failed: " : "its last " + inARow + " calls failed, the latest: ") + what,
                Diagnostics.NONE,
                null);
    }

    /** Whether a failure says that the server cannot be used now. */
    static boolean isUnusable(@Nullable Throwable e, boolean ready) {
        return e instanceof McpServerUnavailableException || (e instanceof McpAuthorizationRequiredException && !ready);
    }
}
