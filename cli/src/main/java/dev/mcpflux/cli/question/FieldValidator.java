package dev.mcpflux.cli.question;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.schema.JsonSchemaValidator;
import dev.mcpflux.validation.SchemaValidator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Validates typed values against the schema of their field, with the validator of the module {@code mcpflux-schema}:
 * the schema comes from a server, so the check has to be bounded.
 */
final class FieldValidator {

    private static final String ROOT = "(root): ";
    private static final String FORMAT = "must be of the format ";
    private static final String COUNT = "must have at ";

    /** Keywords that a value chosen from a list satisfies. */
    private static final List<String> OF_CHOICES = List.of("enum", "oneOf", "anyOf", "items");

    private static final SchemaValidator VALIDATOR =
            JsonSchemaValidator.create().withAssertedFormats(true);

    private FieldValidator() {}

    /** Why a value of the right type is not valid, or null. An unusable schema is left to the server. */
    static @Nullable String problem(FormField field, Object value) {
        if (value instanceof String && !field.choices().isEmpty()) {
            return null;
        }
        String format = field.schema().path("format").asString("");
        if (format.equals("email") && value instanceof String text && text.indexOf('.', text.lastIndexOf('@')) < 0) {
            // valid, but most servers want a domain with a dot, and would reject the whole form
            return "it must be " + FormatDescription.describe(format);
        }
        try {
            return VALIDATOR
                    .validate(schema(field), McpJson.mapper().valueToTree(value))
                    .blockOptional()
                    .filter(problems -> !problems.isEmpty())
                    .map(problems -> words(problems.get(0), format, value))
                    .orElse(null);
        } catch (SchemaValidator.UnusableSchemaException e) {
            return null;
        }
    }

    private static JsonNode schema(FormField field) {
        return field.choices().isEmpty() || !(field.schema() instanceof ObjectNode schema)
                ? field.schema()
                : schema.deepCopy().remove(OF_CHOICES);
    }

    private static String words(String problem, String format, Object value) {
        if (!problem.startsWith(ROOT)) {
            return problem;
        }
        String words = problem.substring(ROOT.length());
        if (words.startsWith(FORMAT)) {
            return "it must be " + FormatDescription.describe(format);
        }
        return "it " + words + (words.startsWith(COUNT) ? counted(value) : "");
    }

    private static String counted(Object value) {
        // "minLength: the number of characters, as defined by RFC 8259"
        return value instanceof String text
                ? ", this is " + text.codePointCount(0, text.length())
                : value instanceof List<?> list ? ", these are " + list.size() : "";
    }
}
