package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.LineFramer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a server writes to its stderr, which is always read, so that the server never waits for it. Keeps the last lines for
 * error messages and passes each on. That the server closes its stderr ends nothing else.
 */
final class StderrLines implements LineFramer.Lines {

    /** A line longer than this, in bytes, is not kept: it is no message for a person. */
    private static final int MAX_LINE = 8 * 1024;

    /** The sequences of ANSI terminals, and every other control character but the tabulator. */
    private static final Pattern CONTROL = Pattern.compile("\u001B\\[[0-9;?]*[ -/]*[@-~]|[\\p{Cntrl}&&[^\t]]");

    private final String server;
    private final int kept;
    private final Consumer<String> lines;
    private final Runnable ended;
    private final LineFramer framer = new LineFramer(MAX_LINE, this);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Deque<String> last = new ArrayDeque<>();

    StderrLines(String server, int kept, Consumer<String> lines, Runnable ended) {
        this.server = server;
        this.kept = kept;
        this.lines = lines;
        this.ended = ended;
    }

    /** For a thread that reads this stderr and nothing else. */
    String threadName() {
        return "mcpflux-" + server + "-stderr";
    }

    void readAll(LineFramer.Source stderr) {
        boolean open = true;
        while (open) {
            open = readOnce(stderr);
        }
    }

    /** Takes what there is; returns false at the end. */
    boolean readOnce(LineFramer.Source stderr) {
        try {
            if (framer.fill(stderr)) {
                framer.emit();
                return true;
            }
        } catch (IOException e) {
            // closed beneath us while the process is taken down: its end like any other
        }
        if (over.compareAndSet(false, true)) {
            framer.end();
            ended.run();
        }
        return false;
    }

    @Override
    public void line(byte[] bytes, int offset, int length) {
        add(printable(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    }

    @Override
    public void tooLong(long bytes) {
        add("(a line of " + bytes + " bytes)");
    }

    private void add(String line) {
        synchronized (last) {
            if (last.size() == kept) {
                last.removeFirst();
            }
            last.addLast(line);
        }
        lines.accept(line);
    }

    List<String> lastLines() {
        synchronized (last) {
            return List.copyOf(last);
        }
    }

    /** Colours and cursor movements would garble the terminal or the log that the line is shown in. */
    private static String printable(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i)) && line.charAt(i) != '\t') {
                return CONTROL.matcher(line).replaceAll("");
            }
        }
        return line;
    }
}
