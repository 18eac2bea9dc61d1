package dev.mcpflux.host.config.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import tools.jackson.databind.JsonNode;

/** Values and keys as TOML, and where they end in a text that is known to be TOML. */
final class TomlText {

    /** A date and a time may be apart by one space. */
    private static final Pattern SPACED_DATE_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:");

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

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

    /** The names of a dotted key. */
    static List<String> names(String key) {
        return Toml.parseDottedKey(key.strip());
    }

    /** A key of one name, quoted where it has to be. */
    static String key(String name) {
        return BARE_KEY.matcher(name).matches() ? name : string(name);
    }

    static String key(List<String> names) {
        return names.stream().map(TomlText::key).collect(Collectors.joining("."));
    }

    private static String string(String text) {
        // what JSON escapes, and one character more
        return JsonText.string(text).replace("\u007F", "\\u007F");
    }

    /** A value in one line. */
    static String line(JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (value.isObject()) {
            value.forEachEntry((name, member) -> parts.add(key(name) + " = " + line(member)));
            return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
        }
        if (value.isArray()) {
            value.forEach(item -> parts.add(line(item)));
            return "[" + String.join(", ", parts) + "]";
        }
        if (value.isNull()) {
            throw new DocumentException("TOML has no null");
        }
        if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            return Double.isNaN(value.doubleValue()) ? "nan" : value.doubleValue() > 0 ? "inf" : "-inf";
        }
        return value.isString() ? string(value.stringValue()) : JsonText.scalar(value);
    }

    /** An array in lines. */
    static String lines(JsonNode array, String indent, String unit, String newLine) {
        StringBuilder lines = new StringBuilder("[" + newLine);
        array.forEach(item -> lines.append(indent + unit + line(item) + "," + newLine));
        return lines.append(indent + "]").toString();
    }

    /** The members of a table, each in a line. */
    static String pairs(JsonNode table, String indent, String newLine) {
        StringBuilder pairs = new StringBuilder();
        table.forEachEntry((name, value) -> pairs.append(indent + key(name) + " = " + line(value) + newLine));
        return pairs.toString();
    }
}
