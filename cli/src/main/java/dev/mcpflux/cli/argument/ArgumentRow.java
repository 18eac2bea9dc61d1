package dev.mcpflux.cli.argument;

import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One argument of a tool, or one property of its result, for a person. All texts are one line and safe for a terminal.
 *
 * @param name with dots between the names of nested ones, and {@code []} for the elements of a list
 * @param type its types, or the values that it allows
 * @param defaultValue the default that the schema names; null without one
 * @param limits such as {@code at least 1}
 */
public record ArgumentRow(
        String name,
        String type,
        boolean required,
        @Nullable String defaultValue,
        @Nullable String description,
        List<String> limits) {

    private static final int MAX_ROWS = 200;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_NAME = 100;
    private static final int MAX_DESCRIPTION = 2_000;

    private static final Map<String, String> LIMITS = limitTexts();

    private static Map<String, String> limitTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("minimum", "at least ");
        texts.put("exclusiveMinimum", "more than ");
        texts.put("maximum", "at most ");
        texts.put("exclusiveMaximum", "less than ");
        texts.put("multipleOf", "multiple of ");
        texts.put("minLength", "minimum length ");
        texts.put("maxLength", "maximum length ");
        texts.put("pattern", "matches ");
        texts.put("minItems", "minimum elements ");
        texts.put("maxItems", "maximum elements ");
        return texts;
    }

    /** The properties that a schema names, with the nested ones behind the one they belong to; at most 200. */
    public static List<ArgumentRow> of(@Nullable JsonNode schema) {
        SchemaTypes types = new SchemaTypes(schema);
        List<ArgumentRow> rows = new ArrayList<>();
        add("", types.whole(), types, new SchemaRules(types), rows, 0);
        return rows;
    }

    private static void add(
            String prefix,
            List<JsonNode> schemas,
            SchemaTypes types,
            SchemaRules rules,
            List<ArgumentRow> rows,
            int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        Set<String> required = rules.required(schemas);
        for (String name : types.properties(schemas).keySet()) {
            if (rows.size() == MAX_ROWS) {
                return;
            }
            List<JsonNode> own = types.declared(schemas, name);
            String path = prefix + SafeText.line(name, MAX_NAME);
            rows.add(row(path, own, required.contains(name), types, rules));
            add(path + ".", own, types, rules, rows, depth + 1);
            add(path + "[].", types.items(own), types, rules, rows, depth + 1);
        }
    }

    private static ArgumentRow row(
            String path, List<JsonNode> schemas, boolean required, SchemaTypes types, SchemaRules rules) {
        JsonNode value = types.keyword(schemas, "default");
        JsonNode text = types.keyword(schemas, "description");
        if (text == null || !text.isString() || text.stringValue().isBlank()) {
            text = types.keyword(schemas, "title");
        }
        List<String> limits = new ArrayList<>();
        LIMITS.forEach((keyword, words) -> {
            JsonNode limit = types.keyword(schemas, keyword);
            if (limit != null && (limit.isNumber() || limit.isString())) {
                limits.add(words + ValueText.of(limit));
            }
        });
        return new ArgumentRow(
                path,
                type(schemas, types, rules, 0),
                required,
                value == null ? null : ValueText.of(value),
                text == null || !text.isString() ? null : SafeText.line(text.stringValue(), MAX_DESCRIPTION),
                limits);
    }

    private static String type(List<JsonNode> schemas, SchemaTypes types, SchemaRules rules, int depth) {
        List<JsonNode> constants = rules.constants(schemas);
        if (constants != null) {
            return constants.stream().limit(30).map(ValueText::of).collect(Collectors.joining(" | "))
                    + (constants.size() > 30 ? " | …" : "");
        }
        List<String> allowed = types.types(schemas);
        if (allowed.isEmpty()) {
            return "any";
        }
        JsonNode format = types.keyword(schemas, "format");
        return allowed.stream()
                .map(type -> {
                    if (type.equals("array") && depth < MAX_DEPTH) {
                        return "list of " + type(types.items(schemas), types, rules, depth + 1);
                    }
                    String shown = type.equals("string") && format != null && format.isString()
                            ? " (" + ValueText.of(format) + ")"
                            : "";
                    return SafeText.line(type, MAX_NAME) + shown;
                })
                .collect(Collectors.joining(" or "));
    }

    /** {@code string, required, default a, at least 1}. */
    public String summary() {
        return type
                + (required ? ", required" : "")
                + (defaultValue == null ? "" : ", default " + (defaultValue.isEmpty() ? "''" : defaultValue))
                + limits.stream().map(limit -> ", " + limit).collect(Collectors.joining());
    }

    /** The same for a program. */
    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", name);
        node.put("type", type);
        node.put("required", required);
        node.put("default", defaultValue);
        node.put("description", description);
        limits.forEach(node.putArray("limits")::add);
        return node;
    }
}
