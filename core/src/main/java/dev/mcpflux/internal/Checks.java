package dev.mcpflux.internal;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks values of options; messages name the option. */
public final class Checks {

    private Checks() {}

    /** Requires a value. */
    public static Duration duration(String name, Duration value) {
        return Objects.requireNonNull(value, name);
    }

    /** Requires a time above zero. */
    public static void positive(String name, Duration value) {
        positiveOrNull(name, duration(name, value));
    }

    /** Requires a time above zero, or none. */
    public static void positiveOrNull(String name, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /** Requires a time that is not negative. */
    public static void notNegative(String name, Duration value) {
        if (duration(name, value).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    /** Requires a number that is not negative. */
    public static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    /** Requires a number of at least this. */
    public static void atLeast(long least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }
}
