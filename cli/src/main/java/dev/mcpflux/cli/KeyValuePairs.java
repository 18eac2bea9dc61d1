package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code key=value} words with text values: the arguments of prompts and the variables of templates. */
final class KeyValuePairs {

    private KeyValuePairs() {}

    static Map<String, String> parse(List<String> words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new UsageException("expected key=value, found '" + word + "'");
            }
            if (pairs.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new UsageException("'" + word.substring(0, equals) + "' is given twice");
            }
        }
        return pairs;
    }

    /**
     * Checks that all given names are known and all required names are given, because servers report such mistakes in
     * many ways.
     *
     * @param whose the prompt or template, for the message
     */
    static void check(Map<String, String> pairs, Collection<String> known, Collection<String> required, String whose) {
        String unknown = pairs.keySet().stream()
                .filter(key -> !known.contains(key))
                .map(key -> "'" + key + "'")
                .collect(Collectors.joining(", "));
        if (!unknown.isEmpty()) {
            throw new UsageException(whose + " does not take " + unknown
                    + (known.isEmpty() ? "; it takes nothing" : "; it takes " + String.join(", ", known)));
        }
        List<String> missing =
                required.stream().filter(key -> !pairs.containsKey(key)).toList();
        if (!missing.isEmpty()) {
            throw new UsageException(
                    whose + " lacks " + missing.stream().map(key -> key + "=…").collect(Collectors.joining(", ")));
        }
    }
}
