package dev.mcpflux.host.server;

import dev.mcpflux.error.McpException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The health of one server at one moment.
 *
 * @param since when it came into the state that the health follows from
 * @param required whether its host fails when it fails to start
 * @param reason why it is not up, with configured secrets masked; null where it is
 */
public record ServerHealth(
        String server,
        Level level,
        ServerState state,
        Instant since,
        boolean required,
        @Nullable String reason) {

    /** How healthy something is, from best to worst. */
    public enum Level {
        /** It can be used; a server that is started by its next use counts as up. */
        UP,
        /** It can be used, but something is wrong. */
        DEGRADED,
        /** It cannot be used now. */
        DOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ServerHealth of(ServerStatus status) {
        McpException error = status.error();
        Level level = switch (status.state()) {
            case READY, IDLE -> Level.UP;
            case DEGRADED -> Level.DEGRADED;
            default -> Level.DOWN;
        };
        String reason = level == Level.UP ? null : error == null ? "it is " + status.state() : error.problem();
        return new ServerHealth(status.name(), level, status.state(), status.since(), status.required(), reason);
    }
}
