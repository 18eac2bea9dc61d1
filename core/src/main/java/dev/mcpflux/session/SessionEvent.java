package dev.mcpflux.session;

import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.transport.ConnectionEvent;
import org.jspecify.annotations.Nullable;

/** Something a session tells that is no answer to a request. */
public sealed interface SessionEvent {

    /** Something on the connection. */
    record Link(ConnectionEvent event) implements SessionEvent {}

    /** A log message of the server (specification: server/utilities/logging). */
    record ServerLog(LogMessage message) implements SessionEvent {}

    /** The server's list of this kind is not what it was; what was read of it is out of date. */
    record ListChanged(Kind kind) implements SessionEvent {
        /** Which list. */
        public enum Kind {
            TOOLS,
            PROMPTS,
            RESOURCES
        }
    }

    /**
     * A list of the server was ended before its end, with what was read: it would never have ended, or it goes on beyond the
     * limits ({@link SessionOptions#lists()}).
     *
     * @param method the method that reads it
     * @param elements how many were read
     * @param reason why it was ended
     */
    record ListCut(String method, long elements, String reason) implements SessionEvent {}

    /** A resource that is listened to is not what it was (specification: server/resources, subscriptions). */
    record ResourceUpdated(String uri) implements SessionEvent {}

    /** The server tells how a task is. */
    record TaskChanged(Tasks.Task task) implements SessionEvent {}

    /** What a person was sent elsewhere for is done (2025-11-25: client/elicitation, URL mode). */
    record ElicitationComplete(String elicitationId) implements SessionEvent {}

    /** A notification that mcpflux itself does nothing with; its parameters as they were sent. */
    record Other(String method, @Nullable Object params) implements SessionEvent {}

    /**
     * So many events were dropped before this one, the oldest first, because the subscriber is slow.
     *
     * @param count how many the subscriber has missed since it was last told
     */
    record EventsDropped(long count) implements SessionEvent {}
}
