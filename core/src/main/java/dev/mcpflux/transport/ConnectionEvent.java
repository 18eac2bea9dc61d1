package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.DroppedPart;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Something that happened on a connection beside its messages. Configured secrets are masked in every text. */
public sealed interface ConnectionEvent {

    /** The same with every text that may be one of the peer masked. A connection emits nothing else. */
    ConnectionEvent masked(UnaryOperator<String> mask);

    /**
     * A frame that is no JSON-RPC message; it was skipped.
     *
     * @param json whether it was JSON at all; stray output on stdout usually is not
     * @param reason what was wrong
     * @param preview how it begins
     * @param count how many there were on this connection, this one included
     */
    record Undecodable(boolean json, String reason, String preview, long count) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Undecodable(json, mask.apply(reason), mask.apply(preview), count);
        }
    }

    /**
     * A part of a message that could not be used and was left out; the rest of the message is there.
     *
     * @param method the method whose result or parameters it stood in
     * @param pointer where: a JSON pointer from the result or the parameters
     * @param element the name or the URI of the element that it belongs to, where it has one
     * @param reason why it could not be used
     */
    record ElementDropped(
            String method, String pointer, @Nullable String element, String reason) implements ConnectionEvent {

        /** The event for a part. */
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

        /** The place and the reason in one line. */
        public String describe() {
            return (pointer.isEmpty() ? "a part" : pointer) + (element == null ? "" : " of '" + element + "'") + " in "
                    + method + " is left out: " + reason;
        }
    }

    /**
     * A frame longer than the limit; it was skipped without being held in memory.
     *
     * @param bytes its length
     * @param limit the limit in bytes
     */
    record FrameTooLong(long bytes, int limit) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** A response to a request that is not waiting: answered twice, cancelled, or never made. */
    record UnmatchedResponse(String id) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new UnmatchedResponse(mask.apply(id));
        }
    }

    /**
     * A message that was dropped because its subscriber is slow; or an answer to the peer, which asks and does not read.
     *
     * @param method of the message, or which answer it was
     */
    record Dropped(String method) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Dropped(mask.apply(method));
        }
    }

    /**
     * So many events were dropped before this one, the oldest first, because the subscriber is slow.
     *
     * @param count how many the subscriber has missed since it was last told
     */
    record EventsDropped(long count) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /** A line the peer wrote to its error stream. */
    record StderrLine(String line) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new StderrLine(mask.apply(line));
        }
    }

    /**
     * A session was begun for one more caller (HTTP, legacy era), beside that of who opened the connection.
     *
     * @param caller whose session it is
     */
    record SessionBegun(Caller caller) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return this;
        }
    }

    /**
     * The server had forgotten the session (HTTP, legacy era), and a new one was begun in its place: what the server was told
     * before, it does not know any more.
     *
     * @param caller whose session it is
     * @param reason how the server said so
     */
    record SessionRenewed(Caller caller, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new SessionRenewed(caller, mask.apply(reason));
        }
    }

    /**
     * The session of one caller has ended, and the connection goes on (HTTP, legacy era): it was idle for long, or cannot be
     * reached. The next call of the caller begins another one.
     *
     * @param caller whose session it was
     * @param reason why
     */
    record SessionEnded(Caller caller, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new SessionEnded(caller, mask.apply(reason));
        }
    }

    /**
     * The stream by which the server tells of itself (HTTP, legacy era) is gone, and is not tried again.
     *
     * @param reason why; the rest of the connection goes on
     */
    record StreamEnded(String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new StreamEnded(mask.apply(reason));
        }
    }

    /** A tool that was left out of the list, since its definition is invalid. */
    record ToolLeftOut(String tool, String reason) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new ToolLeftOut(mask.apply(tool), mask.apply(reason));
        }
    }

    /**
     * The connection was taken down by this side.
     *
     * @param how what it took, for instance "ended by itself after stdin was closed" or "needed KILL"
     */
    record Closed(String how) implements ConnectionEvent {
        @Override
        public ConnectionEvent masked(UnaryOperator<String> mask) {
            return new Closed(mask.apply(how));
        }
    }
}
