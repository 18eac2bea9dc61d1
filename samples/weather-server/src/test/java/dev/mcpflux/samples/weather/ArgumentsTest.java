package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ArgumentsTest {

    @Test
    void readsPresentArguments() {
        Arguments arguments = Arguments.of(Map.of("city", " Oslo ", "days", 3), Set.of("city", "days"));

        assertThat(arguments.text("city")).isEqualTo("Oslo");
        assertThat(arguments.integer("days", 1, 14, 5)).isEqualTo(3);
    }

    @Test
    void takesDefaults() {
        Arguments arguments = Arguments.of(null, Set.of());

        assertThat(arguments.text("units", "metric")).isEqualTo("metric");
        assertThat(arguments.integer("days", 1, 14, 5)).isEqualTo(5);
    }

    @Test
    void takesAWholeNumberWrittenWithAFraction() {
        assertThat(new Arguments(Map.of("days", 5.0)).integer("days", 1, 14, 1)).isEqualTo(5);
    }

    @Test
    void refusesAMissingText() {
        assertFails("Missing argument 'city'.", () -> new Arguments(Map.of()).text("city"));
    }

    @Test
    void refusesTheWrongType() {
        assertFails("Argument 'city' must be a text, but is 5.", () -> new Arguments(Map.of("city", 5)).text("city"));
        assertFails(
                "Argument 'days' must be a whole number from 1 to 14, but is 'two'.",
                () -> new Arguments(Map.of("days", "two")).integer("days", 1, 14, 5));
        assertFails(
                "Argument 'days' must be a whole number from 1 to 14, but is 1.5.",
                () -> new Arguments(Map.of("days", 1.5)).integer("days", 1, 14, 5));
    }

    @Test
    void refusesNumbersOutOfBounds() {
        assertFails(
                "Argument 'days' must be a whole number from 1 to 14, but is 15.",
                () -> new Arguments(Map.of("days", 15)).integer("days", 1, 14, 5));
        assertFails(
                "Argument 'days' must be a whole number from 1 to 14, but is 4294967297.",
                () -> new Arguments(Map.of("days", 4294967297L)).integer("days", 1, 14, 5));
    }

    @Test
    void refusesUnknownNames() {
        assertFails(
                "Unknown argument 'unit'; known are city, units.",
                () -> Arguments.of(Map.of("unit", "metric"), Set.of("units", "city")));
    }

    @Test
    void refusesUnknownUnits() {
        assertFails("Argument 'units' must be one of metric, imperial, but is 'kelvin'.", () -> Units.of("kelvin"));
    }

    private static void assertFails(String message, ThrowingCallable call) {
        assertThatExceptionOfType(ToolFailure.class).isThrownBy(call).withMessage(message);
    }
}
