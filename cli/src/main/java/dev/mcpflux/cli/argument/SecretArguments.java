package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which arguments hold secrets: those that the schema marks ({@code format: password}, {@code writeOnly}), and those with a
 * name that says so.
 */
public final class SecretArguments {

    private static final int MAX_DEPTH = 32;

    /** Parts of names, without separators. */
    private static final Set<String> NAMES = Set.of(
            "password",
            "passwd",
            "passphrase",
            "secret",
            "token",
            "apikey",
            "accesskey",
            "privatekey",
            "credential",
            "authorization",
            "bearer");

    private SecretArguments() {}

    /**
     * Whether an argument is a secret.
     *
     * @param key as it is written on the command line, with dots for nested ones
     * @param schema of all arguments; null where it is not known
     */
    public static boolean is(String key, @Nullable JsonNode schema) {
        if (isName(key)) {
            return true;
        }
        if (schema == null) {
            return false;
        }
        SchemaTypes types = new SchemaTypes(schema);
        return isMarked(ArgumentPath.of(key, types).schemas(), types);
    }

    /**
     * Whether JSON has a member that is a secret. Text that cannot be read is one if it names one.
     *
     * @param key the argument that has it as its value; empty for all arguments
     * @param schema of all arguments; null where it is not known
     */
    public static boolean inJson(String key, String text, @Nullable JsonNode schema) {
        JsonNode read = JsonText.tryRead(text);
        return read == null ? isName(text) : in(read, key.isEmpty() ? "" : key + ".", schema, 0);
    }

    private static boolean in(JsonNode node, String path, @Nullable JsonNode schema, int depth) {
        if (depth > MAX_DEPTH) {
            return true;
        }
        return node.isObject()
                ? node.properties().stream()
                        .anyMatch(member -> is(path + member.getKey(), schema)
                                || in(member.getValue(), path + member.getKey() + ".", schema, depth + 1))
                : node.isArray() && node.valueStream().anyMatch(each -> in(each, path + "0.", schema, depth + 1));
    }

    private static boolean isName(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
        // "max_tokens" counts, and is no secret
        return NAMES.stream().anyMatch(plain.replace("tokens", "")::contains);
    }

    private static boolean isMarked(List<JsonNode> schemas, SchemaTypes types) {
        JsonNode format = types.keyword(schemas, "format");
        JsonNode written = types.keyword(schemas, "writeOnly");
        return (format != null && format.asString("").equals("password"))
                || (written != null && written.asBoolean(false));
    }
}
