package dev.mcpflux.host.config;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a host treats one server, regardless of how it is reached. Immutable. Equality leaves out where limits come from.
 */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = builder().build();

    private final boolean required;
    private final @Nullable Duration startTimeout;
    private final @Nullable String startTimeoutSource;
    private final @Nullable RequestOptions request;
    private final @Nullable EraPolicy era;
    private final @Nullable String disabled;

    private ServerOptions(Builder from) {
        required = from.required;
        startTimeout = from.startTimeout;
        startTimeoutSource = from.startTimeoutSource;
        request = from.request;
        era = from.era;
        disabled = from.disabled;
        if (startTimeout != null && (startTimeout.isZero() || startTimeout.isNegative())) {
            throw new IllegalArgumentException("startTimeout must be positive: " + startTimeout);
        }
    }

    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.required = required;
        builder.startTimeout = startTimeout;
        builder.startTimeoutSource = startTimeoutSource;
        builder.request = request;
        builder.era = era;
        builder.disabled = disabled;
        return builder;
    }

    /** Whether the host fails when this server fails to start; default false: the server fails alone. */
    public boolean required() {
        return required;
    }

    /** The limit for the start of this server; null, the default, for that of the host. */
    public @Nullable Duration startTimeout() {
        return startTimeout;
    }

    /**
     * Where {@code startTimeout} comes from, for the message of a time-out; null, the default, where that is
     * unknown.
     */
    public @Nullable String startTimeoutSource() {
        return startTimeoutSource;
    }

    /**
     * The options of requests to this server that are made without any; null, the default, for those of the host.
     */
    public @Nullable RequestOptions request() {
        return request;
    }

    /** The era of the protocol to speak; null, the default, for that of the host. */
    public @Nullable EraPolicy era() {
        return era;
    }

    /**
     * Why the server is switched off and never started; null, the default, if it is on. Requests to a server that is
     * off fail with {@code McpServerUnavailableException}.
     */
    public @Nullable String disabled() {
        return disabled;
    }

    private @Nullable RequestOptions requestWithoutSource() {
        return request == null ? null : request.mutate().source(null).build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(required, startTimeout, requestWithoutSource(), era, disabled == null);
    }

    @Override
    public String toString() {
        return "ServerOptions[required=" + required + ", startTimeout=" + startTimeout + ", startTimeoutSource="
                + startTimeoutSource + ", request=" + request + ", era=" + era + ", disabled=" + disabled + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private boolean required;
        private @Nullable Duration startTimeout;
        private @Nullable String startTimeoutSource;
        private @Nullable RequestOptions request;
        private @Nullable EraPolicy era;
        private @Nullable String disabled;

        private Builder() {}

        /** Sets {@link ServerOptions#required()}. */
        public Builder required(boolean value) {
            required = value;
            return this;
        }

        /** Sets {@link ServerOptions#startTimeout()}. */
        public Builder startTimeout(@Nullable Duration value) {
            startTimeout = value;
            return this;
        }

        /** Sets {@link ServerOptions#startTimeoutSource()}. */
        public Builder startTimeoutSource(@Nullable String value) {
            startTimeoutSource = value;
            return this;
        }

        /** Sets {@link ServerOptions#request()}. */
        public Builder request(@Nullable RequestOptions value) {
            request = value;
            return this;
        }

        /** Sets {@link ServerOptions#era()}. */
        public Builder era(@Nullable EraPolicy value) {
            era = value;
            return this;
        }

        /** Sets {@link ServerOptions#disabled()}. */
        public Builder disabled(@Nullable String value) {
            disabled = value;
            return this;
        }

        /** Sets the limit for the start, and where it comes from. */
        public Builder startTimeout(@Nullable Duration value, @Nullable String source) {
            startTimeout = value;
            startTimeoutSource = source;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
