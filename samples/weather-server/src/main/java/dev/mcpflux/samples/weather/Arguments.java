package dev.mcpflux.samples.weather;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call, read by name and type.
 *
 * <p>They are checked here and not by the SDK's JSON Schema validator, which adds two fifths to the time of
 * the server's start; this way the messages also say what to write instead.
 *
 * @param values as they came, never {@code null} itself
 */
record Arguments(Map<String, Object> values) {

    /**
     * Takes the arguments of a call.
     *
     * @param values as they came; a call without any has none at all
     * @param known the names the tool declares
     * @throws ToolFailure when there is one more: it is a misspelled one, and its default would be taken silently
     */
    static Arguments of(@Nullable Map<String, Object> values, Set<String> known) {
        Map<String, Object> given = values == null ? Map.of() : values;
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new ToolFailure(
                        "Unknown argument '" + name + "'; known are " + String.join(", ", new TreeSet<>(known)) + ".");
            }
        }
        return new Arguments(given);
    }

    /** A text which must be there and not blank. */
    String text(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new ToolFailure("Missing argument '" + name + "'.");
        }
        return asText(name, value);
    }

    /** A text which may be absent. */
    String text(String name, String otherwise) {
        Object value = values.get(name);
        return value == null ? otherwise : asText(name, value);
    }

    /** A whole number within bounds, which may be absent. */
    int integer(String name, int least, int most, int otherwise) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        // JSON Schema counts 5.0 as an integer too
        if (value instanceof Number number
                && number.doubleValue() == Math.rint(number.doubleValue())
                && number.doubleValue() >= least
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        throw new ToolFailure("Argument '" + name + "' must be a whole number from " + least + " to " + most
                + ", but is " + describe(value) + ".");
    }

    private static String asText(String name, Object value) {
        if (value instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw new ToolFailure("Argument '" + name + "' must be a text, but is " + describe(value) + ".");
    }

    private static String describe(Object value) {
        return value instanceof String text ? "'" + text + "'" : String.valueOf(value);
    }
}
