package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.DroppedPart;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An event of a connection that is not a message. Configured secrets are masked in every text. */
public sealed interface ConnectionEvent {

    /**
     * A copy with the secrets masked in every text that may come from the peer. A connection emits masked events only.
     */
    ConnectionEvent masked(UnaryOperator<String> mask);

    /**
     * A frame that is not a valid JSON-RPC message. It was skipped.
     *
     * @param json whether it was valid JSON; stray output on stdout usually is not
     * @param reason why it is invalid
     * @param preview the beginning of the frame
     * @param count the number of such frames on this connection, including this one
     */
    record Undecodable(boolean json, String reason, String preview, long count) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Undecodable(json, mask.apply(reason), mask.apply(preview), count);
        }
    }

    /**
     * An element of a message that is invalid and was skipped. The rest of the message was used.
     *
     * @param method the method whose result or parameters contain the element
     * @param pointer a JSON pointer to the element, relative to the result or the parameters
     * @param element the name or the URI of the element, if it has one
     * @param reason why it is invalid
     */
    record ElementDropped(
            String method, String pointer, @Nullable String element, String reason) implements ConnectionEvent {

        /** The event for a skipped element. */
        public static ElementDropped of(String method, DroppedPart part) {
            return new ElementDropped(method, part.pointer(), part.element(), part.reason());
        }

        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new ElementDropped(
                    mask.apply(method),
                    mask.apply(pointer),
                    element == null ? null : mask.apply(element),
                    mask.apply(reason));
        }

        /** The location and the reason in one line. */
        public String describe() {
            return (pointer.isEmpty() ? "a part" : pointer) + (element == null ? "" : " of '" + element + "'") + " in "
                    + method + " is left out: " + reason;
        }
    }

    /**
     * Requests of a caller need a person to log in. What waits for it, and for how long, is configured.
     *
     * @param page where the person logs in; it belongs to one login
     * @param userCode what the person types there; null if the page is enough
     */
    record LoginRequired(Caller caller, URI page, @Nullable String userCode) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }

        /** Shows no page. */
        @Override
        public String toString() {
            return "LoginRequired[" + caller + "]";
        }
    }

    /**
     * The authorization of a caller has changed.
     *
     * @param authorized whether requests of the caller are authorized now
     * @param reason how it came, or why it could not be had
     */
    record AuthorizationChanged(Caller caller, boolean authorized, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new AuthorizationChanged(caller, authorized, mask.apply(reason));
        }
    }

    /**
     * A frame longer than the limit. It was skipped without being buffered.
     *
     * @param bytes the length of the frame
     * @param limit the limit in bytes
     */
    record FrameTooLong(long bytes, int limit) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * A response that matches no pending request: a duplicate, the response to a cancelled request, or one with an
     * unknown id.
     */
    record UnmatchedResponse(String id) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new UnmatchedResponse(mask.apply(id));
        }
    }

    /**
     * A message that was dropped because its subscriber is slow, or a response that was dropped because the peer sends
     * requests but does not read.
     *
     * @param method the method of the message, or a description of the response
     */
    record Dropped(String method) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Dropped(mask.apply(method));
        }
    }

    /**
     * The subscriber is too slow, so events before this one were dropped, the oldest first.
     *
     * @param count the number of events dropped since the last report to this subscriber
     */
    record EventsDropped(long count) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * A variable that servers usually inherit was not passed on to this one.
     *
     * @param variable its name
     * @param reason why, and what to do to pass it on
     */
    record VariableWithheld(String variable, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * The server was started in a sandbox. What it tries beyond these limits fails within the server, usually with a line on
     * its stderr; the sandbox does not report it.
     *
     * @param limits what the server may do, on one line
     * @param notEnforced what was demanded and is not enforced on this machine, on one line; empty if there is nothing
     */
    record Sandboxed(String limits, String notEnforced) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Sandboxed(mask.apply(limits), mask.apply(notEnforced));
        }
    }

    /** A line that the peer wrote to stderr. */
    record StderrLine(String line) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new StderrLine(mask.apply(line));
        }
    }

    /**
     * A session was started for an additional caller (HTTP, legacy era), besides the one that opened the connection.
     *
     * @param caller the caller of the session
     */
    record SessionBegun(Caller caller) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * The server lost the session, and a new one replaced it (HTTP, legacy era). The server no longer knows settings
     * and subscriptions of the old session.
     *
     * @param caller the caller of the session
     * @param reason the answer of the server
     */
    record SessionRenewed(Caller caller, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new SessionRenewed(caller, mask.apply(reason));
        }
    }

    /**
     * The session of one caller has ended, but the connection has not (HTTP, legacy era). The session was idle for too
     * long, or the server cannot be reached. The next call of the caller starts a new session.
     *
     * @param caller the caller of the session
     * @param reason why it ended
     */
    record SessionEnded(Caller caller, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new SessionEnded(caller, mask.apply(reason));
        }
    }

    /**
     * The stream for notifications of the server (HTTP, legacy era) has ended and will not be reopened. The rest of the
     * connection continues.
     *
     * @param reason why it ended
     */
    record StreamEnded(String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new StreamEnded(mask.apply(reason));
        }
    }

    /** A tool was removed from the list because its definition is invalid. */
    record ToolLeftOut(String tool, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new ToolLeftOut(mask.apply(tool), mask.apply(reason));
        }
    }

    /**
     * This client closed the connection.
     *
     * @param how the steps that were necessary, for instance "ended by itself after stdin was closed" or "needed KILL"
     */
    record Closed(String how) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Closed(mask.apply(how));
        }
    }
}
