package dev.mcpflux.transport.http;

import dev.mcpflux.jsonrpc.FrameMemory;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** The body of an HTTP response in memory, up to a limit. */
final class ResponseBody {

    /** As much as is read of a body that is no message. */
    static final int MAX_ERROR_BYTES = 64 * 1024;

    /** The announced length counts once this part of it has come. */
    private static final int BELIEVED = 16;

    private static final int SNIFFED = 64;

    /** A comment, or one of the fields of an event. */
    private static final Pattern EVENT = Pattern.compile(":|(event|data|id|retry)[:\\r\\n]");

    private static final byte[] NOTHING = {};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int max;
    private final long announced;
    private byte[] bytes = NOTHING;
    private int length;
    private boolean cut;
    private boolean noRoom;
    /** How many bytes of {@link FrameMemory#HELD} it has taken. */
    private long taken;

    private ResponseBody(int max, long announced) {
        this.max = max;
        this.announced = announced;
    }

    /** Reads a body, or as much of it as the limit allows: then the rest is given up. */
    static Mono<ResponseBody> read(ByteBufFlux content, int max) {
        return read(content, max, -1);
    }

    /**
     * The same.
     *
     * @param announced how many bytes there will be, as the server says; negative if it does not
     */
    static Mono<ResponseBody> read(ByteBufFlux content, int max, long announced) {
        return Mono.defer(() -> {
            ResponseBody body = new ResponseBody(max, announced);
            Mono<ResponseBody> all =
                    content.doOnNext(body::add).takeUntil(chunk -> body.cut).then(Mono.just(body));
            // the subscriber looks at it within this signal only
            return max <= FrameMemory.SMALL ? all : all.doFinally(end -> body.giveBack());
        });
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

    /** The text, without a byte-order mark. */
    String text() {
        return new String(bytes, start(), length - start(), StandardCharsets.UTF_8);
    }

    /** Whether there was more than the limit; what is over it is not here. */
    boolean cut() {
        return cut;
    }

    /** Whether it was cut since there was no room for it, and not for its length. */
    boolean noRoom() {
        return noRoom;
    }

    /** Whether the first byte is that of a message, as it nearly always is. */
    boolean beginsAsJson() {
        return length > 0 && (bytes[0] == '{' || bytes[0] == '[');
    }

    private void add(ByteBuf chunk) {
        int more = Math.min(chunk.readableBytes(), max - length);
        cut |= more < chunk.readableBytes();
        if (bytes.length - length < more) {
            int capacity = capacity(length + more);
            if (!takeRoom(capacity)) {
                return;
            }
            bytes = Arrays.copyOf(bytes, capacity);
        }
        chunk.readBytes(bytes, length, more);
        length += more;
    }

    private boolean takeRoom(int capacity) {
        if (capacity <= FrameMemory.SMALL) {
            return true;
        }
        if (FrameMemory.HELD.tryTake(capacity - taken)) {
            taken = capacity;
            return true;
        }
        noRoom = true;
        cut = true;
        bytes = NOTHING;
        length = 0;
        return false;
    }

    private void giveBack() {
        FrameMemory.HELD.give(taken);
        taken = 0;
    }

    /** The first chunk is often all of it; the announced length is used once a part of it has come. */
    private int capacity(int needed) {
        long wanted =
                announced > needed && needed >= announced / BELIEVED ? announced : Math.max(bytes.length * 2L, needed);
        return (int) Math.min(wanted, max);
    }

    /** What a body without a media type is, by its first bytes. */
    enum Kind {
        JSON,
        EVENTS,
        NEITHER
    }

    /** Looks at the first bytes of a body, which stay unread. */
    static Kind sniff(ByteBuf bytes) {
        String text = bytes.toString(
                        bytes.readerIndex(), Math.min(bytes.readableBytes(), SNIFFED), StandardCharsets.UTF_8)
                .replaceFirst("^\\uFEFF", "")
                .stripLeading();
        if (text.isEmpty() || text.startsWith("{") || text.startsWith("[")) {
            return Kind.JSON;
        }
        return EVENT.matcher(text).lookingAt() ? Kind.EVENTS : Kind.NEITHER;
    }
}
