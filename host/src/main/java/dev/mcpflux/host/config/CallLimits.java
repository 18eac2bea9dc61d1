package dev.mcpflux.host.config;

import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a host sends to one server. Immutable; by default nothing is limited, and calls pay nothing for it.
 *
 * <p>A call beyond {@link #maxInFlight()} or the {@link #rate()} waits in a queue, in the order of arrival. It fails with
 * {@link dev.mcpflux.error.McpOverloadException}, unsent, if the queue is full or {@link #queueTimeout()} is over.
 *
 * <p>After {@link #failures()} failed calls in a row the server counts as degraded, and calls are refused for
 * {@link #cooldown()}. Then one call is let through: if it succeeds, the server counts as ready again; if it fails, the
 * cooldown begins again. Only failures that say something about the server count: timeouts, lost connections, HTTP 5xx.
 */
public final class CallLimits {

    private static final CallLimits DEFAULTS = builder().build();

    private final int maxInFlight;
    private final int maxQueued;
    private final Duration queueTimeout;
    private final int rate;
    private final Duration ratePeriod;
    private final int failures;
    private final Duration cooldown;

    private CallLimits(Builder from) {
        maxInFlight = from.maxInFlight;
        maxQueued = from.maxQueued;
        queueTimeout = from.queueTimeout;
        rate = from.rate;
        ratePeriod = from.ratePeriod;
        failures = from.failures;
        cooldown = from.cooldown;
        Checks.notNegative("maxInFlight", maxInFlight);
        Checks.notNegative("maxQueued", maxQueued);
        Checks.positive("queueTimeout", queueTimeout);
        Checks.notNegative("rate", rate);
        Checks.positive("ratePeriod", ratePeriod);
        Checks.notNegative("failures", failures);
        Checks.positive("cooldown", cooldown);
    }

    public static CallLimits defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.maxInFlight = maxInFlight;
        builder.maxQueued = maxQueued;
        builder.queueTimeout = queueTimeout;
        builder.rate = rate;
        builder.ratePeriod = ratePeriod;
        builder.failures = failures;
        builder.cooldown = cooldown;
        return builder;
    }

    /** How many calls are in progress at a time; 0, the default, for no limit. */
    public int maxInFlight() {
        return maxInFlight;
    }

    /** How many calls wait for their turn; default 256. */
    public int maxQueued() {
        return maxQueued;
    }

    /** How long a call waits for its turn; default 30 s. */
    public Duration queueTimeout() {
        return queueTimeout;
    }

    /** How many calls are sent within any rate period; 0, the default, for no limit. */
    public int rate() {
        return rate;
    }

    /** The period of the rate; default 1 s. */
    public Duration ratePeriod() {
        return ratePeriod;
    }

    /** How many failures in a row open the circuit; 0, the default, for never. */
    public int failures() {
        return failures;
    }

    /** How long an open circuit refuses calls; default 10 s. */
    public Duration cooldown() {
        return cooldown;
    }

    /** Whether anything is limited. */
    public boolean any() {
        return maxInFlight > 0 || rate > 0 || failures > 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallLimits that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(maxInFlight, maxQueued, queueTimeout, rate, ratePeriod, failures, cooldown);
    }

    @Override
    public String toString() {
        return "CallLimits[maxInFlight=" + maxInFlight + ", maxQueued=" + maxQueued + ", queueTimeout=" + queueTimeout
                + ", rate=" + rate + ", ratePeriod=" + ratePeriod + ", failures=" + failures + ", cooldown=" + cooldown
                + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private int maxInFlight;
        private int maxQueued = 256;
        private Duration queueTimeout = Duration.ofSeconds(30);
        private int rate;
        private Duration ratePeriod = Duration.ofSeconds(1);
        private int failures;
        private Duration cooldown = Duration.ofSeconds(10);

        private Builder() {}

        /** Sets {@link CallLimits#maxInFlight()}. */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /** Sets {@link CallLimits#maxQueued()}. */
        public Builder maxQueued(int value) {
            maxQueued = value;
            return this;
        }

        /** Sets {@link CallLimits#queueTimeout()}. */
        public Builder queueTimeout(Duration value) {
            queueTimeout = value;
            return this;
        }

        /** Sets {@link CallLimits#rate()}. */
        public Builder rate(int value) {
            rate = value;
            return this;
        }

        /** Sets {@link CallLimits#ratePeriod()}. */
        public Builder ratePeriod(Duration value) {
            ratePeriod = value;
            return this;
        }

        /** Sets {@link CallLimits#failures()}. */
        public Builder failures(int value) {
            failures = value;
            return this;
        }

        /** Sets {@link CallLimits#cooldown()}. */
        public Builder cooldown(Duration value) {
            cooldown = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public CallLimits build() {
            return new CallLimits(this);
        }
    }
}
