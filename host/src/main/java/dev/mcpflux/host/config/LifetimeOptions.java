package dev.mcpflux.host.config;

import dev.mcpflux.internal.Checks;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a host starts a server, and how long it keeps it. Immutable.
 */
public final class LifetimeOptions {

    private static final LifetimeOptions DEFAULTS = builder().build();

    private final boolean lazy;
    private final @Nullable Duration idleTimeout;
    private final @Nullable Duration maxLifetime;
    private final Duration drainTimeout;
    private final @Nullable Duration pingInterval;

    private LifetimeOptions(Builder from) {
        lazy = from.lazy;
        idleTimeout = from.idleTimeout;
        maxLifetime = from.maxLifetime;
        drainTimeout = from.drainTimeout;
        pingInterval = from.pingInterval;
        Checks.positiveOrNull("idleTimeout", idleTimeout);
        Checks.positiveOrNull("maxLifetime", maxLifetime);
        Checks.notNegative("drainTimeout", drainTimeout);
        Checks.positiveOrNull("pingInterval", pingInterval);
    }

    public static LifetimeOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.lazy = lazy;
        builder.idleTimeout = idleTimeout;
        builder.maxLifetime = maxLifetime;
        builder.drainTimeout = drainTimeout;
        builder.pingInterval = pingInterval;
        return builder;
    }

    /** Whether the server is started by its first use instead of with its host; default false. */
    public boolean lazy() {
        return lazy;
    }

    /** After how long without any use the server is closed; the next use starts it again. Null, the default, for never. */
    public @Nullable Duration idleTimeout() {
        return idleTimeout;
    }

    /** How old one session may become. Then another one is opened and takes over, and the old one is closed as soon as its
     * calls have ended. Null, the default, for any age. */
    public @Nullable Duration maxLifetime() {
        return maxLifetime;
    }

    /** How long calls of an old session may take to finish when it is replaced, or its server removed; default 30 s. */
    public Duration drainTimeout() {
        return drainTimeout;
    }

    /** After how long without traffic the server is asked whether it is still there, where the era of the protocol has pings.
     * After two pings in a row without an answer the session counts as lost. Null, the default, for never. */
    public @Nullable Duration pingInterval() {
        return pingInterval;
    }

    /** Whether uses have to be counted. */
    public boolean countsUses() {
        return idleTimeout != null || maxLifetime != null || pingInterval != null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LifetimeOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(lazy, idleTimeout, maxLifetime, drainTimeout, pingInterval);
    }

    @Override
    public String toString() {
        return "LifetimeOptions[lazy=" + lazy + ", idleTimeout=" + idleTimeout + ", maxLifetime=" + maxLifetime
                + ", drainTimeout=" + drainTimeout + ", pingInterval=" + pingInterval + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private boolean lazy;
        private @Nullable Duration idleTimeout;
        private @Nullable Duration maxLifetime;
        private Duration drainTimeout = Duration.ofSeconds(30);
        private @Nullable Duration pingInterval;

        private Builder() {}

        /** Sets {@link LifetimeOptions#lazy()}. */
        public Builder lazy(boolean value) {
            lazy = value;
            return this;
        }

        /** Sets {@link LifetimeOptions#idleTimeout()}. */
        public Builder idleTimeout(@Nullable Duration value) {
            idleTimeout = value;
            return this;
        }

        /** Sets {@link LifetimeOptions#maxLifetime()}. */
        public Builder maxLifetime(@Nullable Duration value) {
            maxLifetime = value;
            return this;
        }

        /** Sets {@link LifetimeOptions#drainTimeout()}. */
        public Builder drainTimeout(Duration value) {
            drainTimeout = value;
            return this;
        }

        /** Sets {@link LifetimeOptions#pingInterval()}. */
        public Builder pingInterval(@Nullable Duration value) {
            pingInterval = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public LifetimeOptions build() {
            return new LifetimeOptions(this);
        }
    }
}
