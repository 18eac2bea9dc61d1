package dev.mcpflux.cli.config;

import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is odd about the words of a new entry. */
final class EntryWords {

    private static final int MAX_NAME = 64;

    /** What other clients take, too. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** Keys of files, which would be taken for a server in a file that holds nothing else. */
    private static final Set<String> RESERVED =
            Set.of("mcpservers", "servers", "inputs", "mcpflux", "mcp", "projects", "$schema");

    private EntryWords() {}

    /** Why a new server cannot be called this, or null. */
    static @Nullable String problemOfName(String name) {
        if (RESERVED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            return "'" + name + "' is a key of configuration files; choose another name";
        }
        if (name.length() > MAX_NAME) {
            return "the name is longer than " + MAX_NAME + " characters";
        }
        if (!NAME.matcher(name).matches()) {
            return "the name '" + SafeText.line(name, 100)
                    + "' is not one that every client takes: it starts with a letter or a digit, and has only those, '.', '_'"
                    + " and '-'";
        }
        if (name.contains("__") || name.endsWith("_")) {
            return "the name '" + name
                    + "' contains '__' or ends in '_', which separates it from the names of its tools";
        }
        return null;
    }

    /** Where an entry has white space that nobody sees, such as a line break behind a token that was pasted. */
    static List<String> hiddenWhiteSpace(JsonNode entry) {
        List<String> found = new ArrayList<>();
        visit(entry, "", found);
        return found;
    }

    private static void visit(JsonNode node, String at, List<String> found) {
        if (node.isObject()) {
            node.forEachEntry((key, value) -> {
                if (isOdd(key)) {
                    found.add(SafeText.line(at + "." + key));
                }
                visit(value, at.isEmpty() ? key : at + "." + key, found);
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(node.get(i), at + "." + i, found);
            }
        } else if (node.isString() && isOdd(node.stringValue())) {
            found.add(SafeText.line(at));
        }
    }

    private static boolean isOdd(String text) {
        return !text.equals(text.strip())
                || !SafeText.text(text).equals(text)
                || text.chars().anyMatch(c -> c != ' ' && Character.isSpaceChar(c));
    }
}
