package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares arguments with the schema of a tool before they are sent: unknown and missing ones, types, and values that are not
 * among those listed. It finds what is certainly or most likely a mistake of a person; the server has the last word.
 */
final class ArgumentCheck {

    private static final int MAX_DEPTH = 16;
    /** Most values looked at; a long list is as the first elements are. */
    private static final int MAX_VALUES = 2_000;

    private static final int MAX_PROBLEMS = 20;

    private final SchemaTypes types;
    private final SchemaRules rules;
    private final List<String> problems = new ArrayList<>();
    private int values;

    ArgumentCheck(SchemaTypes types) {
        this.types = types;
        this.rules = new SchemaRules(types);
    }

    /**
     * What is wrong, one text each.
     *
     * @param skipped arguments that are known to be wrong
     */
    List<String> problems(ObjectNode arguments, Set<String> skipped) {
        List<JsonNode> schemas = types.whole();
        Map<String, Boolean> known = types.properties(schemas);
        boolean alone = rules.expectsNoOthers(schemas);
        for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
            String name = argument.getKey();
            if (skipped.contains(name)) {
                continue;
            }
            if (alone && !known.containsKey(name)) {
                problems.add(unknown(name, known));
            } else {
                check(name, argument.getValue(), types.property(schemas, name), 0);
            }
        }
        for (String name : rules.required(schemas)) {
            if (!arguments.has(name) && !skipped.contains(name)) {
                problems.add("'" + SafeText.line(name, TypedText.MAX_QUOTED) + "' is missing");
            }
        }
        return problems.size() <= MAX_PROBLEMS
                ? problems
                : withRest(problems.subList(0, MAX_PROBLEMS), problems.size() - MAX_PROBLEMS);
    }

    /** Whether a value is one that the schemas allow. */
    boolean allows(JsonNode value, List<JsonNode> schemas) {
        check("", value, schemas, 0);
        return problems.isEmpty();
    }

    private static List<String> withRest(List<String> first, int rest) {
        List<String> all = new ArrayList<>(first);
        all.add("… and " + rest + " more");
        return all;
    }

    private static String unknown(String name, Map<String, Boolean> known) {
        List<String> names = known.keySet().stream()
                .map(each -> SafeText.line(each, TypedText.MAX_QUOTED))
                .toList();
        return "'" + name + "' is not an argument" + Suggestions.of(name, names);
    }

    private void check(String name, JsonNode value, List<JsonNode> schemas, int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES || schemas.isEmpty()) {
            return;
        }
        List<JsonNode> constants = rules.constants(schemas);
        if (constants != null) {
            if (constants.stream().noneMatch(constant -> SchemaRules.same(constant, value))) {
                problems.add("'" + name + "' takes " + ValueText.alternatives(constants) + ", found " + quoted(value));
            }
            return;
        }
        List<String> allowed = types.types(schemas);
        if (!allowed.isEmpty() && allowed.stream().noneMatch(type -> isOf(type, value))) {
            problems.add("'" + name + "' takes " + ValueText.types(allowed) + ", found " + quoted(value));
        } else if (value instanceof ObjectNode object) {
            members(name, object, schemas, depth);
        } else if (value instanceof ArrayNode array) {
            List<JsonNode> items = types.items(schemas);
            for (int i = 0; i < array.size(); i++) {
                check(name + "." + i, array.get(i), items, depth + 1);
            }
        }
    }

    private void members(String name, ObjectNode object, List<JsonNode> schemas, int depth) {
        Map<String, Boolean> known = types.properties(schemas);
        boolean closed = rules.refusesOthers(schemas);
        object.properties().forEach(member -> {
            String path = name + "." + member.getKey();
            if (closed && !known.containsKey(member.getKey())) {
                problems.add("'" + path + "' is not known" + Suggestions.of(member.getKey(), known.keySet()));
            } else {
                check(path, member.getValue(), types.property(schemas, member.getKey()), depth + 1);
            }
        });
        String missing = rules.required(schemas).stream()
                .filter(required -> !object.has(required))
                .map(required -> "'" + SafeText.line(name + "." + required, TypedText.MAX_QUOTED) + "'")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            problems.add(missing + (missing.contains("', '") ? " are" : " is") + " missing");
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "string" -> value.isString();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isIntegralNumber()
                        || (value.isNumber()
                                && value.decimalValue().stripTrailingZeros().scale() <= 0);
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            // not a type of JSON Schema
            default -> true;
        };
    }

    private static String quoted(JsonNode value) {
        return value.isString()
                ? "'" + SafeText.shortened(value.stringValue(), TypedText.MAX_QUOTED) + "'"
                : SafeText.shortened(value.toString(), TypedText.MAX_QUOTED);
    }
}
