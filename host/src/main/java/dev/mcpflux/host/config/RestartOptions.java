package dev.mcpflux.host.config;

import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a host starts a server again that was lost, or could not be started. Immutable.
 *
 * <p>The first restart follows after {@link #firstDelay()}, each further one later, up to {@link #maxDelay()}. A server that
 * was ready for {@link #stableAfter()} starts again from the first delay. A process that needs more than {@link #maxRestarts()}
 * within {@link #window()} is quarantined: it is not started again before somebody asks for it. A server that is reached over
 * a network is never quarantined, because another attempt starts nothing.
 */
public final class RestartOptions {

    private static final RestartOptions DEFAULTS = builder().build();

    private final boolean enabled;
    private final Duration firstDelay;
    private final Duration maxDelay;
    private final double growth;
    private final double jitter;
    private final int maxRestarts;
    private final Duration window;
    private final Duration stableAfter;

    private RestartOptions(Builder from) {
        enabled = from.enabled;
        firstDelay = from.firstDelay;
        maxDelay = from.maxDelay;
        growth = from.growth;
        jitter = from.jitter;
        maxRestarts = from.maxRestarts;
        window = from.window;
        stableAfter = from.stableAfter;
        if (Checks.duration("firstDelay", firstDelay).isNegative() || maxDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "expected 0 <= firstDelay <= maxDelay, found " + firstDelay + " and " + maxDelay);
        }
        if (!(growth >= 1)) {
            throw new IllegalArgumentException("growth must be at least 1: " + growth);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
        }
        Checks.notNegative("maxRestarts", maxRestarts);
        Checks.positive("window", window);
        Checks.notNegative("stableAfter", stableAfter);
    }

    public static RestartOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.enabled = enabled;
        builder.firstDelay = firstDelay;
        builder.maxDelay = maxDelay;
        builder.growth = growth;
        builder.jitter = jitter;
        builder.maxRestarts = maxRestarts;
        builder.window = window;
        builder.stableAfter = stableAfter;
        return builder;
    }

    /** Whether there are automatic restarts; default true. Without them a server that is reached over a network is still tried
     * again by the next call. */
    public boolean enabled() {
        return enabled;
    }

    /** The delay before the first restart; default 250 ms. */
    public Duration firstDelay() {
        return firstDelay;
    }

    /** The longest delay; default 30 s. */
    public Duration maxDelay() {
        return maxDelay;
    }

    /** Each delay is so many times the one before, at least 1; default 2. */
    public double growth() {
        return growth;
    }

    /** The largest random part that is added to a delay, from 0 to 1, so that many servers do not start at once; default 0.2. */
    public double jitter() {
        return jitter;
    }

    /** How many restarts within the window a process may need before it is quarantined; default 8. */
    public int maxRestarts() {
        return maxRestarts;
    }

    /** The time within which restarts are counted; default 10 min. */
    public Duration window() {
        return window;
    }

    /** How long a server has to be ready before its next restart counts as the first; default 30 s. */
    public Duration stableAfter() {
        return stableAfter;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RestartOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(enabled, firstDelay, maxDelay, growth, jitter, maxRestarts, window, stableAfter);
    }

    @Override
    public String toString() {
        return "RestartOptions[enabled=" + enabled + ", firstDelay=" + firstDelay + ", maxDelay=" + maxDelay
                + ", growth=" + growth + ", jitter=" + jitter + ", maxRestarts=" + maxRestarts + ", window=" + window
                + ", stableAfter=" + stableAfter + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private boolean enabled = true;
        private Duration firstDelay = Duration.ofMillis(250);
        private Duration maxDelay = Duration.ofSeconds(30);
        private double growth = 2;
        private double jitter = 0.2;
        private int maxRestarts = 8;
        private Duration window = Duration.ofMinutes(10);
        private Duration stableAfter = Duration.ofSeconds(30);

        private Builder() {}

        /** Sets {@link RestartOptions#enabled()}. */
        public Builder enabled(boolean value) {
            enabled = value;
            return this;
        }

        /** Sets {@link RestartOptions#firstDelay()}. */
        public Builder firstDelay(Duration value) {
            firstDelay = value;
            return this;
        }

        /** Sets {@link RestartOptions#maxDelay()}. */
        public Builder maxDelay(Duration value) {
            maxDelay = value;
            return this;
        }

        /** Sets {@link RestartOptions#growth()}. */
        public Builder growth(double value) {
            growth = value;
            return this;
        }

        /** Sets {@link RestartOptions#jitter()}. */
        public Builder jitter(double value) {
            jitter = value;
            return this;
        }

        /** Sets {@link RestartOptions#maxRestarts()}. */
        public Builder maxRestarts(int value) {
            maxRestarts = value;
            return this;
        }

        /** Sets {@link RestartOptions#window()}. */
        public Builder window(Duration value) {
            window = value;
            return this;
        }

        /** Sets {@link RestartOptions#stableAfter()}. */
        public Builder stableAfter(Duration value) {
            stableAfter = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public RestartOptions build() {
            return new RestartOptions(this);
        }
    }
}
