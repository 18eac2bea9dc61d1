package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpressions;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Translates a regular expression of ECMA-262, the dialect of JSON Schema, into the syntax of RE2/J, in one pass
 * without recursion.
 *
 * <p>RE2/J takes time linear in the text, but also in the size of the pattern, and it expands repetitions: compiling
 * <code>((a{1000}){1000}){1000}</code> uses up all memory. So the size is estimated here, before RE2/J sees the
 * pattern.
 */
final class EcmaPattern {

    /** Size limit in RE2/J instructions. RE2/J takes up to a microsecond for 100 of them and one character. */
    private static final int MAX_SIZE = 5_000;

    /** Depth limit of nested groups, since RE2/J is recursive. */
    private static final int MAX_DEPTH = 100;

    /** A Unicode category is a table of hundreds of ranges. */
    private static final int SIZE_OF_PROPERTY = 10;

    /** "WhiteSpace" and "LineTerminator" (ECMA-262, sections 12.2 and 12.3). */
    private static final String SPACE =
            "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}" + "\\x{3000}\\x{feff}";

    private static final String NO_SPACE = "\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
            + "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}"
            + "\\x{ff00}-\\x{10ffff}";

    private static final String ANY_BUT_LINE_END = "[^\\n\\r\\x{2028}\\x{2029}]";
    private static final String ANY = "[\\x{0}-\\x{10ffff}]";
    private static final String NONE = "[^\\x{0}-\\x{10ffff}]";

