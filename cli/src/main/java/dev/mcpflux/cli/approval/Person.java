package dev.mcpflux.cli.approval;

import org.jspecify.annotations.Nullable;

/** Whoever sits at the terminal. */
public interface Person extends Page {

    /** Waits for a line; null at the end of the input. */
    @Nullable
    String ask(String prompt) throws InterruptedException;
}
