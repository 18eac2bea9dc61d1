package dev.mcpflux.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Measures text in columns of a terminal: ideographs and emoji take two columns, combining marks none. */
public final class TextColumns {

    /** Symbols below U+3000 that terminals show as emoji: pairs of the first and the last of a range. */
    private static final String WIDE_SYMBOLS =
            "\u231a\u231b\u23e9\u23ec\u23f0\u23f0\u23f3\u23f3\u25fd\u25fe\u2614\u2615"
                    + "\u2648\u2653\u267f\u267f\u2693\u2693\u26a1\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26ce\u26d4\u26d4"
                    + "\u26ea\u26ea\u26f2\u26f3\u26f5\u26f5\u26fa\u26fa\u26fd\u26fd\u2705\u2705\u270a\u270b\u2728\u2728\u274c\u274c"
                    + "\u274e\u274e\u2753\u2755\u2757\u2757\u2795\u2797\u27b0\u27b0\u27bf\u27bf\u2b1b\u2b1c\u2b50\u2b50\u2b55\u2b55";

    private TextColumns() {}

    public static int width(String text) {
        return text.codePoints().map(TextColumns::width).sum();
    }

    private static int width(int c) {
        if (c < 0x300) {
            return 1;
        }
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
                || (c >= 0xA960 && c <= 0xA97F)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || c == 0x1F004
                || c == 0x1F0CF
                || c == 0x1F18E
                || (c >= 0x1F191 && c <= 0x1F19A)
                || (c >= 0x1F200 && c <= 0x1F265)
                || (c >= 0x1F300 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
        return wide || (c >= 0x231A && c <= 0x2B55 && isWideSymbol((char) c)) ? 2 : 1;
    }

    private static boolean isWideSymbol(char c) {
        for (int i = 0; i < WIDE_SYMBOLS.length(); i += 2) {
            if (c >= WIDE_SYMBOLS.charAt(i) && c <= WIDE_SYMBOLS.charAt(i + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Shortens text to this many columns; wider text ends with an ellipsis. */
    public static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int used = 1;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            used += width(text.codePointAt(i));
            if (used > columns) {
                break;
            }
            kept.appendCodePoint(text.codePointAt(i));
        }
        return kept.append('…').toString();
    }

    /** Splits text into lines of at most this many columns, at a space where there is one. */
    public static List<String> wrap(String line, int columns) {
        List<String> lines = new ArrayList<>();
        int begin = 0;
        int blank = -1;
        int used = 0;
        for (int i = 0; i < line.length(); ) {
            int c = line.codePointAt(i);
            int width = c == '\t' ? 8 : width(c);
            if (used + width > columns && i > begin) {
                int end = blank > begin ? blank : i;
                lines.add(line.substring(begin, end));
                begin = blank > begin ? blank + 1 : i;
                used = width(line.substring(begin, i));
                blank = -1;
            }
            if (c == ' ') {
                blank = i;
            }
            used += width;
            i += Character.charCount(c);
        }
        lines.add(line.substring(begin));
        return lines;
    }
}
