package dev.mcpflux.cli.output;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of what a command prints on standard output.
 *
 * @param expression what {@link Kind#JSONPATH} prints; null for the others
 */
public record OutputFormat(Kind kind, @Nullable String expression) {

    public static final OutputFormat TABLE = new OutputFormat(Kind.TABLE, null);
    public static final OutputFormat JSON = new OutputFormat(Kind.JSON, null);

    private static final String PATH = "jsonpath=";

    /** The kinds of formats. */
    public enum Kind {
        /** For a person: a table, or a description. */
        TABLE,
        /** A table with all columns, in which nothing is shortened. */
        WIDE,
        JSON,
        YAML,
        /** One name a line, as other commands take it. */
        NAME,
        /** Parts of the JSON document, chosen by an expression. */
        JSONPATH
    }

    /**
     * Reads {@code table}, {@code wide}, {@code json}, {@code yaml}, {@code name} or {@code jsonpath=EXPRESSION}.
     *
     * @throws IllegalArgumentException with a message for the person who typed it
     */
    public static OutputFormat of(String text) {
        if (text.startsWith(PATH)) {
            String expression = text.substring(PATH.length());
            JsonPath.of(expression);
            return new OutputFormat(Kind.JSONPATH, expression);
        }
        List<String> known = List.of("table", "wide", "json", "yaml", "name");
        int at = known.indexOf(text);
        if (at < 0) {
            String near = Suggestions.of(text, known);
            throw new IllegalArgumentException("there is no output format '" + text + "'"
                    + (near.isEmpty()
                            ? "; there are " + String.join(", ", known) + " and " + PATH + "TEMPLATE"
                            : near));
        }
        return new OutputFormat(Kind.values()[at], null);
    }

    /** Whether a document is printed, whose parts have names; errors are documents then, too. */
    public boolean isDocument() {
        return kind == Kind.JSON || kind == Kind.YAML || kind == Kind.JSONPATH;
    }

    /** Whether a program, more likely than a person, reads what is printed. */
    public boolean isForPrograms() {
        return kind != Kind.TABLE && kind != Kind.WIDE;
    }
}
