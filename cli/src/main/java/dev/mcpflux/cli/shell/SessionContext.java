package dev.mcpflux.cli.shell;

import java.util.function.Supplier;

/**
 * What the input of a session needs from it.
 *
 * @param candidates finds completions
 * @param prompt the prompt as it is now
 * @param history the lines of earlier sessions, and whether lines are kept
 */
record SessionContext(CandidateSource candidates, Supplier<String> prompt, HistoryFile history) {}
