package dev.mcpflux.cli.doctor.finding;

import dev.mcpflux.cli.terminal.TableLine.Style;

/** How much a finding matters, the least first. */
public enum Severity {
    /** Something that works. */
    OK("ok", "✔", Style.GOOD),
    /** Something that could be better, or that is good to know. */
    ADVICE("advice", "·", Style.PLAIN),
    /** Something that may go wrong, or that a person should look at. */
    WARNING("warning", "!", Style.WARNING),
    /** Something that does not work, or that is not safe. */
    PROBLEM("problem", "✗", Style.BAD);

    private final String word;
    private final String symbol;
    private final Style style;

    Severity(String word, String symbol, Style style) {
        this.word = word;
        this.symbol = symbol;
        this.style = style;
    }

    /** How a command line and a document name it. */
    public String word() {
        return word;
    }

    /** Its sign, which always stands beside the word. */
    public String symbol() {
        return symbol;
    }

    /** How it looks where colours are allowed. */
    public Style style() {
        return style;
    }

    /** How many findings of it there are, in words: {@code 2 warnings}. */
    public String count(long number) {
        return number + " " + word + (number == 1 || this == OK || this == ADVICE ? "" : "s");
    }
}
