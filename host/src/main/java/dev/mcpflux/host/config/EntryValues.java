package dev.mcpflux.host.config;

import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.host.variable.VariableValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The values of one entry of a configuration file, by their keys and of the types that are expected. Messages name the key and
 * what was found, but never a value that may be a secret.
 */
final class EntryValues {

    /** A bare number from here on is likely meant as milliseconds, as other hosts have it. */
    private static final Duration IMPLAUSIBLE = Duration.ofSeconds(1000);

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryKeys keys;
    private final VariableValues variables;
    private final Function<String, VariableStyle> styles;
    private boolean quiet;

    EntryValues(
            ConfigText text,
            String name,
            JsonNode entry,
            String pointer,
            EntryKeys keys,
            UnaryOperator<@Nullable String> variables,
            Function<String, VariableStyle> styles) {
        this.styles = styles;
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.keys = keys;
        this.variables = VariableValues.ofEnvironment(variables);
    }

    /** From now on there are no warnings: the server is switched off. */
    void silence() {
        quiet = true;
    }

    /** The key by which a value is given; what gives it by two keys is a mistake, unless they say the same. */
    String only(String key) {
        List<String> given = keys.of(key);
        for (String other : given) {
            if (!entry.path(other).equals(entry.path(given.get(0)))) {
                throw problem(
                        other,
                        "expected either " + ConfigText.quoted(given.get(0)) + " or " + ConfigText.quoted(other)
                                + "; they mean the same, and this server has both");
            }
        }
        return usual(key);
    }

    /** The key by which a value is given; its usual one where it is not. */
    String usual(String key) {
        List<String> given = keys.of(key);
        return given.isEmpty() ? key : given.get(0);
    }

    /** A string with its variables, or null where it is not given. */
    @Nullable
    String string(String key) {
        Template template = template(key);
        return template == null ? null : template.resolve(name, variables);
    }

    /** A string whose variables are resolved when the server starts, or null where it is not given. */
    @Nullable
    Template template(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw problem(key, "expected a string, found " + ConfigText.kind(node));
        }
        return styled(node.stringValue(), ConfigText.member(pointer, key));
    }

    /** Whether a switch is on; off where it is not given. */
    boolean flag(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return false;
        }
        String word = node.isBoolean()
                ? String.valueOf(node.booleanValue())
                : node.isString() ? String.valueOf(string(key)).strip().toLowerCase(Locale.ROOT) : "";
        if (!word.equals("true") && !word.equals("false")) {
            throw problem(key, "expected true or false, found " + ConfigText.kind(node));
        }
        return word.equals("true");
    }

    /** A time, and where it comes from. */
    record Limit(Duration time, String source) {}

    /** A time, or null where it is not given. */
    @Nullable
    Limit limit(String name) {
        String key = only(name);
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        String place = ConfigText.member(pointer, key);
        String value = node.isNumber() ? text.literal(node, place) : node.isString() ? string(key) : null;
        Duration time = value == null ? null : Durations.read(value);
        if (value == null || time == null) {
            throw problem(key, Durations.expected() + foundTime(node, value));
        }
        if (!Durations.isBare(value)) {
            return new Limit(time, key + " in " + text.place(place));
        }
        if (time.compareTo(IMPLAUSIBLE) >= 0) {
            Duration meant = Duration.ofMillis(Long.parseLong(value.strip().replaceFirst("\\..*", "")));
            warn(
                    place,
                    key + " is read as seconds, " + Durations.text(time) + "; if milliseconds are meant, write \""
                            + Durations.text(meant) + "\"");
        }
        return new Limit(time, key + " in " + text.place(place) + ", read as seconds");
    }

    /** A number is quoted; a word may be anything. */
    private static String foundTime(JsonNode node, @Nullable String value) {
        boolean number =
                value != null && value.length() <= 24 && value.matches("[-+]?[0-9.][0-9.eE]*\\s?\\p{Alpha}{0,12}");
        return ", found " + (number && value != null ? "\"" + value + "\"" : ConfigText.kind(node));
    }

    /** What stands in the file, where that is a word. */
    String found(String key) {
        String raw = entry.path(key).asString("");
        return ", found " + (raw.matches("[A-Za-z0-9 _+-]{1,32}") ? "\"" + raw + "\"" : "another string");
    }

    /** An array of texts; empty where it is not given. */
    List<Template> arguments(String key) {
        JsonNode node = entry.path(key);
        List<Template> arguments = new ArrayList<>();
        if (node.isMissingNode() || node.isNull()) {
            return arguments;
        }
        if (!node.isArray()) {
            throw problem(key, "expected an array of strings, found " + ConfigText.kind(node));
        }
        for (int i = 0; i < node.size(); i++) {
            arguments.add(scalar(node.get(i), ConfigText.member(pointer, key) + "/" + i));
        }
        return arguments;
    }

    /** An object of texts; empty where it is not given. */
    Map<String, Template> templates(String key) {
        JsonNode node = entry.path(key);
        Map<String, Template> templates = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return templates;
        }
        if (!node.isObject()) {
            throw problem(key, "expected an object of strings, found " + ConfigText.kind(node));
        }
        node.forEachEntry((member, value) -> {
            // as everywhere in an entry, null says nothing
            if (!value.isNull()) {
                templates.put(member, scalar(value, ConfigText.member(ConfigText.member(pointer, key), member)));
            }
        });
        return templates;
    }

    /** A string with its variables, at a place within the entry. */
    String resolved(JsonNode node, String place) {
        if (!node.isString()) {
            throw text.problem(name, place, "expected a string, found " + ConfigText.kind(node));
        }
        return styled(node.stringValue(), place).resolve(name, variables);
    }

    /** A string; numbers and booleans are taken as their text, which is what everybody means by them. */
    Template scalar(JsonNode node, String place) {
        if (node.isString()) {
            return styled(node.stringValue(), place);
        }
        if (node.isNumber() || node.isBoolean()) {
            return Template.of(text.literal(node, place), text.at(place));
        }
        throw text.problem(name, place, "expected a string, found " + ConfigText.kind(node));
    }

    /** Whether a whole text is written as hosts write variables that are not understood here: {@code $NAME}, {@code %NAME%}. */
    private static boolean looksForeign(String text) {
        return text.matches("\\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|.*\\{env:[^}]*}.*") && !text.contains("${");
    }

    /** A text as the form of the file writes it. */
    Template styled(String value, String place) {
        VariableStyle style = styles.apply(place);
        if (style == VariableStyle.MCPFLUX && looksForeign(value)) {
            warn(place, "it is taken literally, and looks like a variable; write ${NAME} for one of the environment");
        }
        return Template.of(value, text.at(place), style);
    }

    /** Warns of something at a place, unless the server is switched off. */
    void warn(String place, String warning) {
        if (!quiet) {
            text.warn(place, warning);
        }
    }

    /** A mistake at a key. */
    McpConfigurationException problem(String key, String problem) {
        return text.problem(name, ConfigText.member(pointer, key), problem);
    }
}
