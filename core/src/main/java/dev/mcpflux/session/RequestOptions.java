package dev.mcpflux.session;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of one request. When one is exceeded the request fails with {@link dev.mcpflux.error.McpTimeoutException}
 * and the server is told that the answer is no longer wanted.
 *
 * @param idleTimeout how long without a sign of life that belongs to the request: progress starts it anew, where
 *     progress was asked for; default 60 s
 * @param totalTimeout how long in all, progress or not; default 10 min
 */
public record RequestOptions(Duration idleTimeout, Duration totalTimeout) {

    private static final RequestOptions DEFAULTS = new RequestOptions(Duration.ofSeconds(60), Duration.ofMinutes(10));

    public RequestOptions {
        requirePositive(idleTimeout, "idleTimeout");
        requirePositive(totalTimeout, "totalTimeout");
    }

    public static RequestOptions defaults() {
        return DEFAULTS;
    }

    /** One limit, for both. */
    public static RequestOptions within(Duration limit) {
        return new RequestOptions(limit, limit);
    }

    static void requirePositive(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
