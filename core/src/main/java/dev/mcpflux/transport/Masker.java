package dev.mcpflux.transport;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Replaces configured values, of environment variables or headers, in what a server prints by their names, so that a token
 * that a server echoes ends up in no log, event or exception.
 */
public final class Masker {

    /** Shorter values ({@code 1}, {@code true}, {@code info}) are settings, and would mask half of every text. */
    private static final int MIN_LENGTH = 6;

    private final List<Map.Entry<String, String>> secrets;

    /** Masks the values of these. */
    public Masker(Map<String, String> environment, Map<String, String> others) {
        secrets = Stream.concat(environment.entrySet().stream(), others.entrySet().stream())
                .filter(e -> e.getValue().length() >= MIN_LENGTH)
                // the longest first: one value may be part of another
                .sorted(Comparator.comparing(
                        Map.Entry::getValue,
                        Comparator.comparingInt(String::length).reversed()))
                .toList();
    }

    /** The text with {@code ${name}} in place of each value. */
    public String mask(String text) {
        String masked = text;
        for (Map.Entry<String, String> secret : secrets) {
            masked = masked.replace(secret.getValue(), "${" + secret.getKey() + "}");
        }
        return masked;
    }
}
