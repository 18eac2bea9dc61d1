package dev.mcpflux.host.variable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of variables of the environment: {@code NAME=value} lines, with {@code export} before them or not. Comments begin with
 * a {@code #} at the start of a line, or behind a blank. Between single quotes everything stands for itself; between double quotes
 * {@code \n}, {@code \r}, {@code \t}, {@code \"}, {@code \\} and {@code \$} are escapes; quoted values may have several lines.
 * Variables in values are not replaced.
 */
final class DotEnv {

    private static final String BLANKS = " \t";

    private final String text;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private int at;
    private int line = 1;

    private DotEnv(String text) {
        this.text = text;
    }

    /**
     * The variables of the file; the last one of a name counts.
     *
     * @throws IllegalArgumentException names the line and what was expected, and quotes no value
     */
    static Map<String, String> parse(String content) {
        String text = content.startsWith("\uFEFF") ? content.substring(1) : content;
        return new DotEnv(text.replace("\r\n", "\n").replace('\r', '\n')).parse();
    }

    private Map<String, String> parse() {
        while (at < text.length()) {
            skipBlanks();
            if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '#') {
                variable();
            }
            skipLine();
        }
        return variables;
    }

    private void variable() {
        if (text.startsWith("export ", at) || text.startsWith("export\t", at)) {
            at += "export ".length();
            skipBlanks();
        }
        int start = at;
        while (at < text.length() && "=#\n \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String name = text.substring(start, at);
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '=') {
            throw problem(line, "expected NAME=value");
        }
        if (!name.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
            throw problem(line, "expected a name of letters, digits and underscores before \"=\"");
        }
        at++;
        skipBlanks();
        char first = at < text.length() ? text.charAt(at) : '\n';
        variables.put(name, first == '\'' || first == '"' ? quoted(first) : bare());
    }

    private String bare() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '\n' && !isComment(start)) {
            at++;
        }
        return text.substring(start, at).strip();
    }

    private boolean isComment(int start) {
        return text.charAt(at) == '#' && (at == start || BLANKS.indexOf(text.charAt(at - 1)) >= 0);
    }

    private String quoted(char quote) {
        int opened = line;
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == quote) {
                at++;
                rest();
                return value.toString();
            }
            if (c == '\n') {
                line++;
            }
            if (c == '\\' && quote == '"' && at + 1 < text.length()) {
                at++;
                escaped(text.charAt(at), value);
            } else {
                value.append(c);
            }
        }
        throw problem(opened, "expected a closing " + quote);
    }

    private void escaped(char c, StringBuilder value) {
        switch (c) {
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case '"', '\\', '$' -> value.append(c);
            default -> {
                line += c == '\n' ? 1 : 0;
                value.append('\\').append(c);
            }
        }
    }

    /** Behind a closing quote there may be a comment, and nothing else. */
    private void rest() {
        skipBlanks();
        if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '#') {
            throw problem(line, "expected the end of the line after the closing quote");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
        at++;
        line++;
    }

    private static IllegalArgumentException problem(int line, String expected) {
        return new IllegalArgumentException("line " + line + ": " + expected);
    }
}
