package dev.mcpflux.host.filter;

import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Whether and when a host makes a failed call again. Immutable; {@link #filter()} does it.
 *
 * <p>Only a transient failure is retried, and only where the call cannot take effect twice: it was not sent, or it only reads,
 * or its tool is annotated read-only or idempotent. Everything else fails at once with its own error, whose
 * {@link dev.mcpflux.error.CallOutcome} says that the outcome is unknown. A result that reports an error of the tool is a value,
 * and is not retried. Once a signal of a call has been passed on (progress, an entry of a list), that call is not retried.
 *
 * <p>A subscription to changes ({@code listen}) is not retried here: it goes on by itself. A task that is followed is retried
 * only if it was not asked for.
 *
 * <p><em>Cancellation</em> ends the attempt under way, or the wait for the next one, at once.
 */
public final class RetryOptions {

    private final int attempts;
    private final Duration firstDelay;
    private final Duration maxDelay;
    private final double growth;
    private final double jitter;
    private final Duration maxRetryAfter;
    private final Duration deadline;
    private final Scheduler timer;

    private RetryOptions(Builder from) {
        attempts = from.attempts;
        firstDelay = from.firstDelay;
        maxDelay = from.maxDelay;
        growth = from.growth;
        jitter = from.jitter;
        maxRetryAfter = from.maxRetryAfter;
        deadline = from.deadline;
        timer = Objects.requireNonNull(from.timer, "timer");
        Checks.atLeast(1, "attempts", attempts);
        Checks.notNegative("firstDelay", firstDelay);
        Checks.notNegative("maxDelay", maxDelay);
        Checks.notNegative("maxRetryAfter", maxRetryAfter);
        Checks.positive("deadline", deadline);
        if (maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "maxDelay must be at least firstDelay: " + maxDelay + " and " + firstDelay);
        }
        if (!(growth >= 1)) {
            throw new IllegalArgumentException("growth must be at least 1: " + growth);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
        }
    }

    public static RetryOptions defaults() {
        // not kept: an application may stop the scheduler, and Reactor makes another one
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.attempts = attempts;
        builder.firstDelay = firstDelay;
        builder.maxDelay = maxDelay;
        builder.growth = growth;
        builder.jitter = jitter;
        builder.maxRetryAfter = maxRetryAfter;
        builder.deadline = deadline;
        builder.timer = timer;
        return builder;
    }

    /** A filter that retries calls. It keeps nothing between calls. */
    public HostFilter filter() {
        return new RetryFilter(this);
    }

    /** How often a call is made at most, the first time included; default 3. */
    public int attempts() {
        return attempts;
    }

    /** The delay before the second attempt; default 200 ms. */
    public Duration firstDelay() {
        return firstDelay;
    }

    /** The longest delay that grows from the first one; default 10 s. */
    public Duration maxDelay() {
        return maxDelay;
    }

    /** Each delay is so many times the one before, at least 1; default 2. */
    public double growth() {
        return growth;
    }

    /** The largest random part that is added to a delay, from 0 to 1; default 0.2. */
    public double jitter() {
        return jitter;
    }

    /**
     * The longest wait that a server may ask for ({@code Retry-After}, or the next start of one that is away); default 30 s. A
     * call whose server asks for more is not retried, because it would come too early.
     */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /**
     * After which time no other attempt begins, counted from the first one; default 2 min. An attempt that has begun ends by its
     * own limits ({@link dev.mcpflux.client.RequestOptions}).
     */
    public Duration deadline() {
        return deadline;
    }

    /** Runs the delays; default {@link Schedulers#parallel()}. */
    public Scheduler timer() {
        return timer;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RetryOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(attempts, firstDelay, maxDelay, growth, jitter, maxRetryAfter, deadline, timer);
    }

    @Override
    public String toString() {
        return "RetryOptions[attempts=" + attempts + ", firstDelay=" + firstDelay + ", maxDelay=" + maxDelay
                + ", growth=" + growth + ", jitter=" + jitter + ", maxRetryAfter=" + maxRetryAfter + ", deadline="
                + deadline + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private int attempts = 3;
        private Duration firstDelay = Duration.ofMillis(200);
        private Duration maxDelay = Duration.ofSeconds(10);
        private double growth = 2;
        private double jitter = 0.2;
        private Duration maxRetryAfter = Duration.ofSeconds(30);
        private Duration deadline = Duration.ofMinutes(2);
        private Scheduler timer = Schedulers.parallel();

        private Builder() {}

        /** Sets {@link RetryOptions#attempts()}. */
        public Builder attempts(int value) {
            attempts = value;
            return this;
        }

        /** Sets {@link RetryOptions#firstDelay()}. */
        public Builder firstDelay(Duration value) {
            firstDelay = value;
            return this;
        }

        /** Sets {@link RetryOptions#maxDelay()}. */
        public Builder maxDelay(Duration value) {
            maxDelay = value;
            return this;
        }

        /** Sets {@link RetryOptions#growth()}. */
        public Builder growth(double value) {
            growth = value;
            return this;
        }

        /** Sets {@link RetryOptions#jitter()}. */
        public Builder jitter(double value) {
            jitter = value;
            return this;
        }

        /** Sets {@link RetryOptions#maxRetryAfter()}. */
        public Builder maxRetryAfter(Duration value) {
            maxRetryAfter = value;
            return this;
        }

        /** Sets {@link RetryOptions#deadline()}. */
        public Builder deadline(Duration value) {
            deadline = value;
            return this;
        }

        /** Sets {@link RetryOptions#timer()}. */
        public Builder timer(Scheduler value) {
            timer = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public RetryOptions build() {
            return new RetryOptions(this);
        }
    }
}
