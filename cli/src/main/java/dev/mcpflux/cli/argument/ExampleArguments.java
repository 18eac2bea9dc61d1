package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.text.SafeText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Example words for a call: every required argument, and those that name a default or an example, with a value that the schema
 * allows. The words can be read by {@link ToolArguments}.
 */
public final class ExampleArguments {

    private static final int MAX_DEPTH = 6;
    private static final int MAX_VALUES = 200;
    private static final int MAX_OPTIONAL = 4;
    private static final int MAX_LENGTH = 200;

    private static final Map<String, String> FORMATS = Map.of(
            "date", "2026-01-31",
            "time", "12:00:00Z",
            "date-time", "2026-01-31T12:00:00Z",
            "duration", "PT1H",
            "email", "name@example.com",
            "uri", "https://example.com",
            "uri-reference", "/path",
            "hostname", "example.com",
            "ipv4", "192.0.2.1",
            "uuid", "00000000-0000-4000-8000-000000000000");

    private final SchemaTypes types;
    private final SchemaRules rules;
    private int values;

    private ExampleArguments(@Nullable JsonNode schema) {
        this.types = new SchemaTypes(schema);
        this.rules = new SchemaRules(types);
    }

    /** Words for a tool with this input schema. */
    public static List<String> words(@Nullable JsonNode inputSchema) {
        return new ExampleArguments(inputSchema).words();
    }

    private List<String> words() {
        List<JsonNode> schemas = types.whole();
        Set<String> required = rules.required(schemas);
        Map<String, JsonNode> values = new LinkedHashMap<>();
        required.forEach(name -> values.put(name, value(name, types.property(schemas, name), 0)));
        types.properties(schemas).keySet().stream()
                .filter(name -> !required.contains(name) && named(types.declared(schemas, name)) != null)
                .limit(MAX_OPTIONAL)
                .forEach(name -> values.put(name, value(name, types.declared(schemas, name), 0)));
        if (values.keySet().stream().anyMatch(ExampleArguments::isNoKey)) {
            return List.of(
                    "--args",
                    JsonNodeFactory.instance.objectNode().setAll(values).toString());
        }
        List<String> words = new ArrayList<>();
        values.forEach((name, value) -> words.add(word(name, value, types.property(schemas, name))));
        return words;
    }

    /** Whether a name cannot stand before an equals sign: another part of the word would be read as the name. */
    private static boolean isNoKey(String name) {
        return name.isEmpty() || name.startsWith("-") || name.endsWith(":") || name.contains("=");
    }

    private String word(String name, JsonNode value, List<JsonNode> schemas) {
        String key = key(name);
        String plain = value.isString() ? value.stringValue() : value.toString();
        try {
            if (SchemaRules.same(new TypedText(types).value(name, plain, schemas), value)) {
                return ArgumentWord.of(key, plain);
            }
        } catch (UsageException e) {
            // the schema contradicts itself
        }
        return key + ":=" + value;
    }

    /** A dot in a name that the schema declares needs no backslash; elsewhere it would divide the name. */
    private String key(String name) {
        return ArgumentPath.of(name, types).names().equals(List.of(name)) ? name : name.replace(".", "\\.");
    }

    /** The value that the schema itself names; null without one. */
    private @Nullable JsonNode named(List<JsonNode> schemas) {
        JsonNode examples = types.keyword(schemas, "examples");
        JsonNode example = types.keyword(schemas, "example");
        JsonNode named = types.keyword(schemas, "default");
        if (examples instanceof ArrayNode list && !list.isEmpty()) {
            named = list.get(0);
        } else if (example != null) {
            named = example;
        }
        if (named == null || named.isNull()) {
            return null;
        }
        return new ArgumentCheck(types).allows(named, schemas) && isPlain(named) ? named : null;
    }

    /** Whether it is short, and does nothing to a terminal. */
    private static boolean isPlain(JsonNode value) {
        String text = value.isString() ? value.stringValue() : value.toString();
        return text.length() <= MAX_LENGTH && SafeText.line(text).equals(text);
    }

    private JsonNode value(String name, List<JsonNode> schemas, int depth) {
        JsonNode named = named(schemas);
        if (named != null) {
            return named;
        }
        List<JsonNode> constants = rules.constants(schemas);
        if (constants != null) {
            return constants.get(0);
        }
        List<String> allowed = types.types(schemas);
        String type = allowed.isEmpty()
                ? "string"
                : allowed.stream()
                        .filter(each -> !each.equals("null"))
                        .findFirst()
                        .orElse("null");
        return switch (type) {
            case "integer" ->
                JsonNodeFactory.instance.numberNode(
                        number(schemas, "1").setScale(0, RoundingMode.CEILING).toBigInteger());
            case "number" -> JsonNodeFactory.instance.numberNode(number(schemas, "1.5"));
            case "boolean" -> JsonNodeFactory.instance.booleanNode(true);
            case "null" -> JsonNodeFactory.instance.nullNode();
            case "array" -> list(name, schemas, depth);
            case "object" -> object(schemas, depth);
            default -> JsonNodeFactory.instance.stringNode(text(name, schemas));
        };
    }

    private ObjectNode object(List<JsonNode> schemas, int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (depth < MAX_DEPTH) {
            for (String name : rules.required(schemas)) {
                // what refers to itself by several names grows without end
                if (++values > MAX_VALUES) {
                    break;
                }
                object.set(name, value(name, types.property(schemas, name), depth + 1));
            }
        }
        return object;
    }

    private ArrayNode list(String name, List<JsonNode> schemas, int depth) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        return depth < MAX_DEPTH ? list.add(value(name, types.items(schemas), depth + 1)) : list;
    }

    private BigDecimal number(List<JsonNode> schemas, String usual) {
        BigDecimal value = new BigDecimal(usual);
        BigDecimal least = limit(schemas, "minimum");
        BigDecimal above = limit(schemas, "exclusiveMinimum");
        BigDecimal most = limit(schemas, "maximum");
        if (least != null && value.compareTo(least) < 0) {
            value = least;
        }
        if (above != null && value.compareTo(above) <= 0) {
            value = above.add(BigDecimal.ONE);
        }
        return most != null && value.compareTo(most) > 0 ? most : value;
    }

    private @Nullable BigDecimal limit(List<JsonNode> schemas, String keyword) {
        JsonNode limit = types.keyword(schemas, keyword);
        // a number like 1e999999999 would be written with all its digits
        return limit != null && limit.isNumber() && Math.abs(limit.doubleValue()) < 1e15 ? limit.decimalValue() : null;
    }

    private String text(String name, List<JsonNode> schemas) {
        JsonNode format = types.keyword(schemas, "format");
        String known = format == null ? null : FORMATS.get(format.asString(""));
        String text = known == null ? example(name) : known;
        BigDecimal least = limit(schemas, "minLength");
        int length = least == null ? 0 : Math.min(MAX_LENGTH, least.intValue());
        return text.length() < length ? text + "x".repeat(length - text.length()) : text;
    }

    /** A text that a person sees is to be replaced. */
    private static String example(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
        return plain.isEmpty() || plain.length() > 30 ? "text" : "some-" + plain;
    }
}
