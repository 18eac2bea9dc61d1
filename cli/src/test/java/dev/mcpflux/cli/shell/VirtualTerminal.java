package dev.mcpflux.cli.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A terminal of JLine without a device: a test types its keys, and waits for what is shown. */
public final class VirtualTerminal implements AutoCloseable {

    public static final String UP = "\033OA";
    public static final String CTRL_C = "\003";
    public static final String CTRL_D = "\004";

    private final PipedOutputStream keys = new PipedOutputStream();
    private final Shown shown = new Shown();
    final Terminal terminal;
    private final ShellKeyboard keyboard;

    public VirtualTerminal() throws IOException {
        this("xterm");
    }

    VirtualTerminal(String type) throws IOException {
        terminal = TerminalBuilder.builder()
                .name("test")
                .system(false)
                .type(type)
                .encoding(StandardCharsets.UTF_8)
                .streams(new PipedInputStream(keys, 1 << 16), shown)
                .build();
        terminal.setSize(new Size(100, 30));
        keyboard = ShellKeyboard.of(terminal, false, new PrintWriter(shown, true, StandardCharsets.UTF_8));
    }

    /** What is shown, with the sequences that move the cursor left out. */
    private static final class Shown extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            notifyAll();
        }

        @Override
        public synchronized void write(int b) {
            super.write(b);
            notifyAll();
        }

        synchronized String plain() {
            return toString(StandardCharsets.UTF_8).replaceAll("\033(\\[[?0-9;]*[A-Za-z]|[=>])", "");
        }

        synchronized void await(String text) throws InterruptedException {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!plain().contains(text)) {
                if (System.nanoTime() > limit) {
                    throw new AssertionError("expected '" + text + "', found: " + plain());
                }
                wait(1000);
            }
        }
    }

    public ShellKeyboard keyboard() {
        return keyboard;
    }

    /** Standard output and error, which are shown. */
    public ByteArrayOutputStream stream() {
        return shown;
    }

    public void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Waits until this was shown. */
    public void await(String text) throws InterruptedException {
        shown.await(text);
    }

    public String shown() {
        return shown.plain();
    }

    /** Everything that was written, with all sequences. */
    String raw() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    /** Forgets what was shown. */
    public void clear() {
        shown.reset();
    }

    @Override
    public void close() throws IOException {
        keyboard.close();
        keys.close();
    }
}
