package dev.mcpflux.text;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Makes text of a peer safe to show. A peer is not trusted: its names, descriptions, errors and results may hold characters
 * that move the cursor of a terminal, set its title, forge a line of a log, or show something else than what is there. Each
 * such character is replaced by an escape that can be read, a backslash and {@code u001b} or {@code u{e0041}}, so that
 * nothing acts and nothing is lost.
 *
 * <p>Replaced are: control characters (C0, DEL and C1, and with them every escape sequence in its 7-bit and 8-bit form),
 * bidirectional controls, the line and paragraph separators U+2028 and U+2029, invisible characters (format characters,
 * fillers, tags, surplus variation selectors), surrogates without their other half, noncharacters, and combining marks beyond
 * the eighth in a row. Kept are: joiners within an emoji or a word of a script that needs them, and one variation
 * selector after a character.
 *
 * <p>All methods are pure and safe for use by any thread. Text with nothing to replace is returned as it is, without a copy.
 */
public final class SafeText {

    /** More marks than any script puts on one character; beyond, they cover the lines above and below. */
    private static final int MAX_MARKS = 8;

    /** As much of an exception as one line of a log holds, in UTF-16 units. */
    private static final int MAX_ERROR = 4_000;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int EMOJI_STYLE = 0xFE0F;

