package dev.mcpflux.cli.shell;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Standard error of a session. While a prompt is shown, whole lines are printed above it, by a thread of its own: the writer
 * may be the one that reads from a server, and must not wait for the person or a completion. Otherwise text is written at once.
 */
final class PromptWriter extends Writer {

    private static final int MAX_WAITING = 1_000;

    /** Prints around a prompt that is shown. */
    interface Above {
        /** Prints lines above the prompt. */
        void print(String text);

        /** Draws the prompt again, because its text has changed. */
        void redraw();
    }

    private final PrintWriter direct;
    private final StringBuilder partial = new StringBuilder();
    private final Deque<String> waiting = new ArrayDeque<>();
    private @Nullable Above above;
    private boolean refresh;
    private boolean busy;
    private boolean closed;
    private int lost;
    private @Nullable Thread thread;

    PromptWriter(PrintWriter direct) {
        this.direct = direct;
    }

    @Override
    public synchronized void write(char[] text, int offset, int length) {
        partial.append(text, offset, length);
    }

    @Override
    public synchronized void flush() {
        if (above == null) {
            direct.print(partial);
            partial.setLength(0);
            direct.flush();
            return;
        }
        int end = partial.lastIndexOf("\n");
        if (end >= 0) {
            if (waiting.size() == MAX_WAITING) {
                waiting.removeFirst();
                lost++;
            }
            waiting.add(partial.substring(0, end));
            partial.delete(0, end + 1);
            wake();
        }
    }

    /** A prompt is shown from now on. */
    synchronized void prompt(Above printer) {
        above = printer;
    }

    /** The prompt is gone: writes what was not printed yet. Waits for the line that is being printed. */
    synchronized void noPrompt() {
        above = null;
        refresh = false;
        boolean interrupted = false;
        while (busy) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (!waiting.isEmpty()) {
            String text = next();
            while (text != null) {
                direct.println(text);
                text = next();
            }
            direct.flush();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Draws the prompt again, if one is shown. */
    synchronized void refresh() {
        if (above != null) {
            refresh = true;
            wake();
        }
    }

    private void wake() {
        if (thread == null && !closed) {
            Thread printer = new Thread(this::print, "mcpflux-shell-notes");
            printer.setDaemon(true);
            printer.start();
            thread = printer;
        }
        notifyAll();
    }

    private @Nullable String next() {
        if (lost > 0) {
            String text = "mcpflux: " + lost + " earlier lines are left out";
            lost = 0;
            return text;
        }
        return waiting.poll();
    }

    private void print() {
        try {
            while (true) {
                Above printer;
                String text;
                synchronized (this) {
                    busy = false;
                    notifyAll();
                    while (!closed && (above == null || (waiting.isEmpty() && !refresh))) {
                        wait();
                    }
                    if (closed || above == null) {
                        return;
                    }
                    printer = above;
                    text = next();
                    refresh = refresh && text != null;
                    busy = true;
                }
                if (text == null) {
                    printer.redraw();
                } else {
                    printer.print(text);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        noPrompt();
        flush();
        closed = true;
        notifyAll();
    }
}
