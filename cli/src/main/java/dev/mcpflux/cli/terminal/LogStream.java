package dev.mcpflux.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The standard error of libraries, such as the logging library. Whole lines are printed like all notes, through the
 * same filter and beside the progress bar, because logs quote servers, too.
 */
public final class LogStream extends OutputStream {

    private final Consumer<String> notes;
    private ByteArrayOutputStream begun = new ByteArrayOutputStream();

    private LogStream(Consumer<String> notes) {
        this.notes = notes;
    }

    public static PrintStream of(Consumer<String> notes) {
        return new PrintStream(new LogStream(notes), false, StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
        String line = null;
        synchronized (this) {
            if (b == '\n') {
                line = begun.toString(StandardCharsets.UTF_8);
                begun = new ByteArrayOutputStream();
            } else {
                begun.write(b);
            }
        }
        if (line != null) {
            notes.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }
}
