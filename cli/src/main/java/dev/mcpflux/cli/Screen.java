package dev.mcpflux.cli;

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
    /** To the begin of the line, and nothing on it. */
    private static final String CLEAR = "\r\033[K";

    /** What keeps redrawing the line that the cursor is on. */
    interface Bar {
        void pause();

        void resume();
    }

    private final PrintWriter err;
    private final Deque<String> kept = new ArrayDeque<>();
    private int lost;
    private boolean asking;
    private @Nullable Bar bar;

    Screen(PrintWriter err) {
        this.err = err;
    }

    PrintWriter writer() {
        return err;
    }

    synchronized void line(String text) {
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
        err.flush();
    }

    /** A bar appears; null when it is gone. */
    synchronized void bar(@Nullable Bar shown) {
        bar = shown;
        if (shown != null && asking) {
            shown.pause();
        }
    }

    /** A question begins; {@link #answered} ends it. */
    synchronized void asking() {
        asking = true;
        if (bar != null) {
            bar.pause();
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
        err.flush();
        if (bar != null) {
            bar.resume();
        }
    }
}
