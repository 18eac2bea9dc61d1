package dev.mcpflux.cli.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a line with their places, by the rules of {@link dev.mcpflux.cli.argument.ShellWords}: spaces separate, quotes
 * and backslashes protect, and a word that begins with {@code #} ends the line. A backslash at the end of a line joins it with
 * the next one. Immutable.
 *
 * @param words from left to right
 * @param open whether a quote is not closed, or the text ends with a backslash, so that more has to follow
 */
record LineWords(List<Word> words, boolean open) {

    /**
     * A word.
     *
     * @param text without quotes and backslashes
     * @param begin where it begins in the line
     * @param end the place behind it
     */
    record Word(String text, int begin, int end) {}

    LineWords {
        words = List.copyOf(words);
    }

    /** The texts of the words. */
    List<String> texts() {
        return words.stream().map(Word::text).toList();
    }

    static LineWords of(String line) {
        return new Splitter(line).split();
    }

    /** Writes a word so that it is read as one word again, as far as it is typed. */
    static String escaped(String word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (Character.isWhitespace(c) || "'\"\\".indexOf(c) >= 0 || (c == '#' && i == 0)) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }

    private static final class Splitter {
        private final String line;
        private final List<Word> words = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        private int begin = -1;
        private char quote;

        Splitter(String line) {
            this.line = line;
        }

        LineWords split() {
            int i = 0;
            while (i < line.length()) {
                char c = line.charAt(i);
                if (c == '#' && begin < 0 && quote == 0) {
                    return new LineWords(words, false);
                }
                if (c == '\\' && quote != '\'') {
                    if (i + 1 == line.length()) {
                        start(i);
                        add(line.length());
                        return new LineWords(words, true);
                    }
                    escape(i);
                    i += 2;
                    continue;
                }
                one(c, i);
                i++;
            }
            boolean open = quote != 0;
            add(line.length());
            return new LineWords(words, open);
        }

        private void one(char c, int at) {
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                start(at);
                quote = c;
            } else if (Character.isWhitespace(c)) {
                add(at);
            } else {
                start(at);
                word.append(c);
            }
        }

        private void escape(int at) {
            char next = line.charAt(at + 1);
            if (next == '\n') {
                return;
            }
            start(at);
            if (quote == '"' && "\"\\".indexOf(next) < 0) {
                word.append('\\');
            }
            word.append(next);
        }

        private void start(int at) {
            if (begin < 0) {
                begin = at;
            }
        }

        private void add(int end) {
            if (begin >= 0) {
                words.add(new Word(word.toString(), begin, end));
                word.setLength(0);
                begin = -1;
            }
        }
    }
}
