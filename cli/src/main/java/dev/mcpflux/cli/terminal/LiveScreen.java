package dev.mcpflux.cli.terminal;

import dev.mcpflux.text.SafeText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Lines that are drawn in place on a terminal. Writes only the lines that have changed. The text of lines is made safe
 * here: no other escape sequence than its own reaches the terminal. Any thread may close it; nothing is drawn after that.
 */
public final class LiveScreen implements AutoCloseable {

    /** The alternate screen, without a cursor, and without wrapping of lines that are as wide as the terminal. */
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l\033[2J";

    private static final String LEAVE = "\033[0m\033[?7h\033[?25h\033[?1049l";
    private static final String CLEAR = "\033[2J";
    private static final String TO_LINE_END = "\033[K";

    private final OutputStream out;
    private final boolean colours;
    private ScreenSize size = new ScreenSize(0, 0);
    private List<TableLine> drawn = List.of();
    private boolean open;
    private boolean closed;

    public LiveScreen(OutputStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /**
     * Draws lines, from the first line of the terminal on.
     *
     * @return whether anything had to be written
     * @throws OutputException if the terminal cannot be written
     */
    public synchronized boolean draw(List<TableLine> lines, ScreenSize now) {
        if (closed) {
            return false;
        }
        StringBuilder text = new StringBuilder();
        if (!open) {
            text.append(ENTER);
            open = true;
        } else if (!now.equals(size)) {
            text.append(CLEAR);
            drawn = List.of();
        }
        size = now;
        for (int i = 0; i < Math.max(lines.size(), drawn.size()); i++) {
            TableLine line = i < lines.size() ? lines.get(i) : TableLine.EMPTY;
            TableLine before = i < drawn.size() ? drawn.get(i) : TableLine.EMPTY;
            if (!line.equals(before)) {
                // cleared first: the cursor stays on the last column of a line that is as wide as the terminal
                text.append("\033[").append(i + 1).append(";1H").append(TO_LINE_END);
                line.parts().forEach(part -> append(text, part));
            }
        }
        drawn = lines;
        if (text.isEmpty()) {
            return false;
        }
        write(text.toString());
        return true;
    }

    private void append(StringBuilder text, TableLine.Part part) {
        String safe = SafeText.text(part.text().replace('\n', ' ').replace('\t', ' '));
        text.append(part.style().of(safe, colours));
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /** Shows what was on the terminal before. */
    @Override
    public synchronized void close() {
        if (open && !closed) {
            closed = true;
            try {
                write(LEAVE);
            } catch (OutputException e) {
                // the terminal is gone, and the failure is known to the stream
                return;
            }
        }
        closed = true;
    }
}
