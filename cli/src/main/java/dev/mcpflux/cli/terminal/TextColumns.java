package dev.mcpflux.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Measures text in columns of a terminal: ideographs and emoji take two columns, combining marks none. */
public final class TextColumns {

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
                || (c >= 0x1F300 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
        return wide ? 2 : 1;
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
