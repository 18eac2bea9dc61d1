package dev.mcpflux.cli.terminal;

import org.jspecify.annotations.Nullable;

/** The source of the lines that a person types. */
@FunctionalInterface
public interface LineSource {

    /** Waits for a line; null at the end of the input, for instance after Ctrl-D. */
    @Nullable
    String next() throws InterruptedException;
}
