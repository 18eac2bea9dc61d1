package dev.mcpflux.cli.shell;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * A completion.
 *
 * @param value the whole word
 * @param shown what is listed
 * @param description beside it; it may quote a server
 * @param whole whether the word is complete, so that a space follows
 */
record ShellCandidate(String value, String shown, @Nullable String description, boolean whole) {

    private static final int MAX_VALUE = 500;
    private static final int MAX_SHOWN = 60;

    static ShellCandidate word(String value, @Nullable String description) {
        return new ShellCandidate(value, value, description, true);
    }

    /** Whether the word could be typed: nothing in it acts on a terminal, and it is not longer than anybody reads. */
    boolean isSafe() {
        return !value.isEmpty()
                && value.length() <= MAX_VALUE
                && SafeText.line(value).equals(value);
    }

    /** The same with texts that are safe for a terminal and fit into a list. */
    ShellCandidate safe() {
        String text = description == null ? null : SafeText.line(description.strip(), MAX_SHOWN);
        return new ShellCandidate(
                value, SafeText.line(shown, MAX_SHOWN), text == null || text.isEmpty() ? null : text, whole);
    }
}
