package dev.mcpflux.host.config.document;

import java.util.regex.Pattern;

/** What a parser of a library says, without the words of the file that it quotes: one of them may be a secret. */
final class ParserMessage {

    /** A word in quotes, longer than one character; the token names of a YAML parser are in angle brackets. */
    private static final Pattern QUOTED = Pattern.compile("'(?!<[a-z ]+>')[^']{2,}'|\"[^\"]{2,}\"");
    /** What a parser names last, after these words, comes from the file. */
    private static final Pattern NAMED =
            Pattern.compile("(undefined alias|tag handle|valid version:|hexadecimal numbers, but found:) .*");
    /** What the TOML parser begins with is a key. */
    private static final Pattern KEY_FIRST = Pattern.compile(
            "^.*? (previously defined|already defined|is not a table|is not an array|is an inline table|is already set)");

    private ParserMessage() {}

    /** One line, without words of the file. */
    static String safe(String text) {
        String line = text.lines().findFirst().orElse("");
        line = KEY_FIRST.matcher(line).replaceFirst("a key $1");
        line = NAMED.matcher(line).replaceFirst("$1 …");
        return QUOTED.matcher(line).replaceAll("'…'");
    }
}
