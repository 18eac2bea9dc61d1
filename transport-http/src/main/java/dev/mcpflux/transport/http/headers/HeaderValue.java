package dev.mcpflux.transport.http.headers;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The value of a header that repeats text of the body: {@code Mcp-Name} and {@code Mcp-Param-*} (specification
 * 2026-07-28: basic/transports/streamable-http, value encoding).
 */
final class HeaderValue {

    private static final String PREFIX = "=?base64?";
    private static final String SUFFIX = "?=";

    private HeaderValue() {}

    /**
     * The text as it is where a header can hold it, else its UTF-8 form in Base64 between {@code =?base64?} and {@code ?=}.
     * These texts are encoded: with characters other than visible ASCII and spaces, tabs included; with spaces at either end, which
     * servers strip; texts that look encoded; and empty texts, since some servers take an empty header for none.
     *
     * @throws IllegalArgumentException if half of a surrogate pair stands alone. Jackson writes it as an escape into the
     *     body, and no UTF-8 text is equal to it
     */
    static String encode(String value) {
        return isPlain(value) ? value : PREFIX + Base64.getEncoder().encodeToString(utf8(value)) + SUFFIX;
    }

    private static boolean isPlain(String value) {
        int length = value.length();
        if (length == 0 || value.charAt(0) == ' ' || value.charAt(length - 1) == ' ') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        // "=?base64?=" too: the prefix and the suffix share a character
        return !(value.startsWith(PREFIX) && value.endsWith(SUFFIX));
    }

    private static byte[] utf8(String value) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it has half of a surrogate pair, which no header can hold", e);
        }
    }
}
