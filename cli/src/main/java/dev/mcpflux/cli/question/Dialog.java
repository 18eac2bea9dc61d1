package dev.mcpflux.cli.question;

import dev.mcpflux.cli.terminal.LineSource;
import dev.mcpflux.cli.terminal.TextColumns;
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
public final class Dialog {

    public static final String DECLINE = "!decline";
    public static final String CANCEL = "!cancel";

    private static final String BOLD = "\033[1m";
    private static final String NORMAL = "\033[0m";

    /** The person ended the conversation. */
    public static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean declined;

        public Ended(boolean declined) {
            // control flow, not a failure: nobody needs the stack
            super(declined ? "declined" : "cancelled", null, false, false);
            this.declined = declined;
        }

        /** Whether the person declined; otherwise there is no answer. */
        public boolean declined() {
            return declined;
        }
    }

    /** Precedes each line of a server's text; none of our own lines begins with it. */
    private static final String MARGIN = "  | ";

    private static final int MAX_QUOTED = 40;

    private final LineSource lines;
    private final PrintWriter out;
    private final int columns;

    /**
     * Creates a conversation.
     *
     * @param columns the width of the terminal
     */
    public Dialog(LineSource lines, Writer out, int columns) {
        this.lines = lines;
        this.out = new PrintWriter(out, true);
        this.columns = columns;
    }

    public Dialog(Reader in, Writer out) {
        this(reading(new BufferedReader(in)), out, 80);
    }

    public static LineSource reading(BufferedReader in) {
        return () -> {
            try {
                return in.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Prints one of our own lines; text that it quotes from a server is made safe and stays on its line. */
    public void say(String text) {
        out.println(SafeText.text(text.replace('\n', ' ')));
    }

    /** Like {@link #say}, with the second part in bold if the terminal supports colours. */
    public void stress(String before, String text, boolean colours) {
        String safe = SafeText.line(text);
        out.println(SafeText.text(before) + (colours ? BOLD + safe + NORMAL : safe));
    }

    /**
     * Prints a server's text behind a margin, with line breaks before the terminal would break it, so that none of its
     * lines looks like one of our prompts. Long text is shortened.
     */
    public void quote(@Nullable String text) {
        List<String> quoted = new ArrayList<>();
        Iterator<String> given =
                SafeText.text(text == null ? "" : text).strip().lines().iterator();
        while (given.hasNext() && quoted.size() <= MAX_QUOTED) {
            quoted.addAll(TextColumns.wrap(given.next(), Math.max(20, columns - MARGIN.length())));
        }
        quoted.stream().limit(MAX_QUOTED).forEach(line -> out.println(MARGIN + line));
        if (quoted.size() > MAX_QUOTED || given.hasNext()) {
            out.println("  (The rest is left out.)");
        }
    }

    /** A short quote from a server within one of our lines. */
    public String brief(String text) {
        return TextColumns.cut(SafeText.line(text, 4 * columns), Math.max(20, columns * 3 / 4));
    }

    /** The width of the terminal. */
    int columns() {
        return columns;
    }

    /** Whether a line of this many columns fits the terminal. */
    public boolean fits(int width) {
        return width <= columns;
    }

    /**
     * Asks for a line.
     *
     * @throws Ended if the person declines, cancels or closes the input
     */
    public String ask(String prompt) throws InterruptedException {
        String line = lines.next(SafeText.text(prompt.replace('\n', ' ')), out);
        if (line == null) {
            // the cursor is still behind the prompt
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
