package dev.mcpflux.transport.spi;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Termination;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A duplex stream of frames: a pair of pipes, a socket, a pair of queues. {@link Multiplexer} turns it into a
 * {@link Connection}. Like a connection, it is created synchronously, and {@link #open()} does the slow part.
 */
public interface DuplexConnection {

    /** Opens the stream, once; see {@link Connection#open()}. */
    Mono<Void> open();

    /**
     * The incoming frames, for one subscriber, after {@link #open()}. Reading starts with the subscription and never
     * exceeds the demand. Completes at the end of the stream. A frame is valid during {@code onNext} only, because its
     * buffer is reused.
     */
    Flux<Frame> frames();

    /** A subscriber of {@link #frames} that is also notified of frames over the limit, which are not emitted. */
    interface Oversize {
        /**
         * A frame was skipped. Called like {@code onNext}.
         *
         * @param bytes the length of the frame
         * @param limit the limit that it exceeds, in bytes and with the name of the option, for an error message
         * @param head the beginning of the frame; like {@code tail}, valid during the call only
         * @param tail the end of the frame
         */
        void tooLong(long bytes, String limit, ByteBuffer head, ByteBuffer tail);

        /** A frame was skipped because {@link FrameMemory#HELD} had not enough memory for it. */
        void noRoom(long bytes, ByteBuffer head, ByteBuffer tail);
    }

    /**
     * Whether the thread that emits {@link #frames()} serves only this stream, so that it may wait until there is
     * memory for a large frame.
     */
    default boolean readsOnItsOwnThread() {
        return false;
    }

    /**
     * Sends a message.
     *
     * @return completes when the stream has accepted the message. Fails with
     *     {@link dev.mcpflux.error.McpOverloadException} at once if the send queue is full. <em>Cancellation</em>
     *     before that withdraws the message; if both race, completion is still signalled for a message that was sent.
     */
    Mono<Void> send(JsonRpcMessage message);

    /** A subscriber of {@link #send} that is also notified of the position of its message in the stream. */
    interface Sender {
        /** Called before the message is written, with the position at which it will end in the output. */
        void placed(long end);
    }

    /**
     * The peer has read everything up to this position, because it has answered the message there. Called by the thread
     * that emits {@link #frames()}, for streams that track how much of their output the peer has not read yet.
     */
    default void read(long position) {}

    /** Emits the reason when the stream has ended, and completes. */
    Mono<Termination> onTermination();

    /** Ends the stream and its process or socket; see {@link Connection#close()}. */
    Mono<Void> close();

    /** Ends the stream and kills its process or socket; see {@link Connection#closeNow()}. */
    default Mono<String> closeNow() {
        return close().thenReturn("its connection to close");
    }

    /** The current diagnostics for an error message. */
    Diagnostics diagnostics();

    /** The number of messages that wait because the peer does not read; 0 if it reads or if that is unknown. */
    default int unread() {
        return 0;
    }

    /** The number of bytes received of an incomplete frame; 0 if that is unknown. */
    default long unfinished() {
        return 0;
    }

    /** Masks the configured secrets in a text, for events and logs. */
    default String mask(String text) {
        return text;
    }

    /** See {@link Connection#pid()}. */
    default @Nullable Long pid() {
        return null;
    }
}
