package dev.mcpflux.transport.stdio;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.spi.LineFramer;
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
 * The stderr of a server. It is always read, so that the server never blocks on it. The first and the last lines are
 * kept for error messages, since some servers print the problem first and their usage after it; each line is also
 * passed on. When the server closes its stderr, the connection stays open.
 */
final class StderrLines implements LineFramer.Lines {

    /** Longest line in bytes; a longer one is not kept, because it is no message for a person. */
    private static final int MAX_LINE = 8 * 1024;

    /** The escape sequences of ANSI terminals, and every other control character except the tab. */
    private static final Pattern CONTROL =
            Pattern.compile("(?:\u001B\\[|\u009B)[0-9;?]*[ -/]*[@-~]|[\\x{0}-\\x{1F}\\x{7F}-\\x{9F}&&[^\t]]");

    /** Characters kept of one line. */
    private static final int MAX_KEPT_LINE = 1_000;

    /** Characters kept of the first lines; four times as many are kept of the last lines. */
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
     * The stderr of one process.
     *
     * @param kept how many of the last lines are kept, and half as many of the first
     * @param mask replaces secrets, before a line is shortened
     * @param lines receives each line, masked
     */
    StderrLines(String server, int kept, UnaryOperator<String> mask, Consumer<String> lines, Runnable ended) {
        this.server = server;
        this.kept = kept;
        this.mask = mask;
        this.lines = lines;
        this.ended = ended;
    }

    /** The name for a thread that reads only this stderr. */
    String threadName() {
        return "mcpflux-" + server + "-stderr";
    }

    void readAll(LineFramer.Source stderr) {
        boolean open = true;
        while (open) {
            open = readOnce(stderr);
        }
    }

    /** Reads the available bytes; returns false at the end. */
    boolean readOnce(LineFramer.Source stderr) {
        try {
            if (framer.fill(stderr)) {
                framer.emit();
                return true;
            }
        } catch (IOException e) {
            // closed on this side while the process is taken down: handled like any other end
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
        // after the mask, which must see the configured values unchanged
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
        // once a line did not fit, later ones are not among the first
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

    /** The first and the last lines, with the number of lines left out between them, if any. */
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

    /** Removes colours and cursor movements, which would garble the terminal or log that shows the line. */
    private static String printable(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i)) && line.charAt(i) != '\t') {
                return CONTROL.matcher(line).replaceAll("");
            }
        }
        return line;
    }
}
