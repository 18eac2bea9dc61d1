package dev.mcpflux.samples.weather;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the JSON Schemas of the tools.
 *
 * <p>Built as maps, which is how the SDK holds them: as JSON texts they would have to be parsed at every start. The
 * order of the properties is kept, because that is the order in which a model reads them.
 */
final class Schema {

    private Schema() {}

    /** A property of an object. */
    record Property(String name, Map<String, Object> schema, boolean required) {}

    static Property required(String name, Map<String, Object> schema) {
        return new Property(name, schema, true);
    }

    static Property optional(String name, Map<String, Object> schema) {
        return new Property(name, schema, false);
    }

    /** An object of these properties and no others. */
    static Map<String, Object> object(Property... properties) {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (Property property : properties) {
            byName.put(property.name(), property.schema());
        }
        List<String> required = Arrays.stream(properties)
                .filter(Property::required)
                .map(Property::name)
                .toList();
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", byName);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    static Map<String, Object> text(String description) {
        return described("string", description);
    }

    static Map<String, Object> text(String description, String otherwise) {
        Map<String, Object> schema = text(description);
        schema.put("default", otherwise);
        return schema;
    }

    static Map<String, Object> choice(String description, List<String> values) {
        Map<String, Object> schema = text(description);
        schema.put("enum", values);
        return schema;
    }

    static Map<String, Object> choice(String description, List<String> values, String otherwise) {
        Map<String, Object> schema = choice(description, values);
        schema.put("default", otherwise);
        return schema;
    }

    static Map<String, Object> number(String description) {
        return described("number", description);
    }

    static Map<String, Object> integer(String description, int least, int most) {
        Map<String, Object> schema = described("integer", description);
        schema.put("minimum", least);
        schema.put("maximum", most);
        return schema;
    }

    static Map<String, Object> integer(String description, int least, int most, int otherwise) {
        Map<String, Object> schema = integer(description, least, most);
        schema.put("default", otherwise);
        return schema;
    }

    static Map<String, Object> array(String description, Map<String, Object> items) {
        Map<String, Object> schema = described("array", description);
        schema.put("items", items);
        return schema;
    }

    private static Map<String, Object> described(String type, String description) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        schema.put("description", description);
        return schema;
    }
}
