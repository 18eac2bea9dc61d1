package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.ServerLife.Attempt;
import java.time.Duration;

/** What happens to a server, and may change its {@link ServerLife}. An event of an attempt that is over changes nothing. */
sealed interface LifeEvent {

    /** Events that hold nothing else. */
    enum Signal implements LifeEvent {
        /** It is its turn. */
        START,
        /** Its host is closing. */
        CLOSE,
        /** What there was of it is gone. */
        GONE,
        /** Its host was closed before its turn came. */
        DISMISS
    }

    /** Its definition is resolved, and there is a session, which is not open yet. */
    record Resolved(int attempt, McpSession session) implements LifeEvent {}

    /** Its session is open. */
    record Opened(int attempt, PeerInfo peer, Duration took) implements LifeEvent {}

    /** It could not be started. */
    record StartFailed(int attempt, McpException error) implements LifeEvent {}

    /** Its session has ended by itself. */
    record Lost(int attempt, McpException error) implements LifeEvent {}

    /** It is to be started again; refused unless this is the attempt that follows the one that is over. */
    record StartAgain(Attempt attempt) implements LifeEvent {}
}
