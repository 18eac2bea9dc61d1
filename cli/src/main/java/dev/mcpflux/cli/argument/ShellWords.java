package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into words as a shell does: spaces separate, single and double quotes and backslashes protect.
 */
public final class ShellWords {

    private ShellWords() {}

    /** Quotes a word for a shell. */
    public static String quote(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /**
     * The words of a line.
     *
     * @throws UsageException if a quote is not closed
     */
    public static List<String> split(String text) {
        return split(text, false);
    }

    /**
     * The words of a line.
     *
     * @param comments whether a word that begins with {@code #}, without quotes, ends the line
     * @throws UsageException if a quote is not closed
     */
    public static List<String> split(String text, boolean comments) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (comments && c == '#' && !open && quote == 0) {
                break;
            }
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\'
                        && quote == '"'
                        && i + 1 < text.length()
                        && "\"\\".indexOf(text.charAt(i + 1)) >= 0) {
                    word.append(text.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                open = true;
            } else if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                open = true;
            } else if (Character.isWhitespace(c)) {
                if (open) {
                    words.add(word.toString());
                    word.setLength(0);
                    open = false;
                }
            } else {
                word.append(c);
                open = true;
            }
        }
        if (quote != 0) {
            throw new UsageException("a quote is not closed: " + text);
        }
        if (open) {
            words.add(word.toString());
        }
        return words;
    }
}
