package dev.mcpflux.transport.stdio;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Replaces the values of configured environment variables in what a server prints by the names of the variables, so that
 * a token that a server echoes ends up in no log, event or exception.
 */
final class Masker {

    /** Shorter values ({@code 1}, {@code true}, {@code info}) are settings, and would mask half of every text. */
    private static final int MIN_LENGTH = 6;

    private final List<Map.Entry<String, String>> secrets;

    Masker(Map<String, String> environment, Map<String, String> others) {
        secrets = Stream.concat(environment.entrySet().stream(), others.entrySet().stream())
                .filter(e -> e.getValue().length() >= MIN_LENGTH)
                // the longest first: one value may be part of another
                .sorted(Comparator.comparing(
                        Map.Entry::getValue,
                        Comparator.comparingInt(String::length).reversed()))
                .toList();
    }

    String mask(String text) {
        String masked = text;
        for (Map.Entry<String, String> secret : secrets) {
            masked = masked.replace(secret.getValue(), "${" + secret.getKey() + "}");
        }
        return masked;
    }
}
