package dev.mcpflux.host.filter;

import dev.mcpflux.jsonrpc.McpJson;
import java.io.OutputStream;

/**
 * How large something is, or may be, as JSON.
 *
 * @param bytes in UTF-8
 * @param quarters quarters of estimated tokens: an ASCII character is one, each other character four
 * @param chars UTF-16 units
 */
record JsonSize(long bytes, long quarters, long chars) {

    /** The size of a value when it is written. */
    static JsonSize of(Object value) {
        Counter counter = new Counter();
        McpJson.mapper().writeValue(counter, value);
        return new JsonSize(counter.bytes, counter.quarters, counter.chars);
    }

    /** The size of a text within a JSON string. */
    static JsonSize ofText(String text) {
        long bytes = 0;
        long quarters = 0;
        long chars = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            int units = Character.charCount(c);
            int written = bytes(c);
            boolean ascii = isAscii(c);
            bytes += written;
            quarters += ascii ? written : 4;
            chars += ascii ? written : units;
            at += units;
        }
        return new JsonSize(bytes, quarters, chars);
    }

    /** How many UTF-16 units of a text fit from a place on, without cutting a character. */
    int fitting(String text, int from) {
        long leftBytes = bytes;
        long leftQuarters = quarters;
        long leftChars = chars;
        int at = from;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            int units = Character.charCount(c);
            int written = bytes(c);
            boolean ascii = isAscii(c);
            leftBytes -= written;
            leftQuarters -= ascii ? written : 4;
            leftChars -= ascii ? written : units;
            if (leftBytes < 0 || leftQuarters < 0 || leftChars < 0) {
                break;
            }
            at += units;
        }
        return at - from;
    }

    /** Whether it is written by ASCII characters; half of a pair of surrogates is escaped. */
    private static boolean isAscii(int c) {
        return c < 0x80 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static int bytes(int c) {
        if (c < 0x20) {
            return c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f' ? 2 : 6;
        }
        if (isAscii(c)) {
            return c >= 0x80 ? 6 : c == '"' || c == '\\' ? 2 : 1;
        }
        return c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    JsonSize plus(JsonSize more) {
        return new JsonSize(bytes + more.bytes, quarters + more.quarters, chars + more.chars);
    }

    JsonSize minus(JsonSize less) {
        return new JsonSize(bytes - less.bytes, quarters - less.quarters, chars - less.chars);
    }

    JsonSize quarter() {
        return new JsonSize(bytes / 4, quarters / 4, chars / 4);
    }

    JsonSize times(long count) {
        return new JsonSize(bytes * count, quarters * count, chars * count);
    }

    /** The smaller of each. */
    JsonSize min(JsonSize other) {
        return new JsonSize(
                Math.min(bytes, other.bytes), Math.min(quarters, other.quarters), Math.min(chars, other.chars));
    }

    /** What limits an ASCII text. */
    long least() {
        return Math.min(bytes, Math.min(quarters, chars));
    }

    boolean fitsIn(JsonSize room) {
        return bytes <= room.bytes && quarters <= room.quarters && chars <= room.chars;
    }

    /** Counts what is written to it. */
    private static final class Counter extends OutputStream {
        private long bytes;
        private long quarters;
        private long chars;

        @Override
        public void write(int octet) {
            int b = octet & 0xFF;
            bytes++;
            if (b < 0x80) {
                quarters++;
                chars++;
            } else if (b >= 0xC0) {
                quarters += 4;
                chars += b >= 0xF0 ? 2 : 1;
            }
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(octets[i]);
            }
        }
    }
}
