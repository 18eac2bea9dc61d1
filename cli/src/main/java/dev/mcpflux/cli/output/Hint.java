package dev.mcpflux.cli.output;

/**
 * What a person can do next, after an error: {@code Try 'mcpflux logs files' to see what it prints.} Documents, which are
 * for programs, have none.
 *
 * @param command a whole command line, which can be copied
 * @param purpose what the command is good for, as the end of a sentence; it may be empty
 */
public record Hint(String command, String purpose) {

    /** The sentence. */
    public String text() {
        return "Try '" + command + "'" + (purpose.isEmpty() ? "" : " " + purpose) + ".";
    }
}
