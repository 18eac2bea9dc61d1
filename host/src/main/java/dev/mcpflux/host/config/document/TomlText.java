package dev.mcpflux.host.config.document;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the ends of values in a text that is known to be TOML. */
final class TomlText {

    /** A date and a time may be apart by one space. */
    private static final Pattern SPACED_DATE_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:");

    private static final String BARE = "_+-.:";

    private TomlText() {}

    /** The offset after the string, number, boolean or date that begins at an offset. */
    static int scalarEnd(String text, int start) {
        for (String quote : new String[] {"\"\"\"", "'''", "\"", "'"}) {
            if (text.startsWith(quote, start)) {
                return quotedEnd(text, start, quote);
            }
        }
        Matcher date = SPACED_DATE_TIME.matcher(text).region(start, text.length());
        int end = date.lookingAt() ? date.end() : start;
        while (end < text.length() && isBare(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isBare(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || BARE.indexOf(c) >= 0;
    }

    private static int quotedEnd(String text, int start, String quote) {
        boolean escapes = quote.charAt(0) == '"';
        int at = start + quote.length();
        while (at < text.length() && !text.startsWith(quote, at)) {
            at += escapes && text.charAt(at) == '\\' ? 2 : 1;
        }
        int end = Math.min(text.length(), at + quote.length());
        // up to two quotes more belong to the string
        for (int more = 0; quote.length() == 3 && more < 2; more++) {
            if (end < text.length() && text.charAt(end) == quote.charAt(0)) {
                end++;
            }
        }
        return end;
    }
}
