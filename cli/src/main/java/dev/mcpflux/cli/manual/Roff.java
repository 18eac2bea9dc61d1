package dev.mcpflux.cli.manual;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a page with the macros of man(7), which groff and mandoc read. All text goes through it, so that none of it is taken for
 * a request, and every character is one that each terminal and printer has.
 */
final class Roff {

    /** The longest line of prose, in the characters of the source. */
    private static final int LINE = 78;

    private final StringBuilder page = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param title the name of the page
     * @param date of the source, like 2026-11-28
     * @param source the program with its version
     */
    Roff(String title, String date, String source) {
        page.append(".\\\" Written by the build: change the help of the command instead.\n");
        page.append(".TH \"" + literal(title.toUpperCase(Locale.ROOT)) + "\" \"1\" \"" + date + "\" \""
                + literal(source) + "\" \"Manual of mcpflux\"\n");
        // no hyphenation and no stretched blanks: commands and options are to be searched and copied
        page.append(".nh\n.ad l\n");
    }

    Roff section(String title) {
        page.append(".SH \"" + literal(title.toUpperCase(Locale.ROOT)) + "\"\n");
        return this;
    }

    /** The line of the section NAME, which whatis(1) indexes. */
    Roff name(String command, String description) {
        page.append(literal(command)).append(" \\-\n").append(prose(description));
        return this;
    }

    Roff paragraph(String text) {
        page.append(".PP\n").append(prose(text));
        return this;
    }

    /** Text directly under a heading. */
    Roff first(String text) {
        page.append(prose(text));
        return this;
    }

    /** A usage: the command in bold, its words with what {@link #bold} and {@link #italic} make of them. */
    Roff synopsis(String command, List<String> words) {
        page.append(line(bold(command) + words.stream().map(word -> " " + word).collect(Collectors.joining())));
        return this;
    }

    /** An entry of a list: what it is about, and what there is to say. */
    Roff entry(String tag, String... paragraphs) {
        page.append(".TP\n").append(line(tag));
        for (int i = 0; i < paragraphs.length; i++) {
            if (i > 0) {
                page.append(".sp\n");
            }
            page.append(prose(paragraphs[i]));
        }
        return this;
    }

    /** Lines as they are. */
    Roff example(List<String> lines) {
        page.append(".RS 4\n.EX\n");
        lines.forEach(each -> page.append(line(literal(each))));
        page.append(".EE\n.RE\n");
        return this;
    }

    Roff references(List<String> pages) {
        page.append(pages.stream()
                .map(name -> ".BR " + literal(name) + " (1)")
                .collect(Collectors.joining(" ,\n", "", "\n")));
        return this;
    }

    static String bold(String text) {
        return "\\fB" + literal(text) + "\\fR";
    }

    static String italic(String text) {
        return "\\fI" + literal(text) + "\\fR";
    }

    /** Prose: words that begin with a hyphen are options, and keep it when they are copied. */
    static String text(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .map(word -> word.matches("[\"'(\\[]*-.*") ? literal(word) : escaped(word))
                .collect(Collectors.joining(" "));
    }

    /** Text of which every character counts. */
    static String literal(String text) {
        return escaped(text).replace("-", "\\-");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> escaped.append("\\e");
                case '\'' -> escaped.append("\\(aq");
                case '"' -> escaped.append("\\(dq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                    if (c < 0x80) {
                        escaped.append((char) c);
                    } else {
                        escaped.append(String.format("\\[u%04X]", c));
                    }
                }
            }
        });
        return escaped.toString();
    }

    /** Lines of some length, which no reader sees, but whoever compares two versions of a page. */
    private static String prose(String text) {
        StringBuilder lines = new StringBuilder();
        StringBuilder current = new StringBuilder();
        for (String word : text(text).split(" ")) {
            if (!current.isEmpty() && current.length() + 1 + word.length() > LINE) {
                lines.append(line(current.toString()));
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
        }
        return lines.append(line(current.toString())).toString();
    }

    /** A line that begins with a dot would be a request. */
    private static String line(String content) {
        return (content.startsWith(".") ? "\\&" : "") + content + "\n";
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
