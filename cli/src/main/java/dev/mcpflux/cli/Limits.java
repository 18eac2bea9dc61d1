package dev.mcpflux.cli;

import dev.mcpflux.schema.JsonSchemaValidator;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.validation.SchemaValidator;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the schema of a property demands beside its type, told so that a person knows what to type instead. */
final class Limits {

    /** A power of ten beyond this is no bound that anybody could read. */
    private static final int MAX_EXPONENT = 400;

    private static final SchemaValidator PATTERNS = JsonSchemaValidator.create();

    private Limits() {}

    /** Why a value of the right type does not fit, or null. */
    static @Nullable String problem(Field field, Object value) {
        if (value instanceof String text) {
            return field.choices().isEmpty() ? text(field.schema(), text) : null;
        }
        if (value instanceof Number number) {
            return number(field.schema(), new BigDecimal(number.toString()));
        }
        return value instanceof List<?> several ? count(field.schema(), several.size()) : null;
    }

    private static @Nullable String text(JsonNode schema, String text) {
        // "minLength: the number of characters, as defined by RFC 8259"
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)) {
            return "it takes at least " + characters(schema.path("minLength").asInt()) + ", this is " + length;
        }
        if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            return "it takes at most " + characters(schema.path("maxLength").asInt()) + ", this is " + length;
        }
        JsonNode pattern = schema.path("pattern");
        if (pattern.isString() && !matches(pattern.stringValue(), text)) {
            return "it must match " + SafeText.line(pattern.stringValue());
        }
        return Formats.problem(schema.path("format").asString(""), text);
    }

    private static String characters(int count) {
        return count == 1 ? "1 character" : count + " characters";
    }

    /**
     * A pattern comes from the server, and may take for ever: it is matched within the bounds of the schema module. What
     * cannot be used, or takes too long, is left to the server.
     */
    private static boolean matches(String pattern, String text) {
        try {
            return PATTERNS.validate(
                            Output.JSON.createObjectNode().put("pattern", pattern),
                            Output.JSON.getNodeFactory().stringNode(text))
                    .blockOptional()
                    .map(List::isEmpty)
                    .orElse(true);
        } catch (SchemaValidator.UnusableSchemaException e) {
            return true;
        }
    }

    private static @Nullable String number(JsonNode schema, BigDecimal value) {
        BigDecimal least = bound(schema, "minimum");
        BigDecimal most = bound(schema, "maximum");
        BigDecimal above = bound(schema, "exclusiveMinimum");
        BigDecimal below = bound(schema, "exclusiveMaximum");
        if (least != null && value.compareTo(least) < 0) {
            return "it must be at least " + least.toPlainString();
        }
        if (most != null && value.compareTo(most) > 0) {
            return "it must be at most " + most.toPlainString();
        }
        if (above != null && value.compareTo(above) <= 0) {
            return "it must be more than " + above.toPlainString();
        }
        return below != null && value.compareTo(below) >= 0 ? "it must be less than " + below.toPlainString() : null;
    }

    private static @Nullable String count(JsonNode schema, int count) {
        int least = schema.path("minItems").asInt(0);
        int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
        return count < least
                ? "choose at least " + least
                : count > most ? "choose at most " + most + ", these are " + count : null;
    }

    /** The limits in a few words, so that they are known before something is typed; empty where there are none. */
    static String describe(Field field) {
        JsonNode schema = field.schema();
        return switch (field.type()) {
            case TEXT -> field.choices().isEmpty() ? range(schema, "minLength", "maxLength", " characters") : "";
            case INTEGER, NUMBER -> range(schema, "minimum", "maximum", "");
            case SEVERAL -> range(schema, "minItems", "maxItems", "");
            case BOOLEAN, JSON -> "";
        };
    }

    private static String range(JsonNode schema, String from, String to, String unit) {
        BigDecimal least = bound(schema, from);
        BigDecimal most = bound(schema, to);
        if (least == null && most == null) {
            return "";
        }
        String range = least == null
                ? "at most " + most
                : most == null ? "at least " + least : least.compareTo(most) == 0 ? "" + least : least + " to " + most;
        return range + unit;
    }

    private static @Nullable BigDecimal bound(JsonNode schema, String key) {
        JsonNode number = schema.path(key);
        if (!number.isNumber() || (number.isDouble() && !Double.isFinite(number.doubleValue()))) {
            return null;
        }
        BigDecimal bound = number.decimalValue();
        return Math.abs((long) bound.precision() - bound.scale()) > MAX_EXPONENT || bound.scale() > MAX_EXPONENT
                ? null
                : bound;
    }
}
