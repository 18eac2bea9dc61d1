package dev.mcpflux.cli.question;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The limits of a property, shown before a person types a value. {@link FieldValidator} validates them. */
final class LimitsText {

    /** A limit beyond this power of ten is not readable. */
    private static final int MAX_EXPONENT = 400;

    private LimitsText() {}

    /** A short text of the limits; empty without limits. */
    static String describe(FormField field) {
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
