package dev.mcpflux.transport.stdio;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines, however the stream was cut into chunks. A line that lies within one chunk is handed
 * over where it is, without a copy. A byte-order mark at the start, carriage returns before a line feed and empty lines
 * are left out. A line over the limit is skipped while it comes, and no more than the limit is ever held.
 */
final class LineFramer {

    /** Takes what was cut; the bytes are valid during the call only. */
    interface Lines {
        void line(byte[] bytes, int offset, int length);

        void tooLong(long bytes);
    }

    /** What the buffer for lines that span chunks shrinks back to. */
    private static final int KEPT = 64 * 1024;

    private final int max;
    private final Lines lines;
    private byte[] partial = new byte[0];
    private int held;
    private long skipped;
    private boolean start = true;

    LineFramer(int max, Lines lines) {
        this.max = max;
        this.lines = lines;
    }

    void accept(byte[] chunk, int offset, int length) {
        int end = offset + length;
        int from = offset;
        for (int i = offset; i < end; i++) {
            if (chunk[i] == '\n') {
                finish(chunk, from, i - from);
                from = i + 1;
            }
        }
        hold(chunk, from, end - from);
    }

    /** The stream has ended: what is held without a line feed is a line too. */
    void end() {
        finish(partial, 0, 0);
    }

    private void hold(byte[] chunk, int offset, int length) {
        if (skipped > 0) {
            skipped += length;
        } else if ((long) held + length > max) {
            skipped = (long) held + length;
            held = 0;
            partial = new byte[0];
        } else if (length > 0) {
            if (partial.length < held + length) {
                long wanted = Math.max(held + length, Math.min(max, Math.max(8192, partial.length * 2L)));
                partial = Arrays.copyOf(partial, (int) wanted);
            }
            System.arraycopy(chunk, offset, partial, held, length);
            held += length;
        }
    }

    private void finish(byte[] chunk, int offset, int length) {
        if (skipped > 0 || (long) held + length > max) {
            long total = skipped > 0 ? skipped + length : (long) held + length;
            skipped = 0;
            held = 0;
            start = false;
            lines.tooLong(total);
        } else if (held > 0) {
            hold(chunk, offset, length);
            int size = held;
            held = 0;
            emit(partial, 0, size);
            if (partial.length > KEPT) {
                partial = new byte[0];
            }
        } else {
            emit(chunk, offset, length);
        }
    }

    private void emit(byte[] bytes, int offset, int length) {
        int from = offset;
        int size = length;
        if (start) {
            start = false;
            if (size >= 3
                    && bytes[from] == (byte) 0xEF
                    && bytes[from + 1] == (byte) 0xBB
                    && bytes[from + 2] == (byte) 0xBF) {
                from += 3;
                size -= 3;
            }
        }
        while (size > 0 && bytes[from + size - 1] == '\r') {
            size--;
        }
        if (!blank(bytes, from, size)) {
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
