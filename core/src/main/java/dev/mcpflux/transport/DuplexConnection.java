package dev.mcpflux.transport;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A duplex stream of frames: a pair of pipes, a socket, a pair of queues. {@link Multiplexer} makes a {@link Connection}
 * of it. Like there, the handle is made synchronously and {@link #open()} does the slow part.
 */
public interface DuplexConnection {

    /** Opens the stream, once; see {@link Connection#open()}. */
    Mono<Void> open();

    /**
     * The frames that come in, for one subscriber, after {@link #open()}. Reading starts with the subscription and goes
     * no further than what was requested. Completes at the end of the stream. A frame is valid during {@code onNext}
     * only: its bytes are used again afterwards.
     */
    Flux<Frame> frames();

    /**
     * A subscriber of {@link #frames} that wants to know of frames over the limit, which it is not given.
     */
    interface Oversize {
        /**
         * A frame was skipped. Called like {@code onNext}.
         *
         * @param bytes its length
         * @param limit what it exceeds, in bytes and with the name of the option, for an error message
         * @param head how it begins; valid during the call only, as {@code tail} is
         * @param tail how it ends
         */
        void tooLong(long bytes, String limit, ByteBuffer head, ByteBuffer tail);

        /** A frame was skipped since there was no room for it in {@link FrameMemory#HELD}. */
        void noRoom(long bytes, ByteBuffer head, ByteBuffer tail);
    }

    /**
     * Whether the thread that delivers {@link #frames()} serves this stream alone, so that it may wait until there is memory
     * for a large frame.
     */
    default boolean readsOnItsOwnThread() {
        return false;
    }

    /**
     * Sends a message.
     *
     * @return completes when the message was handed to the stream; fails with
     *     {@link dev.mcpflux.error.McpOverloadException} at once if too many wait. <em>Cancellation</em> before that
     *     takes the message back; where the two race, completion is still signalled if the message was sent.
     */
    Mono<Void> send(JsonRpcMessage message);

    /**
     * A subscriber of {@link #send} that wants to know where in the stream its message was put.
     */
    interface Sender {
        /** Called before the message is written: it will end at this position of all that is written. */
        void placed(long end);
    }

    /**
     * The peer has read everything up to this position, since it has answered what stood there. Called by the thread that
     * delivers {@link #frames()}; for a stream that wants to know how much of what was written may still wait to be read.
     */
    default void read(long position) {}

    /** Emits why the stream ended and completes. */
    Mono<Termination> onTermination();

    /** Ends the stream and what carries it; see {@link Connection#close()}. */
    Mono<Void> close();

    /** Ends the stream and kills what carries it; see {@link Connection#closeNow()}. */
    default Mono<String> closeNow() {
        return close().thenReturn("its connection to close");
    }

    /** What is known now for an error message. */
    Diagnostics diagnostics();

    /** How many messages wait to be written because the peer does not read; 0 where it reads or that is not known. */
    default int unread() {
        return 0;
    }

    /** How many bytes have come of a frame whose end has not; 0 where that is not known. */
    default long unfinished() {
        return 0;
    }

    /** The text with configured secrets masked, for events and logs. */
    default String mask(String text) {
        return text;
    }

    /** See {@link Connection#pid()}. */
    default @Nullable Long pid() {
        return null;
    }
}
