package dev.mcpflux.transport.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Takes a whole body into memory, up to a limit. */
final class Bodies {

    /** As much as is read of what is no message. */
    static final int ERROR = 64 * 1024;

    private static final int INITIAL = 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private Bodies() {}

    /** What has come of a body. */
    static final class Taken {
        private final int max;
        private byte[] bytes = new byte[INITIAL];
        private int length;
        private boolean cut;

        private Taken(int max) {
            this.max = max;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        /** Where the text begins: after a byte-order mark, if there is one. */
        int start() {
            return length >= 3 && Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3) ? 3 : 0;
        }

        /** Whether there was more than the limit; what is over it is not here. */
        boolean cut() {
            return cut;
        }

        private void add(ByteBuf chunk) {
            int more = Math.min(chunk.readableBytes(), max - length);
            cut |= more < chunk.readableBytes();
            if (bytes.length - length < more) {
                long wanted = Math.max(bytes.length * 2L, (long) length + more);
                bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, max));
            }
            chunk.readBytes(bytes, length, more);
            length += more;
        }
    }

    /** The body, or as much of it as the limit allows: then the rest is given up. */
    static Mono<Taken> take(ByteBufFlux content, int max) {
        return Mono.defer(() -> {
            Taken taken = new Taken(max);
            return content.doOnNext(taken::add).takeUntil(chunk -> taken.cut).then(Mono.just(taken));
        });
    }
}
