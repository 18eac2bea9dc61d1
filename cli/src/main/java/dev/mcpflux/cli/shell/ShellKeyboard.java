package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.terminal.LineSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of a session, by JLine. Its keys have one reader at a time: the prompt, a question of a server, which
 * interrupts the prompt and gives it back with what was typed, or a running call, for which only Ctrl-C counts. The terminal
 * sends no signals from {@link #open} to {@link #close}: an interrupt would end the servers as well.
 */
public final class ShellKeyboard implements ShellInput, LineSource {

    private static final int CTRL_C = 3;

    /** Work that takes no longer than this is only waited for; also how often keys are looked at. */
    private static final int LOOK_MILLIS = 100;

    private static final int CLOSE_MILLIS = 1_000;

    private static final int MAX_TYPED = 4_096;

    private final Terminal terminal;
    private final ShellReader reader;
    private final ShellReader questions;
    private final PromptWriter notes;
    private final PrintWriter err;
    private final ReentrantLock keys = new ReentrantLock(true);

    private @Nullable Attributes original;
    private @Nullable Object resized;
    /** The thread that reads at the prompt now. */
    private @Nullable Thread atPrompt;

    /** The thread that reads an answer now. */
    private @Nullable Thread atQuestion;

    private int asking;
    private int interrupts;
    private volatile boolean stopped;
    private boolean closed;
    private volatile @Nullable Runnable running;

    private ShellKeyboard(Terminal terminal, boolean colours, PrintWriter err) throws IOException {
        this.terminal = terminal;
        this.reader = new ShellReader(terminal, colours);
        this.questions = new ShellReader(terminal, colours);
        this.notes = new PromptWriter(err);
        this.err = new PrintWriter(notes);
    }

    /**
     * The terminal of this process.
     *
     * @param err standard error
     */
    public static ShellKeyboard system(boolean colours, PrintWriter err) {
        try {
            return of(
                    TerminalBuilder.builder()
                            .name("mcpflux")
                            .system(true)
                            // signals of the system are for the shutdown hook of the command
                            .nativeSignals(false)
                            .build(),
                    colours,
                    err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A terminal of JLine, which is closed with this. */
    static ShellKeyboard of(Terminal terminal, boolean colours, PrintWriter err) {
        try {
            return new ShellKeyboard(terminal, colours, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Standard error while the session runs: what is written while the prompt is shown appears above it. */
    public PrintWriter err() {
        return err;
    }

    @Override
    public boolean interactive() {
        return true;
    }

    @Override
    public synchronized void open(SessionContext context) {
        if (closed || original != null) {
            return;
        }
        reader.setCompleter(new ShellCompleter(context.candidates()));
        reader.prompt(context.prompt());
        context.history().read().forEach(reader::remember);
        original = terminal.enterRawMode();
        Attributes own = terminal.getAttributes();
        own.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(own);
        resized = Signals.register("WINCH", () -> terminal.raise(Terminal.Signal.WINCH));
    }

    @Override
    public void remember(String line) {
        reader.remember(line);
    }

    @Override
    public @Nullable String read(Supplier<String> prompt) {
        String typed = null;
        while (afterQuestions()) {
            keys.lock();
            try {
                if (!showPrompt()) {
                    continue;
                }
                String line = reader.readLine(prompt.get(), null, (Character) null, typed);
                interrupts = 0;
                return line;
            } catch (ShellReader.KeyInterrupt e) {
                interrupted(e.getPartialLine());
                typed = null;
            } catch (UserInterruptException e) {
                // a question wants the keys, or this is the end
                typed = e.getPartialLine();
            } catch (EndOfFileException e) {
                return null;
            } finally {
                hidePrompt();
                keys.unlock();
            }
        }
        return null;
    }

    /** Waits until each question that wants the keys has them. */
    private synchronized boolean afterQuestions() {
        try {
            while (asking > 0 && !stopped) {
                wait();
            }
            return !stopped;
        } catch (InterruptedException e) {
            // only the end of the session interrupts here
            return false;
        }
    }

    private synchronized boolean showPrompt() {
        if (stopped || asking > 0) {
            return false;
        }
        atPrompt = Thread.currentThread();
        notes.prompt(reader);
        return true;
    }

    private void hidePrompt() {
        synchronized (this) {
            atPrompt = null;
            // it was for the prompt, which is gone
            boolean ignored = Thread.interrupted();
        }
        notes.noPrompt();
    }

    private synchronized boolean isAsking() {
        return asking > 0;
    }

    /** Ctrl-C clears the line; twice on an empty one, the person may want to leave. */
    private void interrupted(@Nullable String partial) {
        interrupts = partial == null || partial.isEmpty() ? interrupts + 1 : 0;
        if (interrupts >= 2) {
            interrupts = 0;
            err.println("To leave, type exit or press Ctrl-D.");
            err.flush();
        }
    }

    @Override
    public void await(CompletableFuture<?> done, Runnable cancel) {
        running = cancel;
        StringBuilder typed = new StringBuilder();
        try {
            while (!ended(done, 0) && !ended(done, typed.isEmpty() ? LOOK_MILLIS : 1)) {
                look(done, cancel, typed);
            }
        } catch (InterruptedException | IOException e) {
            cancel.run();
        } finally {
            running = null;
            if (!typed.isEmpty()) {
                // what was typed ahead is for the next prompt
                reader.runMacro(typed.toString());
            }
        }
    }

    /** Reads keys until the work has ended or a question takes them. */
    private void look(CompletableFuture<?> done, Runnable cancel, StringBuilder typed)
            throws InterruptedException, IOException {
        if (!keys.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
        }
        try {
            while (!done.isDone() && !isAsking()) {
                if (stopped) {
                    cancel.run();
                    return;
                }
                int key = terminal.reader().read(LOOK_MILLIS);
                if (key == CTRL_C) {
                    typed.setLength(0);
                    cancel.run();
                } else if (key >= 0 && typed.length() < MAX_TYPED) {
                    typed.append((char) key);
                } else if (key == -1) {
                    // the end of the input: the prompt finds it as well
                    if (ended(done, LOOK_MILLIS)) {
                        return;
                    }
                }
            }
        } finally {
            keys.unlock();
        }
    }

    private static boolean ended(CompletableFuture<?> done, int millis) throws InterruptedException {
        try {
            Object ignored = done.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | CancellationException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    // -- questions of servers, on their own thread

    @Override
    public void begin() throws InterruptedException {
        synchronized (this) {
            asking++;
            if (atPrompt != null) {
                atPrompt.interrupt();
            }
        }
        try {
            keys.lockInterruptibly();
        } catch (InterruptedException e) {
            asked();
            throw e;
        }
        asked();
        synchronized (this) {
            atQuestion = Thread.currentThread();
        }
        discard();
    }

    private synchronized void asked() {
        asking--;
        notifyAll();
    }

    /** Keys that were typed before the question would answer what nobody has read. */
    private void discard() {
        try {
            while (terminal.reader().peek(1) >= 0) {
                int key = terminal.reader().read();
                if (key == CTRL_C) {
                    cancelRunning();
                }
            }
        } catch (IOException e) {
            // the next read reports it
        }
    }

    @Override
    public @Nullable String next() throws InterruptedException {
        return next("", err);
    }

    @Override
    public @Nullable String next(String prompt, PrintWriter out) throws InterruptedException {
        if (stopped) {
            return null;
        }
        try {
            return questions.readLine(prompt);
        } catch (ShellReader.KeyInterrupt e) {
            cancelRunning();
            return null;
        } catch (UserInterruptException e) {
            throw new InterruptedException("the question was withdrawn");
        } catch (EndOfFileException e) {
            return null;
        }
    }

    private void cancelRunning() {
        Runnable cancel = running;
        if (cancel != null) {
            cancel.run();
        }
    }

    @Override
    public void end() {
        synchronized (this) {
            atQuestion = null;
        }
        keys.unlock();
    }

    // -- the end

    @Override
    public void refresh() {
        notes.refresh();
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        notifyAll();
        if (atPrompt != null) {
            atPrompt.interrupt();
        }
        if (atQuestion != null) {
            atQuestion.interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        // whoever reads a line would set the attributes of the terminal again at its end
        boolean free = false;
        try {
            free = keys.tryLock(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            restore();
        } finally {
            if (free) {
                keys.unlock();
            }
        }
    }

    private synchronized void restore() {
        if (closed) {
            return;
        }
        closed = true;
        notes.close();
        if (resized != null) {
            Signals.unregister("WINCH", resized);
        }
        Attributes before = original;
        if (before != null) {
            terminal.setAttributes(before);
        }
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
