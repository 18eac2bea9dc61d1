package dev.mcpflux.cli.config;

import dev.mcpflux.host.approval.MaskedText;
import dev.mcpflux.host.variable.VariableStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The texts of an entry, of any form, that are secrets or may be. */
final class EntrySecrets {

    private static final Set<String> ENVIRONMENT = Set.of("env", "envs", "environment");
    private static final Set<String> HEADERS = Set.of("headers", "httpheaders");
    private static final Set<String> URLS = Set.of("url", "uri", "httpurl", "serverurl", "proxy");
    private static final Set<String> SECRETS =
            Set.of("clientsecret", "privatekey", "apikey", "token", "accesstoken", "bearertoken", "password", "secret");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What becomes of a text. */
    private interface Change {
        /**
         * The text in its place.
         *
         * @param path where it stands
         * @param name what it is called: the variable, the header, the option
         * @param start where the secret begins in the text
         */
        String of(List<String> path, String name, String text, int start);
    }

    /**
     * A secret that stands in an entry as it is.
     *
     * @param path where it stands
     * @param name what it is called
     */
    record Plain(List<String> path, String name) {

        /** The place for a person, such as {@code env.API_KEY}. */
        String shown() {
            return String.join(".", path);
        }
    }

    private final VariableStyle style;
    /** Whether every value that may be a secret counts, and not only what looks like one. */
    private final boolean all;

    private final Change change;

    private EntrySecrets(VariableStyle style, boolean all, Change change) {
        this.style = style;
        this.all = all;
        this.change = change;
    }

    /** The entry for a person: values of variables and headers, and other secrets, are masked; variables stay. */
    static JsonNode masked(JsonNode entry, VariableStyle style) {
        return new EntrySecrets(
                        style, true, (path, name, text, start) -> text.substring(0, start) + mask(text, start, style))
                .copy(entry, List.of());
    }

    private static String mask(String text, int start, VariableStyle style) {
        String secret = text.substring(start);
        if (!style.hasVariables(secret)) {
            return secret.isEmpty() ? "" : "…";
        }
        String ours = style.translate(secret, VariableStyle.MCPFLUX);
        String masked = MaskedText.of(ours == null ? secret : ours);
        return masked.contains("…") || masked.isEmpty() ? masked : secret;
    }

    /** What stands in the entry in plain text and looks like a secret. */
    static List<Plain> plain(JsonNode entry, VariableStyle style) {
        List<Plain> found = new ArrayList<>();
        JsonNode ignored = new EntrySecrets(style, false, (path, name, text, start) -> {
                    found.add(new Plain(path, name));
                    return text;
                })
                .copy(entry, List.of());
        return found;
    }

    /** The replacement of a secret. */
    interface Placeholder {
        String of(Plain secret);
    }

    /** The entry without what looks like a secret. */
    static ObjectNode replaced(ObjectNode entry, VariableStyle style, Placeholder placeholder) {
        return (ObjectNode) new EntrySecrets(
                        style,
                        false,
                        (path, name, text, start) -> text.substring(0, start) + placeholder.of(new Plain(path, name)))
                .copy(entry, List.of());
    }

    private JsonNode copy(JsonNode node, List<String> path) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = NODES.objectNode();
            object.forEachEntry((key, value) -> copy.set(key, copy(value, EntryPlace.join(path, key))));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            return array(array, path);
        }
        return node.isString() ? NODES.stringNode(text(node.stringValue(), path)) : scalar(node, path);
    }

    /** A number or a boolean, which may be the value of a variable. */
    private JsonNode scalar(JsonNode node, List<String> path) {
        return all && inside(path) != null && node.isNumber() ? NODES.stringNode(text(node.asString(), path)) : node;
    }

    private JsonNode array(ArrayNode array, List<String> path) {
        ArrayNode copy = NODES.arrayNode();
        String option = null;
        for (int i = 0; i < array.size(); i++) {
            JsonNode item = array.get(i);
            List<String> at = EntryPlace.join(path, String.valueOf(i));
            if (!item.isString() || !isWords(path)) {
                copy.add(copy(item, at));
                continue;
            }
            String word = item.stringValue();
            int end = MaskedText.endOfSecretName(word);
            if (option != null && !word.startsWith("-")) {
                copy.add(changed(at, option, word, 0));
            } else if (end > 0) {
                copy.add(changed(at, word.substring(0, end).replaceAll("^-+|[=:\\s]+$", ""), word, end));
            } else {
                copy.add(looksSecret(word) ? changed(at, "value_" + (i + 1), word, 0) : word);
            }
            option = MaskedText.isSecretOption(word) && end < 0 ? word.replaceAll("^-+", "") : null;
        }
        return copy;
    }

    private static boolean isWords(List<String> path) {
        return path.size() == 1
                && Set.of("args", "arguments", "command", "headershelper", "helper")
                        .contains(normal(path.get(0)));
    }

    private String text(String text, List<String> path) {
        if (path.isEmpty() || text.isEmpty()) {
            return text;
        }
        String name = path.get(path.size() - 1);
        String holder = inside(path);
        if (holder != null) {
            int scheme = HEADERS.contains(holder) && text.regionMatches(true, 0, "Bearer ", 0, 7) ? 7 : 0;
            return all || MaskedText.isSecretName(name) || looksSecret(text) ? changed(path, name, text, scheme) : text;
        }
        String key = normal(name);
        if (URLS.contains(key)) {
            return url(text, path, name);
        }
        return SECRETS.contains(key) || looksSecret(text) ? changed(path, name, text, 0) : text;
    }

    /** The object of variables or headers that holds a value, or null. */
    private static @Nullable String inside(List<String> path) {
        String holder = path.size() < 2 ? "" : normal(path.get(path.size() - 2));
        return ENVIRONMENT.contains(holder) || HEADERS.contains(holder) ? holder : null;
    }

    private String url(String text, List<String> path, String name) {
        int query = text.indexOf('?');
        String address = query < 0 ? text : text.substring(0, query);
        if (looksSecret(address)) {
            // a user before the host, or a token in the path
            return changed(path, name, text, Math.max(0, text.indexOf("://") + 3));
        }
        if (query >= 0) {
            String parameters = text.substring(query + 1);
            boolean secret = all || looksSecret(text) || MaskedText.isSecretName(parameters);
            return secret ? changed(path, name, text, query + 1) : text;
        }
        return text;
    }

    private boolean looksSecret(String text) {
        return MaskedText.looksSecret(text) && !isVariable(text);
    }

    private String changed(List<String> path, String name, String text, int start) {
        String secret = text.substring(start);
        return !all && (secret.isBlank() || isVariable(secret)) ? text : change.of(path, name, text, start);
    }

    /** Whether a text is no secret itself: it has variables, and little besides. */
    private boolean isVariable(String text) {
        return style.hasVariables(text) && !mask(text, 0, style).contains("…");
    }

    static String normal(String key) {
        return key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }
}
