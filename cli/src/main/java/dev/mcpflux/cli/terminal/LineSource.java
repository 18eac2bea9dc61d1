package dev.mcpflux.cli.terminal;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** The source of the lines that a person types. */
@FunctionalInterface
public interface LineSource {

    /** Takes the keys of the terminal for a conversation, and discards what was typed before. Waits until it has them. */
    default void begin() throws InterruptedException {}

    /** Waits for a line; null at the end of the input, for instance after Ctrl-D. */
    @Nullable
    String next() throws InterruptedException;

    /**
     * Shows a prompt, and waits for a line.
     *
     * @param prompt safe for a terminal
     * @param out where it is printed
     */
    default @Nullable String next(String prompt, PrintWriter out) throws InterruptedException {
        out.print(prompt);
        out.flush();
        return next();
    }

    /** Ends a conversation that {@link #begin} has begun. */
    default void end() {}
}
