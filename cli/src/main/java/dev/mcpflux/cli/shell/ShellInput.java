package dev.mcpflux.cli.shell;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the lines of a session come from. One thread reads; any thread may stop it. */
public interface ShellInput extends AutoCloseable {

    /** Whether a person types the lines, who sees a prompt and goes on after an error. */
    boolean interactive();

    /** Takes the terminal, once, before the first line. */
    default void open(SessionContext context) {}

    /** The next line; null at the end, and when it was stopped. Blocks. */
    @Nullable
    String read(Supplier<String> prompt);

    /**
     * Waits for the end of work. Blocks.
     *
     * @param cancel called when the person interrupts this work, and when it was stopped; it completes {@code done}
     */
    void await(CompletableFuture<?> done, Runnable cancel);

    /** Lets the person call a line back; not for scripts. */
    default void remember(String line) {}

    /** Shows another prompt, if one is shown. Any thread may call it. */
    default void refresh() {}

    /** Lets {@link #read} and {@link #await} return now. Any thread may call it. */
    void stop();

    /** Gives the terminal back. Any thread may call it, more than once. */
    @Override
    void close();
}
