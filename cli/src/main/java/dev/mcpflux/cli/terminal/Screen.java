package dev.mcpflux.cli.terminal;

import dev.mcpflux.cli.terminal.TableLine.Style;
import dev.mcpflux.text.SafeText;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Standard error, shared by notes, the progress bar and questions. A note replaces the line of the bar. While a
 * question is open, the bar stands still and notes wait, so that nothing is written into the line that a person types.
 */
public final class Screen {

    private static final int MAX_KEPT = 1000;
    private static final int MAX_NOTE = 16_384;
    /** Precedes the further lines of a note. */
    private static final String INDENT = "  ";

    /** Moves to the beginning of the line and clears it. */
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter err;
    private final Deque<String> kept = new ArrayDeque<>();
    private int lost;
    private boolean asking;
    private @Nullable Consumer<String> held;
    private @Nullable String bar;
    /** Whether the bar is a status, which leaves nothing behind. */
    private boolean transientBar;

    private boolean stopping;

    private final BooleanSupplier colours;
    private final IntSupplier columns;

    public Screen(PrintWriter err) {
        this(err, () -> false, () -> Integer.MAX_VALUE);
    }

    /**
     * Writes to this stream.
     *
     * @param colours whether errors may be marked with a colour, too
     * @param columns the width at which notes are broken
     */
    public Screen(PrintWriter err, BooleanSupplier colours, IntSupplier columns) {
        this.err = err;
        this.colours = colours;
        this.columns = columns;
    }

    /** For the one conversation that may be open between {@link #asking} and {@link #answered}. */
    public PrintWriter writer() {
        return err;
    }

    /**
     * Writes a note. It may quote a server: its control sequences are removed, its length is bounded, and text after a
     * line break is indented, so that it does not look like another note.
     */
    public synchronized void line(String note) {
        line(note, broken(safe(note)));
    }

    /** The same for a note that a person may copy: it is not broken. */
    public synchronized void wholeLine(String note) {
        line(note, safe(note));
    }

    /** The same for an error, the first word of which is in a colour where there are some. */
    public synchronized void error(String note) {
        String text = broken(safe(note));
        int word = text.indexOf(' ');
        line(
                note,
                word > 0 && colours.getAsBoolean()
                        ? Style.BAD.of(text.substring(0, word), true) + text.substring(word)
                        : text);
    }

    private void line(String note, String text) {
        Consumer<String> instead = held;
        if (instead != null) {
            instead.accept(note);
        }
        if (asking || instead != null) {
            if (kept.size() == MAX_KEPT) {
                kept.removeFirst();
                lost++;
            }
            kept.add(text);
            return;
        }
        if (bar != null) {
            err.print(CLEAR);
        }
        err.println(text);
        draw();
        err.flush();
    }

    private static String safe(String note) {
        String text = SafeText.text(SafeText.shortened(note, MAX_NOTE)).stripTrailing();
        return text.indexOf('\n') < 0 ? text : text.replace("\n", System.lineSeparator() + INDENT);
    }

    /** Breaks lines at blanks, and indents what follows, so that it looks like the same note. */
    private String broken(String safe) {
        int most = columns.getAsInt();
        if (TextColumns.width(safe) <= most) {
            return safe;
        }
        StringBuilder text = new StringBuilder();
        safe.lines().forEach(line -> {
            List<String> parts = new ArrayList<>(TextColumns.wrap(line, most));
            text.append(text.isEmpty() ? "" : System.lineSeparator()).append(parts.get(0));
            if (parts.size() > 1) {
                String rest = line.substring(parts.get(0).length()).stripLeading();
                TextColumns.wrap(rest, most - INDENT.length())
                        .forEach(part -> text.append(System.lineSeparator())
                                .append(INDENT)
                                .append(part));
            }
        });
        return text.toString();
    }

    /** Draws the progress bar, on the line of the cursor or over the previous one. */
    public synchronized void bar(String text) {
        transientBar = false;
        bar = SafeText.text(text.replace('\n', ' '));
        if (!asking) {
            draw();
        }
    }

    /** Draws a line that says what is going on, until {@link #statusDone} or a progress bar. */
    public synchronized void status(String text) {
        String line = SafeText.line(text);
        if (held == null && !stopping && (bar == null || transientBar) && !line.equals(bar)) {
            transientBar = true;
            bar = line;
            if (!asking) {
                draw();
            }
        }
    }

    /** Erases the status, if there is one. */
    public synchronized void statusDone() {
        if (bar != null && transientBar) {
            bar = null;
            if (!asking) {
                err.print(CLEAR);
                err.flush();
            }
        }
    }

    /** Erases the status, and shows none from now on: what is going on is an interrupt. */
    public synchronized void stopStatus() {
        stopping = true;
        statusDone();
    }

    /** Leaves the bar as it is; it is not drawn again. */
    public synchronized void barDone() {
        if (bar != null && !asking) {
            err.println();
        }
        bar = null;
    }

    /**
     * Keeps notes while a live screen has the terminal.
     *
     * @param notes gets each note at once, to show it on that screen
     */
    public synchronized void hold(Consumer<String> notes) {
        held = notes;
    }

    /** Writes the notes that were kept since {@link #hold}. */
    public synchronized void release() {
        if (held != null) {
            held = null;
            writeKept();
            err.flush();
        }
    }

    private void draw() {
        if (bar != null) {
            err.print("\r" + bar + "\033[K");
            err.flush();
        }
    }

    /** Starts a question; {@link #answered} ends it. */
    public synchronized void asking() {
        asking = true;
        if (bar != null) {
            err.print(CLEAR);
        }
        err.println();
        err.flush();
    }

    public synchronized void answered() {
        asking = false;
        err.println();
        writeKept();
        draw();
        err.flush();
    }

    private void writeKept() {
        if (lost > 0) {
            err.println("mcpflux: " + lost + " earlier lines are left out");
            lost = 0;
        }
        kept.forEach(err::println);
        kept.clear();
    }
}
