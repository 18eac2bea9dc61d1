package dev.mcpflux.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The terminal, where there is one. Reading from it cannot be interrupted, but a server may take its question back while
 * a person thinks: so a thread of its own reads, one line for each time that one is wanted, and who waits for a line can
 * be interrupted. It is a daemon, since nobody may type any more.
 */
final class Terminal implements Dialog.Lines {

    private final BufferedReader in;
    private final Semaphore wanted = new Semaphore(0);
    private final AtomicBoolean reading = new AtomicBoolean();
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private @Nullable Thread reader;

    Terminal(BufferedReader in) {
        this.in = in;
    }

    /** The terminal that a person sits at, or null: then nobody can be asked. */
    // a null console is what JDK 17 to 21 say where there is no terminal
    @SuppressWarnings("SystemConsoleNull")
    static @Nullable Terminal open() {
        Console console = System.console();
        return console != null && interactive() ? new Terminal(new BufferedReader(console.reader())) : null;
    }

    /** Whether standard input and output are a terminal. */
    // a null console is what JDK 17 to 21 say where there is no terminal
    @SuppressWarnings("SystemConsoleNull")
    static boolean interactive() {
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

    /** Whether standard output is a terminal, also where standard input is none: the console tells of both only. */
    static boolean standardOutput() {
        if (interactive()) {
            return true;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Forgets what was typed before anything was asked: it would answer what the person has not read yet. */
    void discard() {
        try {
            while (!reading.get() && in.ready()) {
                boolean ignored = in.readLine() == null;
            }
        } catch (IOException e) {
            // then there is nothing to forget, and the next line says so
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
