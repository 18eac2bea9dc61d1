package dev.mcpflux.cli.argument;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The values that a schema names for an argument, as they are typed. */
public final class ArgumentValues {

    private static final int MAX_VALUES = 200;

    private ArgumentValues() {}

    /**
     * The values that the schema allows where it lists them, and else its default and examples; empty if it says nothing. They
     * are text of a server.
     *
     * @param key as it is written on the command line, with dots for nested arguments
     */
    public static List<String> of(@Nullable JsonNode schema, String key) {
        SchemaTypes types = new SchemaTypes(schema);
        List<JsonNode> schemas = ArgumentPath.of(key, types).schemas();
        List<JsonNode> elements = types.items(schemas);
        List<JsonNode> constants = new SchemaRules(types).constants(elements.isEmpty() ? schemas : elements);
        if (constants != null) {
            return texts(constants);
        }
        if (types.types(schemas).contains("boolean")) {
            return List.of("true", "false");
        }
        List<JsonNode> named = new ArrayList<>();
        JsonNode fallback = types.keyword(schemas, "default");
        if (fallback != null) {
            named.add(fallback);
        }
        JsonNode examples = types.keyword(schemas, "examples");
        if (examples != null && examples.isArray()) {
            examples.forEach(named::add);
        }
        return texts(named);
    }

    private static List<String> texts(List<JsonNode> values) {
        return values.stream()
                .filter(JsonNode::isValueNode)
                .limit(MAX_VALUES)
                .map(value -> value.isString() ? value.stringValue() : value.toString())
                // these would be read as a file, or as standard input
                .filter(text -> !text.startsWith("@") && !text.equals("-"))
                .distinct()
                .toList();
    }
}
