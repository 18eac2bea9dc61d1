package dev.mcpflux.cli;

import java.util.stream.Collectors;

/**
 * Words of a server on their way to a terminal. They come from a program that is not trusted, so they must not move the
 * cursor, change colours, set titles or reorder what a person reads: what would is shown as a replacement character.
 */
final class Plain {

    private static final int REPLACEMENT = 0xFFFD;

    private Plain() {}

    /** Text of several lines. */
    static String text(String text) {
        return text.codePoints()
                .map(c -> c == '\n' || c == '\t' || harmless(c) ? c : REPLACEMENT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The same on one line. */
    static String line(String text) {
        return text(text).strip().lines().map(String::strip).collect(Collectors.joining(" "));
    }

    private static boolean harmless(int c) {
        boolean direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        return !Character.isISOControl(c) && !direction;
    }
}
