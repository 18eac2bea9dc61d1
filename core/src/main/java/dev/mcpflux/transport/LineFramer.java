package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.FrameMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into lines, however the stream was cut into pieces. It reads into its own buffer and hands lines
 * over where they are, without a copy. A byte-order mark at the start, carriage returns before a line feed and empty lines
 * are left out. A line over the limit is skipped while it comes, and no more than the limit is ever held. Not safe for use by several threads at a time.
 */
public final class LineFramer {

    /** Where bytes come from. */
    @FunctionalInterface
    public interface Source {
        /** Reads up to so many bytes, waiting for the first if need be; -1 at the end. */
        int read(byte[] bytes, int offset, int length) throws IOException;
    }

    /** Takes what was cut; the bytes are valid during the call only. */
    public interface Lines {
        /** A line without its end. */
        void line(byte[] bytes, int offset, int length);

        /** What the stream ended with, without the end of a line. */
        default void cutOff(byte[] bytes, int offset, int length) {
            line(bytes, offset, length);
        }

        /** A line over the limit, of so many bytes, is through. */
        void tooLong(long bytes);

        /**
         * The same, with what is known of the line; both are valid during the call only.
         *
         * @param head how it begins, up to {@link FrameEnds#WINDOW} bytes
         * @param tail how it ends, up to {@link FrameEnds#WINDOW} bytes
         */
        default void tooLong(long bytes, ByteBuffer head, ByteBuffer tail) {
            tooLong(bytes);
        }

        /** A line for which there was no room in {@link FrameMemory#HELD} is through; else like {@link #tooLong}. */
        default void noRoom(long bytes, ByteBuffer head, ByteBuffer tail) {
            tooLong(bytes, head, tail);
        }

        /** Whether the thread that fills may wait for room, and is still to do so. */
        default boolean mayWait() {
            return false;
        }
    }

    /** What the buffer is at first: enough for most servers. */
    private static final int INITIAL = 8 * 1024;

    /** What the buffer shrinks back to when a large line is through: what a pipe holds. */
    private static final int KEPT = 64 * 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int max;
    private final Lines lines;
    private byte[] buffer = new byte[INITIAL];
    /** Where the line that is not complete begins. */
    private int from;
    /** Up to where there is no line feed after that. */
    private int scanned;
    /** Up to where the buffer is filled. */
    private int end;

    private long skipped;
    /** What is skipped is so since there was no room for it. */
    private boolean noRoom;

    /** How many bytes of {@link FrameMemory#HELD} the buffer has taken. */
    private long taken;

    /** What is kept of a line that is skipped. */
    private @Nullable FrameEnds ends;

    private boolean start = true;
    private boolean ended;
    /** The longest line since the buffer last shrank, so that the next one like it does not grow it step by step again. */
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

    /** Reads once; {@link #emit} hands over what is complete then. Returns false at the end of the stream. */
    public boolean fill(Source source) throws IOException {
        makeRoom();
        int room = buffer.length - end;
        int n = source.read(buffer, end, room);
        if (n < 0) {
            return false;
        }
        end += n;
        if (n == room && buffer.length < KEPT) {
            // there is more traffic than the buffer is made for
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
            // the beginning of the next line does not hold what the last one needed
            longest = Math.max(longest, buffer.length);
            resize(KEPT);
            giveBack();
        }
    }

    private void grow() {
        // one more than the longest line: for its line feed
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

    /** Takes as much as is wanted, or less where that is not free; 0 if neither is. */
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

    /** Gives back the memory of a line that is not complete. Nothing is read after this. */
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

    /** The line that is not complete goes to the beginning. */
    private void move(byte[] to) {
        System.arraycopy(buffer, from, to, 0, end - from);
        end -= from;
        scanned -= from;
        from = 0;
        buffer = to;
    }

    /** Hands over the lines that are complete. */
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

    /** How many bytes there are of a line whose end has not come. */
    public long unfinished() {
        return skipped + end - from;
    }

    /** The stream has ended: what is held without a line feed is a line too. */
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

    /** Keeps no more of it than both ends. */
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
