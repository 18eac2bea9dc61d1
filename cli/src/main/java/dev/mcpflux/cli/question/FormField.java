package dev.mcpflux.cli.question;

import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One property of a form (specification: client/elicitation, requested schema). Forms are flat and have few types.
 *
 * @param label the name shown to a person
 * @param choices the allowed values, empty if every value of the type is allowed
 * @param fallback the default of the schema
 * @param schema the limits
 */
record FormField(
        String name,
        String label,
        @Nullable String description,
        Type type,
        boolean required,
        List<FieldChoice> choices,
        @Nullable JsonNode fallback,
        JsonNode schema) {

    enum Type {
        TEXT,
        INTEGER,
        NUMBER,
        BOOLEAN,
        /** Several of the choices. */
        SEVERAL,
        /** A type that the protocol does not allow in a form. */
        JSON
    }

    /** The properties in the order of the schema. */
    static List<FormField> of(@Nullable JsonNode form) {
        List<FormField> fields = new ArrayList<>();
        if (form != null) {
            Set<String> required = new TreeSet<>();
            form.path("required").forEach(name -> required.add(name.asString("")));
            form.path("properties")
                    .forEachEntry((name, schema) -> fields.add(of(name, schema, required.contains(name))));
        }
        return fields;
    }

    private static FormField of(String name, JsonNode schema, boolean required) {
        Type type = type(schema);
        JsonNode fallback = schema.get("default");
        return new FormField(
                name,
                SafeText.line(schema.path("title").asString(name)),
                schema.path("description").isString()
                        ? SafeText.line(schema.path("description").stringValue())
                        : null,
                type,
                required,
                type == Type.SEVERAL
                        ? FieldChoice.of(schema.path("items"))
                        : type == Type.TEXT ? FieldChoice.of(schema) : List.of(),
                fallback == null || fallback.isNull() ? null : fallback,
                schema);
    }

    private static Type type(JsonNode schema) {
        JsonNode named = schema.path("type");
        String type = named.asString("");
        for (int i = 0; i < named.size() && type.isEmpty(); i++) {
            type = named.get(i).asString("").equals("null") ? "" : named.get(i).asString("");
        }
        return switch (type) {
            case "string" -> Type.TEXT;
            case "integer" -> Type.INTEGER;
            case "number" -> Type.NUMBER;
            case "boolean" -> Type.BOOLEAN;
            case "array" -> Type.SEVERAL;
            case "" -> FieldChoice.of(schema).isEmpty() ? Type.JSON : Type.TEXT;
            default -> Type.JSON;
        };
    }

    /** The text for a value of this field. */
    String show(Object value) {
        if (value instanceof List<?> several) {
            return several.isEmpty()
                    ? "nothing"
                    : String.join(", ", several.stream().map(this::show).toList());
        }
        if (value instanceof Boolean yes) {
            return yes ? "yes" : "no";
        }
        String text = SafeText.line(value.toString());
        return choices.stream()
                .filter(choice -> choice.value().equals(value))
                .map(choice -> SafeText.line(choice.label()))
                .findFirst()
                .orElse(text);
    }
}
