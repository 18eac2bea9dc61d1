package dev.mcpflux.jsonrpc;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the id of the request that an invalid JSON frame answers. Continues after a syntax error, and tracks strings
 * and nesting as far as possible. Only members of the outermost object count.
 */
final class FrameScan {

    /** A number with more digits is not an id of this side. */
    private static final int MOST_DIGITS = 18;

    private final byte[] bytes;
    private final int end;
    private int position;
    private RequestId.@Nullable OfLong id;
    private boolean answer;

    private FrameScan(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    /** The id of the request that the frame seems to answer, or null. */
    static RequestId.@Nullable OfLong answeredId(byte[] bytes, int offset, int length) {
        FrameScan scan = new FrameScan(bytes, offset, length);
        scan.run();
        return scan.answer ? scan.id : null;
    }

    /**
     * An estimate of the number of values in the frame: counts the characters outside of strings that begin or separate
     * values.
     */
    static long values(byte[] bytes, int offset, int length) {
        FrameScan scan = new FrameScan(bytes, offset, length);
        long values = 1;
        while (scan.position < scan.end) {
            switch (bytes[scan.position]) {
                case '{', '[', ',', ':' -> values++;
                case '"' -> scan.skipString();
                default -> {
                    // part of a counted value
                }
            }
            scan.position++;
        }
        return values;
    }

    private void run() {
        int depth = 0;
        while (position < end) {
            switch (bytes[position]) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                case '"' -> {
                    int begin = position + 1;
                    skipString();
                    if (depth == 1) {
                        name(begin, position);
                    }
                }
                default -> {
                    // text outside of strings and brackets is skipped
                }
            }
            position++;
        }
    }

    /** Leaves the position at the quotation mark that ends the string. */
    private void skipString() {
        position++;
        while (position < end && bytes[position] != '"') {
            position += bytes[position] == '\\' ? 2 : 1;
        }
    }

    private void name(int begin, int closing) {
        int length = Math.min(closing, end) - begin;
        if (length < 2 || length > 6) {
            return;
        }
        switch (new String(bytes, begin, length, StandardCharsets.ISO_8859_1)) {
            case "result", "error" -> answer |= next(closing + 1) == ':';
            case "id" -> number(closing + 1);
            default -> {
                // another member
            }
        }
    }

    private int next(int from) {
        int i = blanks(from);
        return i < end ? bytes[i] : -1;
    }

    private int blanks(int from) {
        int i = from;
        while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    private void number(int from) {
        int i = blanks(from);
        if (i >= end || bytes[i] != ':') {
            return;
        }
        i = blanks(i + 1);
        long value = 0;
        int digits = 0;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9' && digits <= MOST_DIGITS) {
            value = value * 10 + (bytes[i] - '0');
            digits++;
            i++;
        }
        int after = next(i);
        if (digits > 0 && digits <= MOST_DIGITS && (after == ',' || after == '}' || after == -1)) {
            id = new RequestId.OfLong(value);
        }
    }
}
