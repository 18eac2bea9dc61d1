package dev.mcpflux.transport.stdio;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.LineFramer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a server writes to its stderr, which is always read, so that the server never waits for it. Keeps the first and the last
 * lines for error messages, since some servers say what is wrong and then print how they are used, and passes each on. That the server closes its stderr ends nothing else.
 */
final class StderrLines implements LineFramer.Lines {

    /** A line longer than this, in bytes, is not kept: it is no message for a person. */
    private static final int MAX_LINE = 8 * 1024;

    /** The sequences of ANSI terminals, and every other control character but the tabulator. */
    private static final Pattern CONTROL =
            Pattern.compile("(?:\u001B\\[|\u009B)[0-9;?]*[ -/]*[@-~]|[\\x{0}-\\x{1F}\\x{7F}-\\x{9F}&&[^\t]]");

    /** Of a longer line only the beginning is kept, in characters. */
    private static final int MAX_KEPT_LINE = 1_000;

    /** Of so many characters the first lines are, and of four times as many the last lines. */
    private static final int MAX_FIRST = 4_000;

    private final String server;
    private final int kept;
    private final UnaryOperator<String> mask;
    private final Consumer<String> lines;
    private final Runnable ended;
    private final LineFramer framer = new LineFramer(MAX_LINE, this);
    private final AtomicBoolean over = new AtomicBoolean();

    // guarded by last
    private final List<String> first = new ArrayList<>();
    private final Deque<String> last = new ArrayDeque<>();
    private int firstLength;
    private int lastLength;
    private boolean firstIsFull;
    private long leftOut;

    /**
     * For one process.
     *
     * @param kept how many of the last lines are kept, and half as many of the first
     * @param mask takes out what is not to be shown, before a line is cut
     * @param lines gets each line, masked
     */
    StderrLines(String server, int kept, UnaryOperator<String> mask, Consumer<String> lines, Runnable ended) {
        this.server = server;
        this.kept = kept;
        this.mask = mask;
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
        // after the mask, which has to recognise what was configured
        String masked = SafeText.text(mask.apply(line));
        synchronized (last) {
            keep(cut(masked));
        }
        lines.accept(masked);
    }

    private void keep(String line) {
        if (!firstIsFull && first.size() < kept / 2 && firstLength + line.length() <= MAX_FIRST) {
            first.add(line);
            firstLength += line.length();
            return;
        }
        // what comes after the first that did not fit is none of the first
        firstIsFull = true;
        last.addLast(line);
        lastLength += line.length();
        while (last.size() > kept || lastLength > 4 * MAX_FIRST) {
            lastLength -= last.removeFirst().length();
            leftOut++;
        }
    }

    private static String cut(String line) {
        if (line.length() <= MAX_KEPT_LINE) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_KEPT_LINE - 1)) ? MAX_KEPT_LINE - 1 : MAX_KEPT_LINE;
        return line.substring(0, end) + "…";
    }

    /** The first and the last lines, and between them how many were left out, if any were. */
    List<String> kept() {
        synchronized (last) {
            List<String> all = new ArrayList<>(first);
            if (leftOut > 0) {
                all.add("… (" + leftOut + (leftOut == 1 ? " line" : " lines") + " left out) …");
            }
            all.addAll(last);
            return List.copyOf(all);
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
