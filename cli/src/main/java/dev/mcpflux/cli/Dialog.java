package dev.mcpflux.cli;

import dev.mcpflux.text.SafeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A conversation with the person at the terminal, line by line. Each answer may end it. */
final class Dialog {

    static final String DECLINE = "!decline";
    static final String CANCEL = "!cancel";

    private static final String BOLD = "\033[1m";
    private static final String NORMAL = "\033[0m";

    /** Where the lines of the person come from. */
    @FunctionalInterface
    interface Lines {
        /** Waits for a line; null where there are no more, which is what Ctrl-D makes of a terminal. */
        @Nullable
        String next() throws InterruptedException;
    }

    /** The person does not want to go on. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean declined;

        Ended(boolean declined) {
            // says which way to go on, and not that something is wrong: nobody needs its stack
            super(declined ? "declined" : "cancelled", null, false, false);
            this.declined = declined;
        }

        /** Whether that is a clear no; else there is no answer. */
        boolean declined() {
            return declined;
        }
    }

    /** Before each line that a server worded; no line of ours begins like that. */
    private static final String MARGIN = "  | ";

    private static final int MAX_QUOTED = 40;

    private final Lines lines;
    private final PrintWriter out;
    private final int columns;

    /**
     * A dialogue.
     *
     * @param columns how wide the terminal is
     */
    Dialog(Lines lines, Writer out, int columns) {
        this.lines = lines;
        this.out = new PrintWriter(out, true);
        this.columns = columns;
    }

    Dialog(Reader in, Writer out) {
        this(reading(new BufferedReader(in)), out, 80);
    }

    static Lines reading(BufferedReader in) {
        return () -> {
            try {
                return in.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Says something of ours; what it quotes of a server is made safe and stays on its line. */
    void say(String text) {
        out.println(SafeText.text(text.replace('\n', ' ')));
    }

    /** As {@link #say}, the second part in bold where the terminal may be coloured. */
    void stress(String before, String text, boolean colours) {
        String safe = SafeText.line(text);
        out.println(SafeText.text(before) + (colours ? BOLD + safe + NORMAL : safe));
    }

    /**
     * Repeats words of a server: behind a margin, and broken before the terminal breaks them, so that no line of theirs
     * looks like a prompt of ours. What is long loses its end.
     */
    void quote(@Nullable String text) {
        List<String> quoted = new ArrayList<>();
        Iterator<String> given =
                SafeText.text(text == null ? "" : text).strip().lines().iterator();
        while (given.hasNext() && quoted.size() <= MAX_QUOTED) {
            quoted.addAll(Columns.wrap(given.next(), Math.max(20, columns - MARGIN.length())));
        }
        quoted.stream().limit(MAX_QUOTED).forEach(line -> out.println(MARGIN + line));
        if (quoted.size() > MAX_QUOTED || given.hasNext()) {
            out.println("  (The rest of it is left out.)");
        }
    }

    /** A short piece of a server's words within a line of ours. */
    String brief(String text) {
        return Columns.cut(SafeText.line(text, 4 * columns), Math.max(20, columns * 3 / 4));
    }

    /** Whether a line of so many columns is not broken by the terminal. */
    boolean fits(int width) {
        return width <= columns;
    }

    /**
     * Asks for a line.
     *
     * @throws Ended if the person declines, cancels or closes the input
     */
    String ask(String prompt) throws InterruptedException {
        out.print(SafeText.text(prompt.replace('\n', ' ')));
        out.flush();
        String line = lines.next();
        if (line == null) {
            // the cursor still stands behind the prompt
            out.println();
            throw new Ended(false);
        }
        switch (line.strip().toLowerCase(Locale.ROOT)) {
            case DECLINE -> throw new Ended(true);
            case CANCEL -> throw new Ended(false);
            default -> {
                return line;
            }
        }
    }
}