    /** The pattern is valid, but RE2/J has no equivalent. The message completes "the pattern …". */
    static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String message) {
            super(message);
        }
    }

    private static final class Group {
        long size = 1;
        long lastAtom;
    }

    private final String pattern;
    private final StringBuilder re2 = new StringBuilder();
    private final Deque<Group> open = new ArrayDeque<>();
    private Group group = new Group();
    private int at;

    private EcmaPattern(String pattern) {
        this.pattern = pattern;
    }

    /**
     * Translates a pattern for RE2/J.
     *
     * @throws UnsupportedException if RE2/J has no equivalent, or the pattern is too large for it
     * @throws SchemaException if the text is not a pattern in any dialect
     */
    static String toRe2(String pattern) throws UnsupportedException {
        return new EcmaPattern(pattern).rewritten();
    }

    private String rewritten() throws UnsupportedException {
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            switch (c) {
                case '(' -> openGroup();
                case ')' -> closeGroup();
                case '[' -> characterClass();
                case '\\' -> escape();
                case '{' -> braces();
                case '*', '+', '?' -> {
                    re2.append(c);
                    repeat(1);
                }
                case '.' -> atom(ANY_BUT_LINE_END);
                // without the flag "m" it does not match before a line feed at the end, unlike in Perl
                case '$' -> atom("\\z");
                case '|' -> {
                    re2.append(c);
                    grow(1);
                    group.lastAtom = 0;
                }
                default -> atom(String.valueOf(c));
            }
        }
        if (!open.isEmpty()) {
            throw malformed("a group is not closed");
        }
        return re2.toString();
    }

    private void openGroup() throws UnsupportedException {
        if (open.size() == MAX_DEPTH) {
            throw new UnsupportedException("has groups nested more than " + MAX_DEPTH + " deep");
        }
        if (!next("?")) {
            // the text that a group matched is never used
            re2.append("(?:");
        } else if (next(":")) {
            re2.append("(?:");
        } else if (next("i:")) {
            re2.append("(?i:");
        } else if (next("i)")) {
            re2.append("(?i)");
            return;
        } else if (next("=") || next("!") || next("<=") || next("<!")) {
            throw new UnsupportedException("looks ahead or behind");
        } else if (next("<") && pattern.indexOf('>', at) > at) {
            at = pattern.indexOf('>', at) + 1;
            re2.append("(?:");
        } else {
            throw new UnsupportedException("has a group of an unknown kind");
        }
        open.push(group);
        group = new Group();
    }

    private void closeGroup() throws UnsupportedException {
        if (open.isEmpty()) {
            throw malformed("a group is closed that was not opened");
        }
        re2.append(')');
        long size = group.size;
        group = open.pop();
        group.lastAtom = size;
        grow(size);
    }

    /** A counted repetition, or a literal brace. */
    private void braces() throws UnsupportedException {
        int from = at;
        int least = number();
        boolean range = least >= 0 && next(",");
        int most = range ? number() : least;
        if (least >= 0 && next("}")) {
            re2.append('{').append(pattern, from, at);
            repeat(Math.max(least, most));
        } else {
            at = from;
            atom("\\{");
        }
    }

    /** The digits as a number, or -1 if there are none. */
    private int number() {
        int from = at;
        long number = 0;
        while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
            number = Math.min(Integer.MAX_VALUE, number * 10 + pattern.charAt(at++) - '0');
        }
        return at == from ? -1 : (int) number;
    }

    private void atom(String text) throws UnsupportedException {
        atom(text, 1);
    }

    private void atom(String text, int size) throws UnsupportedException {
        re2.append(text);
        group.lastAtom = size;
        grow(size);
    }

    private void repeat(int times) throws UnsupportedException {
        // each optional repetition is a branch as well
        long repeated = (group.lastAtom + 1) * Math.max(1, times);
        grow(repeated - group.lastAtom);
        group.lastAtom = repeated;
    }

    private void grow(long size) throws UnsupportedException {
        group.size += size;
        if (group.size > MAX_SIZE) {
            throw new UnsupportedException("is too large when its repetitions are expanded");
        }
    }

    private void escape() throws UnsupportedException {
        char c = escaped();
        switch (c) {
            case 'd', 'D', 'w', 'W', 'b', 'B', 'A', 'z' -> atom("\\" + c);
            case 's' -> atom("[" + SPACE + "]");
            case 'S' -> atom("[^" + SPACE + "]");
            case 'p', 'P' -> atom(property(c), SIZE_OF_PROPERTY);
            case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                throw new UnsupportedException("refers back to a group");
            default -> atom(character(c));
        }
    }

    private void characterClass() throws UnsupportedException {
        boolean negated = next("^");
        if (next("]")) {
            atom(negated ? ANY : NONE);
            return;
        }
        re2.append(negated ? "[^" : "[");
        int size = 1;
        while (!next("]")) {
            if (at == pattern.length()) {
                throw malformed("a class of characters is not closed");
            }
            char c = pattern.charAt(at++);
            if (c == '[') {
                re2.append("\\[");
            } else if (c == '\\') {
                size += escapeInClass();
            } else {
                re2.append(c);
            }
        }
        atom("]", size);
    }

    private int escapeInClass() throws UnsupportedException {
        char c = escaped();
        switch (c) {
            case 'd', 'D', 'w', 'W' -> re2.append('\\').append(c);
            case 's' -> re2.append(SPACE);
            case 'S' -> re2.append(NO_SPACE);
            case 'p', 'P' -> re2.append(property(c));
            case 'b' -> {
                re2.append("\\x{8}");
                return 0;
            }
            default -> {
                re2.append(character(c));
                return 0;
            }
        }
        if (pattern.startsWith("-", at) && !pattern.startsWith("-]", at)) {
            // a hyphen after several characters is literal
            at++;
            re2.append("\\-");
        }
        return c == 'p' || c == 'P' ? SIZE_OF_PROPERTY : 0;
    }

    private char escaped() {
        if (at == pattern.length()) {
            throw malformed("a backslash is the last character");
        }
        return pattern.charAt(at++);
    }

    /** An escape of one character (ECMA-262, CharacterEscape). */
    private String character(char c) throws UnsupportedException {
        switch (c) {
            case 't', 'n', 'v', 'f', 'r', 'a':
                return "\\" + c;
            case '0':
                if (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
                    throw unknownEscape();
                }
                return "\\x{0}";
            case 'c':
                if (at == pattern.length() || !isLetter(pattern.charAt(at))) {
                    throw unknownEscape();
                }
                return codePoint(pattern.charAt(at++) % 32);
            case 'x':
                return codePoint(hex(2));
            case 'u':
                return codePoint(unicode());
            default:
                if (isLetter(c) || Character.isDigit(c)) {
                    throw unknownEscape();
                }
                // "any SourceCharacter but not UnicodeIDContinue" is literal
                return c < 0x80 ? "\\" + c : String.valueOf(c);
        }
    }

    private int unicode() throws UnsupportedException {
        if (next("{")) {
            int end = pattern.indexOf('}', at);
            if (end <= at || end - at > 6) {
                throw unknownEscape();
            }
            int code = hex(end - at);
            at++;
            return code;
        }
        int unit = hex(4);
        if (Character.isHighSurrogate((char) unit) && next("\\u")) {
            int low = hex(4);
            if (Character.isLowSurrogate((char) low)) {
                return Character.toCodePoint((char) unit, (char) low);
            }
            throw unknownEscape();
        }
        return unit;
    }

    private int hex(int digits) throws UnsupportedException {
        int code = 0;
        for (int end = at + digits; at < end; at++) {
            int digit = at < pattern.length() ? Character.digit(pattern.charAt(at), 16) : -1;
            if (digit < 0) {
                throw unknownEscape();
            }
            code = code * 16 + digit;
        }
        return code;
    }

    /**
     * RE2/J also knows {@code L}, {@code Letter}, {@code General_Category=Letter} and {@code Script=Greek} as
     * categories.
     */
    private String property(char p) throws UnsupportedException {
        int end = pattern.startsWith("{", at) ? pattern.indexOf('}', at) : -1;
        if (end < 0) {
            throw unknownEscape();
        }
        String name = pattern.substring(at + 1, end);
        at = end + 1;
        String value = name.replaceFirst("^(?:General_Category|gc|Script|sc)=", "");
        return "\\" + p
                + RegularExpressions.replaceLongformCharacterProperties("\\p{" + value + "}")
                        .substring(2);
    }

    private boolean next(String text) {
        boolean there = pattern.startsWith(text, at);
        at += there ? text.length() : 0;
        return there;
    }

    private static String codePoint(int code) {
        return "\\x{" + Integer.toHexString(code) + "}";
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static UnsupportedException unknownEscape() {
        return new UnsupportedException("has an escape sequence that is not known");
    }

    private static SchemaException malformed(String reason) {
        return new SchemaException("is not a regular expression: " + reason);
    }
}
