package dev.mcpflux.host.config;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks values of options; messages name the option. */
final class Checks {

    private Checks() {}

    static Duration duration(String name, Duration value) {
        return Objects.requireNonNull(value, name);
    }

    static void positive(String name, Duration value) {
        positiveOrNull(name, duration(name, value));
    }

    static void positiveOrNull(String name, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    static void notNegative(String name, Duration value) {
        if (duration(name, value).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }
}
