package dev.mcpflux.cli;

import dev.mcpflux.text.SafeText;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Standard error, which notes, the progress bar and questions share: a note takes the line of the bar, and while a
 * question is open the bar stands still and notes wait, so that nothing is written between what a person types.
 */
final class Screen {

    private static final int MAX_KEPT = 1000;
    private static final int MAX_NOTE = 16_384;
    /** To the begin of the line, and nothing on it. */
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter err;
    private final Deque<String> kept = new ArrayDeque<>();
    private int lost;
    private boolean asking;
    private @Nullable String bar;

    Screen(PrintWriter err) {
        this.err = err;
    }

    /** For the one dialogue that may be open between {@link #asking} and {@link #answered}. */
    PrintWriter writer() {
        return err;
    }

    /**
     * Writes a note. It may quote a server: nothing in it steers the terminal, it is of a bounded length, and what follows a
     * line break is indented, so that it is not taken for a note of its own.
     */
    synchronized void line(String note) {
        String text = safe(note);
        if (asking) {
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
        return text.indexOf('\n') < 0 ? text : text.replace("\n", System.lineSeparator() + "  ");
    }

    /** Draws a progress bar on the line of the cursor, where there is none or over the one before. */
    synchronized void bar(String text) {
        bar = SafeText.text(text.replace('\n', ' '));
        if (!asking) {
            draw();
        }
    }

    /** The bar stays as it is, and is drawn no more. */
    synchronized void barDone() {
        if (bar != null && !asking) {
            err.println();
        }
        bar = null;
    }

    private void draw() {
        if (bar != null) {
            err.print("\r" + bar + "\033[K");
            err.flush();
        }
    }

    /** A question begins; {@link #answered} ends it. */
    synchronized void asking() {
        asking = true;
        if (bar != null) {
            err.print(CLEAR);
        }
        err.println();
        err.flush();
    }

    synchronized void answered() {
        asking = false;
        err.println();
        if (lost > 0) {
            err.println("mcpflux: " + lost + " earlier lines are left out");
            lost = 0;
        }
        kept.forEach(err::println);
        kept.clear();
        draw();
        err.flush();
    }
}