    /** Scripts in whose words the two joiners choose between forms that are read differently. */
    private static final Set<UnicodeScript> JOINING = EnumSet.of(
            UnicodeScript.ARABIC,
            UnicodeScript.SYRIAC,
            UnicodeScript.MONGOLIAN,
            UnicodeScript.NKO,
            UnicodeScript.DEVANAGARI,
            UnicodeScript.BENGALI,
            UnicodeScript.GURMUKHI,
            UnicodeScript.GUJARATI,
            UnicodeScript.ORIYA,
            UnicodeScript.TAMIL,
            UnicodeScript.TELUGU,
            UnicodeScript.KANNADA,
            UnicodeScript.MALAYALAM,
            UnicodeScript.SINHALA,
            UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private SafeText() {}

    /**
     * Text of several lines: line feeds and tabs are kept, and a carriage return before a line feed is dropped, since the
     * two end one line.
     */
    public static String text(String text) {
        return harmless(text) ? text : replaced(text);
    }

    /**
     * The same on one line, for a cell of a table, a name, or a line of a log: each run of line breaks and tabs, with the
     * blanks around it, becomes one blank, and blanks at both ends are dropped.
     */
    public static String line(String text) {
        boolean oneLine = text.indexOf('\n') < 0 && text.indexOf('\t') < 0;
        return text(oneLine ? text : joined(text)).strip();
    }

    /** An exception on one line of bounded length, for a log. */
    public static String line(Throwable e) {
        return line(e.toString(), MAX_ERROR);
    }

    /** As {@link #line(String)}, of at most this many UTF-16 units; what is longer ends in an ellipsis. */
    public static String line(String text, int most) {
        // what is cut away need not be looked at; a replacement never makes text shorter, except that blanks are joined
        boolean huge = text.length() > 8L * most;
        return shortened(line(huge ? text.substring(0, 8 * most) : text), most);
    }

    /**
     * The begin of a text that is longer than it should be, with an ellipsis as its last character. A pair of surrogates is
     * not cut into two.
     */
    public static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Math.max(0, most - 1);
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    /**
     * A JSON document, in which everything that {@link #text} replaces is written as an escape of JSON: to a program it is
     * the same document.
     *
     * @param json valid JSON; its control characters outside of strings are white space
     */
    public static String json(String json) {
        if (harmless(json)) {
            return json;
        }
        StringBuilder safe = new StringBuilder(json.length() + 64);
        for (int i = 0; i < json.length(); ) {
            int c = json.codePointAt(i);
            int next = i + Character.charCount(c);
            if (c == '\r' || !replaces(json, i, c)) {
                safe.appendCodePoint(c);
            } else {
                for (int unit = i; unit < next; unit++) {
                    safe.append(String.format(Locale.ROOT, "\\u%04x", (int) json.charAt(unit)));
                }
            }
            i = next;
        }
        return safe.toString();
    }

    /** Whether nothing in a text has to be replaced; nearly all text is plain, and is passed here at the cost of a look. */
    private static boolean harmless(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\n' && c != '\t') || c >= 0x7F) {
                return c >= 0x7F && harmlessFrom(text, i);
            }
        }
        return true;
    }

    private static boolean harmlessFrom(String text, int from) {
        for (int i = from; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (replaces(text, i, c)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    private static String replaced(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 64);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (c == '\r' && next < text.length() && text.charAt(next) == '\n') {
                i = next;
                continue;
            }
            if (replaces(text, i, c)) {
                safe.append(String.format(Locale.ROOT, c > 0xFFFF ? "\\u{%x}" : "\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
            i = next;
        }
        return safe.toString();
    }

    private static String joined(String text) {
        StringBuilder line = new StringBuilder(text.length());
        boolean gap = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ends = c == '\n' || c == '\t' || (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n');
            if (ends) {
                if (!gap) {
                    line.setLength(withoutBlanks(line));
                }
                gap = true;
            } else if (!gap || c != ' ') {
                if (gap) {
                    line.append(' ');
                    gap = false;
                }
                line.append(c);
            }
        }
        return line.toString();
    }

    private static int withoutBlanks(StringBuilder line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == ' ') {
            end--;
        }
        return end;
    }

    private static boolean replaces(String text, int at, int c) {
        if (c < 0x7F) {
            return c < ' ' && c != '\n' && c != '\t';
        }
        if (c < 0xAD) {
            return c < 0xA0;
        }
        return switch (Character.getType(c)) {
            case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> !shown(c) && !joins(text, at, c);
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> invisibleMark(text, at, c) || piled(text, at);
            case Character.OTHER_LETTER -> c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0;
            case Character.UNASSIGNED -> unassigned(c);
            default -> false;
        };
    }

    /** Format characters that have a shape: signs that stand around the digits of a number. */
    private static boolean shown(int c) {
        return (c >= 0x0600 && c <= 0x0605)
                || c == 0x06DD
                || c == 0x070F
                || c == 0x0890
                || c == 0x0891
                || c == 0x08E2
                || c == 0x110BD
                || c == 0x110CD;
    }

    /** Noncharacters, and places that Unicode keeps free for characters that are not shown. */
    private static boolean unassigned(int c) {
        return (c & 0xFFFE) == 0xFFFE
                || (c >= 0xFDD0 && c <= 0xFDEF)
                || c == 0x2065
                || (c >= 0xFFF0 && c <= 0xFFF8)
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }

    private static boolean joins(String text, int at, int c) {
        if ((c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER) || at == 0) {
            return false;
        }
        int before = text.codePointBefore(at);
        if (JOINING.contains(UnicodeScript.of(before))) {
            return true;
        }
        int next = at + 1;
        return c == ZERO_WIDTH_JOINER
                && next < text.length()
                && (pictorial(before) || before == EMOJI_STYLE)
                && pictorial(text.codePointAt(next));
    }

    /** Emoji and the colours of their skin. */
    private static boolean pictorial(int c) {
        int type = Character.getType(c);
        return type == Character.OTHER_SYMBOL || (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0x1F000 && c <= 0x1FAFF);
    }

    private static boolean invisibleMark(String text, int at, int c) {
        if (c == 0x034F || c == 0x17B4 || c == 0x17B5) {
            return true;
        }
        boolean ofMongolian = (c >= 0x180B && c <= 0x180D) || c == 0x180F;
        boolean ofSymbols = c >= 0xFE00 && c <= 0xFE0F;
        boolean ofIdeographs = c >= 0xE0100 && c <= 0xE01EF;
        if (!ofMongolian && !ofSymbols && !ofIdeographs) {
            return false;
        }
        if (at == 0) {
            return true;
        }
        int before = text.codePointBefore(at);
        if (ofMongolian) {
            return UnicodeScript.of(before) != UnicodeScript.MONGOLIAN;
        }
        return ofIdeographs
                ? !Character.isIdeographic(before)
                // of the ASCII characters only those on keys have another form
                : before < 0x80 ? "#*0123456789".indexOf(before) < 0 || c != EMOJI_STYLE : selects(before);
    }

    /** Selectors one after the other hide a message: each stands for a byte. */
    private static boolean selects(int c) {
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || Character.isWhitespace(c);
    }

    private static boolean piled(String text, int at) {
        int marks = 0;
        for (int i = at; i > 0 && marks < MAX_MARKS; marks++) {
            int before = text.codePointBefore(i);
            int type = Character.getType(before);
            if (type != Character.NON_SPACING_MARK && type != Character.ENCLOSING_MARK) {
                return false;
            }
            i -= Character.charCount(before);
        }
        return marks == MAX_MARKS;
    }
}
