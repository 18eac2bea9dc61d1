package dev.mcpflux.cli.question;

import dev.mcpflux.cli.output.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The result of parsing a person's text for a field: either a value or a problem.
 *
 * @param value a text, number, boolean, list of texts, or tree
 * @param problem for the person
 */
record FieldInput(@Nullable Object value, @Nullable String problem) {

    /** Parses the typed text. */
    static FieldInput of(FormField field, String typed) {
        String text = typed.strip();
        return switch (field.type()) {
            case TEXT -> field.choices().isEmpty() ? fitting(field, typed) : choice(field, text);
            case INTEGER -> integer(field, text);
            case NUMBER -> number(field, text);
            case BOOLEAN -> yesOrNo(text);
            case SEVERAL -> several(field, text);
            case JSON -> json(field, text);
        };
    }

    /** The default of the schema, which may be invalid; null without a default. */
    static @Nullable FieldInput ofDefault(FormField field) {
        JsonNode fallback = field.fallback();
        if (fallback == null) {
            return null;
        }
        if (field.type() == FormField.Type.SEVERAL && fallback.isArray()) {
            List<String> values =
                    fallback.valueStream().map(value -> value.asString("")).toList();
            return values.stream().allMatch(value -> allowed(field, value))
                    ? fitting(field, values)
                    : wrong("the default is none of the values");
        }
        if (field.type() == FormField.Type.JSON) {
            return fitting(field, fallback);
        }
        return of(field, fallback.asString(""));
    }

    /** The default if it is valid; otherwise null. */
    static @Nullable Object offered(FormField field) {
        FieldInput fallback = ofDefault(field);
        return fallback == null ? null : fallback.value();
    }

    private static boolean allowed(FormField field, String value) {
        return field.choices().isEmpty()
                || field.choices().stream().anyMatch(choice -> choice.value().equals(value));
    }

    private static FieldInput wrong(String problem) {
        return new FieldInput(null, problem);
    }

    private static FieldInput fitting(FormField field, Object value) {
        String problem = FieldValidator.problem(field, value);
        return problem == null ? new FieldInput(value, null) : wrong(problem);
    }

    private static FieldInput choice(FormField field, String text) {
        FieldChoice choice = FieldChoice.find(field.choices(), text);
        return choice == null ? wrong(noChoice(field, text)) : new FieldInput(choice.value(), null);
    }

    private static String noChoice(FormField field, String text) {
        String none = "'" + text + "' is none of them";
        return FieldChoice.numbered(field.choices())
                ? none + ": type a number from 1 to " + field.choices().size()
                : none;
    }

    private static FieldInput integer(FormField field, String text) {
        try {
            BigInteger value = new BigInteger(text);
            return fitting(field, value.bitLength() < Long.SIZE ? (Object) value.longValue() : value);
        } catch (NumberFormatException e) {
            return wrong("it must be a whole number");
        }
    }

    private static FieldInput number(FormField field, String text) {
        try {
            return fitting(field, new BigDecimal(text));
        } catch (NumberFormatException e) {
            return wrong("it must be a number");
        }
    }

    private static FieldInput yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "y", "yes", "true" -> new FieldInput(true, null);
            case "n", "no", "false" -> new FieldInput(false, null);
            default -> wrong("type yes or no");
        };
    }

    /** Numbers or values separated by commas; duplicates count once. */
    private static FieldInput several(FormField field, String text) {
        Set<String> values = new LinkedHashSet<>();
        for (String part : text.split(",")) {
            String one = part.strip();
            if (one.isEmpty()) {
                continue;
            }
            FieldChoice choice = FieldChoice.find(field.choices(), one);
            if (choice == null && !field.choices().isEmpty()) {
                return wrong(noChoice(field, one));
            }
            values.add(choice == null ? one : choice.value());
        }
        return fitting(field, List.copyOf(values));
    }

    private static FieldInput json(FormField field, String text) {
        JsonNode value = JsonText.tryRead(text);
        return value == null ? wrong("it must be JSON") : fitting(field, value);
    }
}
