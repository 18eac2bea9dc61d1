package dev.mcpflux.host.server;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one server is in its life, as immutable data. Instants are those of the clock of the session's options.
 *
 * <pre>{@code
 * Pending ──► Starting ──► Ready ◄──► Degraded        any of them ──► Closing ──► Closed
 *    │        ▲  ▲   │       │ │
 *    ▼        │  │   ▼       │ ▼ lost
 *   Idle ─────┘  └─ BackingOff, Failed, Quarantined
 *    ▲ unused, and lazy servers after a back-off
 * }</pre>
 */
public sealed interface ServerLife {

    /** The state that people see. */
    ServerState state();

    /** The number of the session, from 1; 0 before the first. */
    int generation();

    /** Why it cannot be used, or is degraded; else null. */
    default @Nullable McpException error() {
        return null;
    }

    /** It waits for its turn to be started. */
    record Pending() implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.PENDING;
        }

        @Override
        public int generation() {
            return 0;
        }
    }

    /** It is switched off in the configuration. */
    record Disabled(McpException error) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.DISABLED;
        }

        @Override
        public int generation() {
            return 0;
        }
    }

    /** It is not running; the next use starts it. */
    record Idle(int generation) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.IDLE;
        }
    }

    /**
     * Its definition is being resolved, or its session opened.
     *
     * @param attempt counts the starts in a row that follow each other without a stable session, from 1
     */
    record Starting(int generation, int attempt) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.STARTING;
        }
    }

    /**
     * Its session can be used.
     *
     * @param startTime from the start until it was ready
     */
    record Ready(int generation, PeerInfo peer, Duration startTime) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.READY;
        }

        /** Without the texts of the server, which may hold configured secrets. */
        @Override
        public String toString() {
            return "Ready[generation=" + generation + ", revision=" + peer.revision() + ", startTime=" + startTime
                    + "]";
        }
    }

    /**
     * Its session can be used, but something is wrong.
     *
     * @param error the latest failure
     * @param retryAt calls are refused until then; null if they are not
     */
    record Degraded(
            int generation,
            PeerInfo peer,
            Duration startTime,
            McpException error,
            @Nullable Instant retryAt) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.DEGRADED;
        }

        /** Without the texts of the server, which may hold configured secrets. */
        @Override
        public String toString() {
            return "Degraded[generation=" + generation + ", error=" + error + ", retryAt=" + retryAt + "]";
        }
    }

    /**
     * It was lost or could not be started, and is started again.
     *
     * @param attempt the number of the next start in this row, from 2
     * @param until when it is started again
     */
    record BackingOff(int generation, McpException error, int attempt, Instant until) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.BACKING_OFF;
        }
    }

    /** It was lost or could not be started, and is not started again by itself. */
    record Failed(int generation, McpException error) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.FAILED;
        }
    }

    /**
     * It was lost too often. A restart by hand, or its release, starts it again.
     *
     * @param restarts how many restarts there were within the window of its options
     */
    record Quarantined(int generation, McpException error, int restarts) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.QUARANTINED;
        }
    }

    /** It is being closed, and is not started again. One that was not running because of an error is still shown as failed. */
    record Closing(ServerLife before) implements ServerLife {
        @Override
        public ServerState state() {
            return stopped(before) ? ServerState.FAILED : ServerState.CLOSING;
        }

        @Override
        public int generation() {
            return before.generation();
        }

        @Override
        public @Nullable McpException error() {
            return stopped(before) ? before.error() : null;
        }

        static boolean stopped(ServerLife life) {
            return life instanceof Failed || life instanceof BackingOff || life instanceof Quarantined;
        }
    }

    /** It is closed, and is not started again. */
    record Closed(
            ServerState state, int generation, @Nullable McpException error) implements ServerLife {}
}
