package dev.mcpflux.uri;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Characters of URIs (RFC 3986, section 2), and the octets of UTF-8 for all others. */
final class PercentEncoding {

    private static final String UNRESERVED_MARKS = "-._~";
    private static final String RESERVED = ":/?#[]@!$&'()*+,;=";
    private static final String HEX = "0123456789ABCDEF";

    private PercentEncoding() {}

    /** Keeps unreserved characters only (RFC 6570, section 3.2.1: "(U)"). */
    static String encode(String text) {
        return encode(text, false);
    }

    /** Keeps reserved characters and encoded octets as well (RFC 6570, section 3.2.1: "(U+R)"). */
    static String encodeWhereNeeded(String text) {
        return encode(text, true);
    }

    private static String encode(String text, boolean reservedAllowed) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            boolean kept = isUnreserved(c)
                    || (reservedAllowed && (RESERVED.indexOf(c) >= 0 || (c == '%' && isTriplet(text, at))));
            if (kept) {
                encoded.append((char) c);
            } else {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(HEX.charAt(octet >> 4 & 15)).append(HEX.charAt(octet & 15));
                }
            }
            at += Character.charCount(c);
        }
        return encoded.toString();
    }

    /** Decodes a text; a percent sign that encodes nothing is literal. */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        StringBuilder text = new StringBuilder(encoded.length());
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int at = 0; at < encoded.length(); ) {
            if (isTriplet(encoded, at)) {
                octets.write(Integer.parseInt(encoded, at + 1, at + 3, 16));
                at += 3;
            } else {
                text.append(octets.toString(StandardCharsets.UTF_8)).append(encoded.charAt(at++));
                octets.reset();
            }
        }
        return text.append(octets.toString(StandardCharsets.UTF_8)).toString();
    }

    /** Whether an encoded octet, such as {@code %2F}, begins here. */
    static boolean isTriplet(String text, int at) {
        return at + 2 < text.length()
                && text.charAt(at) == '%'
                && isHex(text.charAt(at + 1))
                && isHex(text.charAt(at + 2));
    }

    private static boolean isHex(char c) {
        return HEX.indexOf(c) >= 0 || (c >= 'a' && c <= 'f');
    }

    private static boolean isUnreserved(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || UNRESERVED_MARKS.indexOf(c) >= 0;
    }
}
