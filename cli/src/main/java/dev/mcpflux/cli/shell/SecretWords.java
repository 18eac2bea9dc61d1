package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.argument.SecretArguments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Decides whether a line may be kept in a history. */
final class SecretWords {

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
        if (word.stripLeading().startsWith("{") || word.startsWith("--args=")) {
            return SecretArguments.inJson(word, schema);
        }
        int equals = word.indexOf('=');
        if (equals <= 0) {
            return false;
        }
        String value = word.substring(equals + 1);
        if (value.stripLeading().startsWith("{") || value.stripLeading().startsWith("[")) {
            return SecretArguments.inJson(value, null) || SecretArguments.is(key(word, equals), schema);
        }
        return SecretArguments.is(key(word, equals), schema);
    }

    private static String key(String word, int equals) {
        return word.charAt(equals - 1) == ':' ? word.substring(0, equals - 1) : word.substring(0, equals);
    }
}
