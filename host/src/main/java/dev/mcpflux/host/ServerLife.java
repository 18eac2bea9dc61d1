package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import dev.mcpflux.internal.Callbacks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Where one server is in its life, as immutable data. {@link #next} is the only function that says how it goes on; it is pure,
 * and {@link ServerHandle} does what has to be done when a life has changed. A state that is not named in a rule of
 * {@code next} stays as it is.
 *
 * <pre>{@code
 * Waiting ─START─► Starting ─Opened─► Ready ─Lost─► Failed      any of them ─CLOSE─► Closing ─GONE─► Closed
 *    │                │                 │             ▲ │
 *    DISMISS          └───StartFailed───┼─────────────┘ │       Disabled stays
 *    ▼                ▲                 │               │
 * Closed              └────────────StartAgain───────────┘
 * }</pre>
 */
sealed interface ServerLife {

    /** The state that users see. */
    ServerState state();

    /** Which start this is, from 1; 0 before the first. */
    int generation();

    /** The session of this start, once it is made. */
    default @Nullable McpSession session() {
        return null;
    }

    /** The session of the start before, which may still be closing. */
    default @Nullable McpSession previous() {
        return null;
    }

    /** What was agreed on, once it was ready. */
    default @Nullable PeerInfo peer() {
        return null;
    }

    /** How long this start took, once it was ready. */
    default @Nullable Duration startTime() {
        return null;
    }

    /** Why it failed, or where it is switched off. */
    default @Nullable McpException error() {
        return null;
    }

    /** The start that somebody may wait for, or null where it is settled. */
    default @Nullable Attempt pending() {
        return null;
    }

    /**
     * One start of a server.
     *
     * @param number from 1
     * @param settled completes when it is ready, has failed or will not be any more
     */
    record Attempt(int number, Sinks.Empty<Void> settled) {

        /** The attempt that follows a life. */
        static Attempt after(int generation) {
            return new Attempt(generation + 1, Sinks.empty());
        }

        /** Everyone who waits sees it, whatever another one throws. */
        Mono<Void> whenSettled() {
            return Callbacks.isolated(settled.asMono());
        }

        void settle() {
            settled.tryEmitEmpty();
        }
    }

    /** It waits for its turn to be started. */
    record Waiting(Attempt attempt) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.PENDING;
        }

        @Override
        public int generation() {
            return 0;
        }

        @Override
        public Attempt pending() {
            return attempt;
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

    /** Its definition is being resolved, or its session opened. */
    record Starting(
            Attempt attempt,
            @Nullable McpSession session,
            @Nullable McpSession previous) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.STARTING;
        }

        @Override
        public int generation() {
            return attempt.number();
        }

        @Override
        public Attempt pending() {
            return attempt;
        }
    }

    /** Its session can be used. */
    record Ready(
            int generation,
            McpSession session,
            PeerInfo peer,
            Duration startTime,
            @Nullable McpSession previous) implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.READY;
        }
    }

    /** It did not start, or was lost; the members that are null are those of a start that did not come so far. */
    record Failed(
            int generation,
            McpException error,
            @Nullable McpSession session,
            @Nullable PeerInfo peer,
            @Nullable Duration startTime,
            @Nullable McpSession previous)
            implements ServerLife {
        @Override
        public ServerState state() {
            return ServerState.FAILED;
        }
    }

    /** It is being closed, and is not started again. One that had failed is still shown as failed. */
    record Closing(ServerLife before) implements ServerLife {
        @Override
        public ServerState state() {
            return before instanceof Failed ? ServerState.FAILED : ServerState.CLOSING;
        }

        @Override
        public int generation() {
            return before.generation();
        }

        @Override
        public @Nullable McpSession session() {
            return before.session();
        }

        @Override
        public @Nullable McpSession previous() {
            return before.previous();
        }

        @Override
        public @Nullable PeerInfo peer() {
            return before.peer();
        }

        @Override
        public @Nullable Duration startTime() {
            return before.startTime();
        }

        @Override
        public @Nullable McpException error() {
            return before.error();
        }

        @Override
        public @Nullable Attempt pending() {
            return before.pending();
        }
    }

    /** It is gone, and is not started again. */
    record Closed(
            ServerState state,
            int generation,
            @Nullable PeerInfo peer,
            @Nullable Duration startTime,
            @Nullable McpException error)
            implements ServerLife {

        static Closed after(ServerLife life) {
            return new Closed(
                    life instanceof Closing closing && closing.before() instanceof Failed
                            ? ServerState.FAILED
                            : ServerState.CLOSED,
                    life.generation(),
                    life.peer(),
                    life.startTime(),
                    life.error());
        }
    }

    /** The life after an event: the very same where the event changes nothing. */
    static ServerLife next(ServerLife life, LifeEvent event) {
        if (event instanceof LifeEvent.Signal signal) {
            return next(life, signal);
        }
        if (life instanceof Starting starting) {
            return next(starting, event);
        }
        if (event instanceof LifeEvent.Lost lost
                && life instanceof Ready ready
                && ready.generation() == lost.attempt()) {
            return new Failed(
                    ready.generation(),
                    lost.error(),
                    ready.session(),
                    ready.peer(),
                    ready.startTime(),
                    ready.previous());
        }
        if (event instanceof LifeEvent.StartAgain again
                && (life instanceof Ready || life instanceof Failed)
                && again.attempt().number() == life.generation() + 1) {
            return new Starting(again.attempt(), null, life.session());
        }
        return life;
    }

    private static ServerLife next(ServerLife life, LifeEvent.Signal signal) {
        return switch (signal) {
            case START -> life instanceof Waiting waiting ? new Starting(waiting.attempt(), null, null) : life;
            case CLOSE ->
                life instanceof Disabled || life instanceof Closing || life instanceof Closed
                        ? life
                        : new Closing(life);
            case GONE -> life instanceof Closing ? Closed.after(life) : life;
            case DISMISS -> life instanceof Waiting ? Closed.after(life) : life;
        };
    }

    private static ServerLife next(Starting life, LifeEvent event) {
        int attempt = life.generation();
        if (event instanceof LifeEvent.Resolved resolved && resolved.attempt() == attempt) {
            return new Starting(life.attempt(), resolved.session(), life.previous());
        }
        if (event instanceof LifeEvent.Opened opened && opened.attempt() == attempt && life.session() != null) {
            return new Ready(attempt, life.session(), opened.peer(), opened.took(), life.previous());
        }
        if (event instanceof LifeEvent.StartFailed failed && failed.attempt() == attempt) {
            return new Failed(attempt, failed.error(), life.session(), null, null, life.previous());
        }
        return life;
    }
}
