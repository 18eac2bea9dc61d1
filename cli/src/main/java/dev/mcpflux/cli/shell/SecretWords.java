package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.argument.SecretArguments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decides whether a line may be kept in a history. */
final class SecretWords {

    private static final String ARGS = "--args=";

    private SecretWords() {}

    /**
     * Whether one of the words gives a value to an argument that is a secret by its name, or by the schema.
     *
     * @param schema of the input of the tool that the line calls; null where it is not known
     */
    static boolean in(List<String> words, @Nullable JsonNode schema) {
        return words.stream().anyMatch(word -> isSecret(word, schema));
    }

    private static boolean isSecret(String word, @Nullable JsonNode schema) {
        String whole = word.startsWith(ARGS) ? word.substring(ARGS.length()) : word;
        if (isJson(whole)) {
            return SecretArguments.inJson("", whole, schema);
        }
        int equals = word.indexOf('=');
        if (equals <= 0) {
            return false;
        }
        String key = key(word, equals);
        String value = word.substring(equals + 1);
        return SecretArguments.is(key, schema) || (isJson(value) && SecretArguments.inJson(key, value, schema));
    }

    private static boolean isJson(String text) {
        String begin = text.stripLeading();
        return begin.startsWith("{") || begin.startsWith("[");
    }

    private static String key(String word, int equals) {
        return word.charAt(equals - 1) == ':' ? word.substring(0, equals - 1) : word.substring(0, equals);
    }
}
