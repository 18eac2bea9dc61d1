package dev.mcpflux.cli.doctor.finding;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a check has found. Its texts may quote a server, so they have to be made safe before they are shown; they quote no
 * value that may be a secret.
 *
 * @param rule what was found
 * @param server the server that it is about; null if it is about several, or about a file
 * @param place where it is, such as {@code env.TOKEN}, a tool or a file; null where the server says enough
 * @param text the details
 * @param fix what to do: a sentence, or null where there is nothing to do
 * @param command a command line to copy; null where none helps
 */
public record Finding(
        Rule rule,
        @Nullable String server,
        @Nullable String place,
        String text,
        @Nullable String fix,
        @Nullable String command) {

    /** A finding about a server. */
    public static Finding of(Rule rule, String server, String text) {
        return new Finding(rule, server, null, text, null, null);
    }

    /** A finding about several servers. */
    public static Finding of(Rule rule, String text) {
        return new Finding(rule, null, null, text, null, null);
    }

    /** The same at a place. */
    public Finding at(@Nullable String where) {
        return new Finding(rule, server, where, text, fix, command);
    }

    /** The same with what to do. */
    public Finding fix(String advice) {
        return new Finding(rule, server, place, text, advice, command);
    }

    /** The same with a command line to copy. */
    public Finding command(@Nullable String line) {
        return new Finding(rule, server, place, text, fix, line);
    }

    public Severity severity() {
        return rule.severity();
    }
}
