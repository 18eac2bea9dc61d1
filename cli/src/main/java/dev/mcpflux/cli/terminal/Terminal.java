package dev.mcpflux.cli.terminal;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The terminal, if there is one. Reading from it cannot be interrupted, but a server may withdraw its question while a
 * person thinks. So a thread of its own reads one line for each one requested, and the thread that waits for the line
 * can be interrupted. It is a daemon thread, because the person may never type.
 */
public final class Terminal implements LineSource {

    private static final int FILE_TYPE = 0xF000;
    private static final int PIPE = 0x1000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int SOCKET = 0xC000;

    /** Measured once, and only when it is needed. */
    private static final class Size {
        static final ScreenSize MEASURED = measured();
    }

    private final BufferedReader in;
    private final Semaphore wanted = new Semaphore(0);
    private final AtomicBoolean reading = new AtomicBoolean();
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private @Nullable Thread reader;

    public Terminal(BufferedReader in) {
        this.in = in;
    }

    /** The terminal of a person, or null: then no questions can be asked. */
    // on JDK 17 to 21 the console is null without a terminal
    @SuppressWarnings("SystemConsoleNull")
    public static @Nullable Terminal open() {
        Console console = System.console();
        if (console == null || !interactive()) {
            return null;
        }
        // in the C locale the console knows ASCII only, although the terminal sends UTF-8
        Reader typed = asciiOnly() ? new InputStreamReader(System.in, StandardCharsets.UTF_8) : console.reader();
        return new Terminal(new BufferedReader(typed));
    }

    /** Whether the locale of this JVM supports ASCII only. */
    public static boolean asciiOnly() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.US_ASCII);
    }

    /** Whether standard input and output are a terminal. */
    // on JDK 17 to 21 the console is null without a terminal
    @SuppressWarnings("SystemConsoleNull")
    public static boolean interactive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // since JDK 22 there is a console object without a terminal, too
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** The width of the terminal. */
    public static int columns() {
        return Display.system().columns();
    }

    /** The size of the terminal, and a size for files and pipes without one. */
    static ScreenSize size() {
        return Size.MEASURED;
    }

    private static ScreenSize measured() {
        if (standardOutput() != Target.TERMINAL) {
            return new ScreenSize(120, Integer.MAX_VALUE);
        }
        Path terminal = Path.of("/dev/tty");
        try {
            // standard input may be something else than the terminal
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(
                            Files.isReadable(terminal)
                                    ? ProcessBuilder.Redirect.from(terminal.toFile())
                                    : ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readNBytes(64), StandardCharsets.US_ASCII).strip();
            if (size.matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}")) {
                int blank = size.indexOf(' ');
                return new ScreenSize(
                        Math.max(40, Integer.parseInt(size.substring(blank + 1))),
                        Integer.parseInt(size.substring(0, blank)));
            }
        } catch (IOException e) {
            // then the usual size is assumed
        }
        return new ScreenSize(80, 24);
    }

    /** The kind of standard output. */
    public enum Target {
        TERMINAL,
        /** A pipe, whose reader may close it. */
        PIPE,
        /** A file, or an unknown kind. */
        OTHER
    }

    /** The kind of standard output, also if standard input is not a terminal; the console covers both only together. */
    public static Target standardOutput() {
        if (interactive()) {
            return Target.TERMINAL;
        }
        return target(1);
    }

    /** Whether standard error is a terminal, wherever the other streams go. */
    static boolean standardErrorIsTerminal() {
        // where nothing is known about single streams, the console has to do
        return target(2) == Target.TERMINAL || (!Files.exists(Path.of("/dev/fd/2")) && interactive());
    }

    private static Target target(int stream) {
        int mode = mode(stream);
        if (mode == PIPE || mode == SOCKET) {
            return Target.PIPE;
        }
        try {
            String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console")
                    ? Target.TERMINAL
                    : Target.OTHER;
        } catch (IOException | UnsupportedOperationException e) {
            return mode == CHARACTER_DEVICE ? Target.TERMINAL : Target.OTHER;
        }
    }

    /** The file mode of a standard stream on Unix; 0 elsewhere. */
    private static int mode(int stream) {
        try {
            return (Integer) Files.getAttribute(Path.of("/dev/fd/" + stream), "unix:mode") & FILE_TYPE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    @Override
    public void begin() {
        discard();
    }

    /** Discards input typed before the question: it would answer a question that the person has not read yet. */
    public void discard() {
        try {
            while (!reading.get() && in.ready()) {
                boolean ignored = in.readLine() == null;
            }
        } catch (IOException e) {
            // then there is nothing to discard, and reading the next line reports the failure
        }
        lines.clear();
    }

    @Override
    public @Nullable String next() throws InterruptedException {
        if (reading.compareAndSet(false, true)) {
            if (reader == null) {
                reader = new Thread(this::read, "mcpflux-terminal");
                reader.setDaemon(true);
                reader.start();
            }
            wanted.release();
        }
        return lines.take().orElse(null);
    }

    private void read() {
        try {
            while (true) {
                wanted.acquire();
                Optional<String> line = line();
                reading.set(false);
                lines.add(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<String> line() {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
