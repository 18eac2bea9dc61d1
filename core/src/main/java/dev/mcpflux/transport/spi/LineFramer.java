package dev.mcpflux.transport.spi;

import dev.mcpflux.jsonrpc.FrameMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream of bytes into lines, however the stream is split into chunks. It reads into its own buffer and passes
 * on lines without copying them. It removes a byte-order mark at the start, carriage returns before a line feed and
 * empty lines. A line that exceeds the limit is skipped; the buffer never exceeds the limit. Not thread-safe.
 */
public final class LineFramer {

    /** A source of bytes. */
    @FunctionalInterface
    public interface Source {
        /** Reads up to {@code length} bytes, and waits for the first one if necessary; returns -1 at the end. */
        int read(byte[] bytes, int offset, int length) throws IOException;
    }

    /** Receives the lines; their bytes are valid during the call only. */
    public interface Lines {
        /** A line without its line feed. */
        void line(byte[] bytes, int offset, int length);

        /** The last line of the stream, if it has no line feed. */
        default void cutOff(byte[] bytes, int offset, int length) {
            line(bytes, offset, length);
        }

        /** A line of this many bytes exceeded the limit and was skipped. */
        void tooLong(long bytes);

        /**
         * The same with the ends of the line; both are valid during the call only.
         *
         * @param head the beginning, up to {@link FrameEnds#WINDOW} bytes
         * @param tail the end, up to {@link FrameEnds#WINDOW} bytes
         */
        default void tooLong(long bytes, ByteBuffer head, ByteBuffer tail) {
            tooLong(bytes);
        }

        /**
         * A line was skipped because {@link FrameMemory#HELD} had not enough memory; otherwise like {@link #tooLong}.
         */
        default void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
            tooLong(bytes, head, tail);
        }

