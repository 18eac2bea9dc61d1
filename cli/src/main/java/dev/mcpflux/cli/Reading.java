package dev.mcpflux.cli;

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
record Reading(@Nullable Object value, @Nullable String problem) {

    /** Parses the typed text. */
    static Reading of(Field field, String typed) {
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
    static @Nullable Reading ofDefault(Field field) {
        JsonNode fallback = field.fallback();
        if (fallback == null) {
            return null;
        }
        if (field.type() == Field.Type.SEVERAL && fallback.isArray()) {
            List<String> values =
                    fallback.valueStream().map(value -> value.asString("")).toList();
            return values.stream().allMatch(value -> allowed(field, value))
                    ? fitting(field, values)
                    : wrong("the default is none of the values");
        }
        if (field.type() == Field.Type.JSON) {
            return fitting(field, fallback);
        }
        return of(field, fallback.asString(""));
    }

    /** The default if it is valid; otherwise null. */
    static @Nullable Object offered(Field field) {
        Reading fallback = ofDefault(field);
        return fallback == null ? null : fallback.value();
    }

    private static boolean allowed(Field field, String value) {
        return field.choices().isEmpty()
                || field.choices().stream().anyMatch(choice -> choice.value().equals(value));
    }

    private static Reading wrong(String problem) {
        return new Reading(null, problem);
    }

    private static Reading fitting(Field field, Object value) {
        String problem = FieldValidator.problem(field, value);
        return problem == null ? new Reading(value, null) : wrong(problem);
    }

    private static Reading choice(Field field, String text) {
        Choice choice = Choice.find(field.choices(), text);
        return choice == null ? wrong(noChoice(field, text)) : new Reading(choice.value(), null);
    }

    private static String noChoice(Field field, String text) {
        String none = "'" + text + "' is none of them";
        return Choice.numbered(field.choices())
                ? none + ": type a number from 1 to " + field.choices().size()
                : none;
    }

    private static Reading integer(Field field, String text) {
        try {
            BigInteger value = new BigInteger(text);
            return fitting(field, value.bitLength() < Long.SIZE ? (Object) value.longValue() : value);
        } catch (NumberFormatException e) {
            return wrong("it must be a whole number");
        }
    }

    private static Reading number(Field field, String text) {
        try {
            return fitting(field, new BigDecimal(text));
        } catch (NumberFormatException e) {
            return wrong("it must be a number");
        }
    }

    private static Reading yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "y", "yes", "true" -> new Reading(true, null);
            case "n", "no", "false" -> new Reading(false, null);
            default -> wrong("type yes or no");
        };
    }

    /** Numbers or values separated by commas; duplicates count once. */
    private static Reading several(Field field, String text) {
        Set<String> values = new LinkedHashSet<>();
        for (String part : text.split(",")) {
            String one = part.strip();
            if (one.isEmpty()) {
                continue;
            }
            Choice choice = Choice.find(field.choices(), one);
            if (choice == null && !field.choices().isEmpty()) {
                return wrong(noChoice(field, one));
            }
            values.add(choice == null ? one : choice.value());
        }
        return fitting(field, List.copyOf(values));
    }

    private static Reading json(Field field, String text) {
        JsonNode value = JsonText.tryRead(text);
        return value == null ? wrong("it must be JSON") : fitting(field, value);
    }
}
