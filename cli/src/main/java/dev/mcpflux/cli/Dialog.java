package dev.mcpflux.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A conversation with the person at the terminal, line by line. Each answer may end it. */
final class Dialog {

    static final String DECLINE = "!decline";
    static final String CANCEL = "!cancel";

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

    private final Lines lines;
    private final PrintWriter out;

    Dialog(Lines lines, Writer out) {
        this.lines = lines;
        this.out = new PrintWriter(out, true);
    }

    Dialog(Reader in, Writer out) {
        this(reading(new BufferedReader(in)), out);
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

    void say(String text) {
        out.println(text);
    }

    /**
     * Asks for a line.
     *
     * @throws Ended if the person declines, cancels or closes the input
     */
    String ask(String prompt) throws InterruptedException {
        out.print(prompt);
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
