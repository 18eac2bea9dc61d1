package dev.mcpflux.host.server;

import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a server, and may change its {@link ServerLife}. An event of a generation that is over changes nothing.
 */
sealed interface LifeEvent {

    /** Events that hold nothing else. */
    enum Signal implements LifeEvent {
        /** Its turn has come. */
        START,
        /** Its turn has come, but it is started by its first use only. */
        AWAIT_USE,
        /** Its host is closing, or it is removed. */
        CLOSE,
        /** Everything it had is released. */
        GONE,
        /** Its host was closed before its turn came. */
        DISMISS
    }

    /**
     * It is to be started again.
     *
     * @param generation refused unless this follows the current generation
     */
    record StartAgain(int generation, int attempt) implements LifeEvent {}

    /** Its session is open. */
    record Opened(int generation, PeerInfo peer, Duration took) implements LifeEvent {}

    /** It could not be started. */
    record StartFailed(int generation, McpException error, Verdict verdict) implements LifeEvent {}

    /** Its session has ended by itself. */
    record Lost(int generation, McpException error, Verdict verdict) implements LifeEvent {}

    /** It has not been used for so long that it is closed, or the back-off of a lazy server is over. */
    record Rested(int generation) implements LifeEvent {}

    /** Another session, the one of this generation, has taken over from the one before. */
    record Renewed(int generation, PeerInfo peer, Duration took) implements LifeEvent {}

    /** It fails, or asks for a pause. */
    record Troubled(
            int generation, McpException error, @Nullable Instant retryAt) implements LifeEvent {}

    /** It answers again. */
    record Recovered(int generation) implements LifeEvent {}

    /** What follows a failure. */
    sealed interface Verdict {

        /** It is started again at this time. */
        record Again(int attempt, Instant until) implements Verdict {}

        /** It is not started again by itself. */
        record Never() implements Verdict {}

        /** It was restarted too often. */
        record Quarantine(int restarts) implements Verdict {}
    }
}