        /** Whether the thread that calls {@link #fill} may still wait for memory. */
        default boolean mayWait() {
            return false;
        }
    }

    /** The initial size of the buffer, enough for most servers. */
    private static final int INITIAL = 8 * 1024;

    /** The size to which the buffer shrinks after a large line: the capacity of a pipe. */
    private static final int KEPT = 64 * 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int max;
    private final Lines lines;
    private byte[] buffer = new byte[INITIAL];
    /** The start of the incomplete line. */
    private int from;
    /** The position up to which the bytes contain no further line feed. */
    private int scanned;
    /** The end of the data in the buffer. */
    private int end;

    private long skipped;
    /** Whether the current line is skipped because of missing memory. */
    private boolean noRoom;

    /** The number of bytes of {@link FrameMemory#HELD} that the buffer uses. */
    private long taken;

    /** Both ends of a skipped line. */
    private @Nullable FrameEnds ends;

    private boolean start = true;
    private boolean ended;
    /** The longest line since the buffer last shrank, so that the buffer grows in one step for the next such line. */
    private int longest;

    /**
     * A framer at the start of a stream.
     *
     * @param max the longest line, in bytes without its line feed
     */
    public LineFramer(int max, Lines lines) {
        this.max = max;
        this.lines = lines;
    }

    /** Reads once; then call {@link #emit} to pass on the complete lines. Returns false at the end of the stream. */
    public boolean fill(Source source) throws IOException {
        makeRoom();
        int room = buffer.length - end;
        int n = source.read(buffer, end, room);
        if (n < 0) {
            return false;
        }
        end += n;
        if (n == room && buffer.length < KEPT) {
            // the traffic exceeds the buffer
            resize(KEPT);
        }
        return true;
    }

    private void makeRoom() {
        if (from == end) {
            from = 0;
            scanned = 0;
            end = 0;
            if (buffer.length > KEPT) {
                longest = Math.max(longest, buffer.length);
                buffer = new byte[KEPT];
                giveBack();
            }
        } else if (end == buffer.length) {
            if (from > 0) {
                move(buffer);
            } else {
                grow();
            }
        } else if (buffer.length > KEPT && from > 0 && end - from <= KEPT / 2) {
            // the next line does not need the memory of the last one
            longest = Math.max(longest, buffer.length);
            resize(KEPT);
            giveBack();
        }
    }

    private void grow() {
        // one more than the longest line, for its line feed
        long least = buffer.length + 1L;
        int wanted = (int) Math.max(least, Math.min(Math.max(buffer.length * 2L, longest), max + 2L));
        int twice = (int) Math.max(least, Math.min(buffer.length * 2L, max + 2L));
        int size = wanted <= KEPT ? wanted : room(wanted, twice);
        if (size > 0) {
            resize(size);
        } else {
            noRoom = true;
            skip(buffer, 0, end);
            buffer = new byte[KEPT];
            from = 0;
            scanned = 0;
            end = 0;
            longest = 0;
            giveBack();
        }
    }

    /** Reserves the wanted amount, or the smaller one if that is not free; returns 0 if neither is free. */
    private int room(int wanted, int less) {
        int size = FrameMemory.HELD.tryTake(wanted - taken)
                ? wanted
                : FrameMemory.HELD.take(less - taken, lines::mayWait) ? less : 0;
        taken = size > 0 ? size : taken;
        return size;
    }

    private void giveBack() {
        FrameMemory.HELD.give(taken);
        taken = 0;
    }

    /** Releases the memory of an incomplete line. Nothing is read after this. */
    public void close() {
        buffer = new byte[0];
        from = 0;
        scanned = 0;
        end = 0;
        giveBack();
    }

    private void resize(int size) {
        move(new byte[size]);
    }

    /** Moves the incomplete line to the start of the buffer. */
    private void move(byte[] to) {
        System.arraycopy(buffer, from, to, 0, end - from);
        end -= from;
        scanned -= from;
        from = 0;
        buffer = to;
    }

    /** Passes on the complete lines. */
    public void emit() {
        byte[] bytes = buffer;
        int filled = end;
        for (int i = scanned; i < filled; i++) {
            if (bytes[i] == '\n') {
                int begin = from;
                from = i + 1;
                scanned = from;
                finish(bytes, begin, i - begin);
            }
        }
        scanned = filled;
        if (skipped > 0 || filled - from > max) {
            skip(bytes, from, filled - from);
            from = filled;
        }
    }

    /** The number of bytes of the incomplete line. */
    public long unfinished() {
        return skipped + end - from;
    }

    /** The stream has ended: remaining bytes without a line feed are a line too. */
    public void end() {
        int begin = from;
        from = end;
        scanned = end;
        ended = true;
        finish(buffer, begin, end - begin);
    }

    private void finish(byte[] bytes, int offset, int length) {
        if (skipped > 0 || length > max) {
            skip(bytes, offset, length);
            long total = skipped;
            FrameEnds known = ends;
            boolean full = noRoom;
            skipped = 0;
            ends = null;
            noRoom = false;
            start = false;
            if (known != null && full) {
                lines.noRoom(total, known.head(), known.tail());
            } else if (known != null) {
                lines.tooLong(total, known.head(), known.tail());
            }
        } else {
            line(bytes, offset, length);
        }
    }

    /** Skips bytes of a line and keeps both of its ends. */
    private void skip(byte[] bytes, int offset, int length) {
        FrameEnds known = ends;
        if (known == null) {
            known = new FrameEnds();
            ends = known;
        }
        known.add(bytes, offset, length);
        skipped += length;
    }

    private void line(byte[] bytes, int offset, int length) {
        int from = offset;
        int size = length;
        if (start) {
            start = false;
            if (size >= 3 && Arrays.equals(bytes, from, from + 3, BYTE_ORDER_MARK, 0, 3)) {
                from += 3;
                size -= 3;
            }
        }
        while (size > 0 && bytes[from + size - 1] == '\r') {
            size--;
        }
        if (blank(bytes, from, size)) {
            return;
        }
        if (ended) {
            lines.cutOff(bytes, from, size);
        } else {
            lines.line(bytes, from, size);
        }
    }

    private static boolean blank(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
