package dev.mcpflux.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * How long to wait before something is tried again: longer with each attempt, up to a limit.
 *
 * @param first the delay before the first attempt
 * @param most the longest delay
 * @param growth each delay is so many times the one before; at least 1
 */
public record Backoff(Duration first, Duration most, double growth) {

    /** For a subscription to changes that has ended: a second, doubled up to a minute. */
    public static final Backoff RESUBSCRIBE = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), 2);

    public Backoff {
        if (first.isNegative() || most.isNegative() || !(growth >= 1)) {
            throw new IllegalArgumentException("a back-off does not shrink: " + first + ", " + most + ", " + growth);
        }
    }

    /**
     * The delay before an attempt.
     *
     * @param attempt counts from 0
     */
    public Duration delay(long attempt) {
        return Duration.ofMillis((long) millis(attempt));
    }

    /**
     * The same, longer by a random part, so that many clients that lost a server at once do not come back at once.
     *
     * @param attempt counts from 0
     * @param jitter the largest part that is added
     */
    public Duration delay(long attempt, double jitter) {
        return Duration.ofMillis((long)
                (millis(attempt) * (1 + jitter * ThreadLocalRandom.current().nextDouble())));
    }

    private double millis(long attempt) {
        return Math.min((double) most.toMillis(), first.toMillis() * Math.pow(growth, (double) attempt));
    }

    /** Subscribes again for ever when a source fails, after each failure later, with the jitter of Reactor. */
    public RetryBackoffSpec retry(Scheduler timer) {
        return Retry.backoff(Long.MAX_VALUE, first)
                .maxBackoff(most)
                .multiplier(growth)
                .scheduler(timer);
    }
}
