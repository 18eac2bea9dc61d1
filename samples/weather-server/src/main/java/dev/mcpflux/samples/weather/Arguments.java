package dev.mcpflux.samples.weather;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call, read by name and type.
 *
 * <p>They are validated here and not by the SDK's JSON Schema validator, which adds two fifths to the server's start-up
 * time. The messages can then also suggest the right value.
 *
 * @param values as received, never {@code null} itself
 */
record Arguments(Map<String, Object> values) {

    /**
     * Takes the arguments of a call.
     *
     * @param values as received; null for a call without arguments
     * @param known the names that the tool declares
     * @throws ToolFailure for an unknown name: it may be misspelled, and the default would be used silently
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

    /** A required text that is not blank. */
    String text(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new ToolFailure("Missing argument '" + name + "'.");
        }
        return asText(name, value);
    }

    /** An optional text. */
    String text(String name, String otherwise) {
        Object value = values.get(name);
        return value == null ? otherwise : asText(name, value);
    }

    /** An optional integer within bounds. */
    int integer(String name, int least, int most, int otherwise) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        // JSON Schema counts 5.0 as an integer, too
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
