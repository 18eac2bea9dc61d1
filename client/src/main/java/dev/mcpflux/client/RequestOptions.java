package dev.mcpflux.client;

import dev.mcpflux.protocol.LogLevel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of one request. Immutable. A request that exceeds a limit fails with
 * {@link dev.mcpflux.error.McpTimeoutException}, and the server is notified that its answer is no longer wanted.
 */
public final class RequestOptions {

    /** Set by the session, or taken from the context of the call (specification 2026-07-28: basic, _meta). */
    private static final Set<String> RESERVED = Set.of(
            "progressToken",
            "io.modelcontextprotocol/protocolVersion",
            "io.modelcontextprotocol/clientInfo",
            "io.modelcontextprotocol/clientCapabilities",
            "io.modelcontextprotocol/logLevel",
            "io.modelcontextprotocol/subscriptionId",
            CallContext.TRACEPARENT,
            CallContext.TRACESTATE,
            CallContext.BAGGAGE);

    private static final RequestOptions DEFAULTS = builder().build();

    private final Duration idleTimeout;
    private final Duration totalTimeout;
    private final CachePolicy cache;
    private final @Nullable LogLevel logLevel;
    private final boolean validateArguments;
    private final boolean asTask;
    private final boolean keepTask;
    private final Map<String, Object> meta;
    private final @Nullable String source;

    private RequestOptions(Builder from) {
        idleTimeout = requirePositive(from.idleTimeout, "idleTimeout");
        totalTimeout = requirePositive(from.totalTimeout, "totalTimeout");
        cache = Objects.requireNonNull(from.cache, "cache");
        logLevel = from.logLevel;
        validateArguments = from.validateArguments;
        asTask = from.asTask;
        keepTask = from.keepTask;
        meta = Map.copyOf(from.meta);
        source = from.source;
        for (String key : meta.keySet()) {
            if (RESERVED.contains(key)) {
                throw new IllegalArgumentException("meta must not hold " + key + ", which the protocol sets itself");
            }
        }
    }

    public static RequestOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.idleTimeout = idleTimeout;
        builder.totalTimeout = totalTimeout;
        builder.cache = cache;
        builder.logLevel = logLevel;
        builder.validateArguments = validateArguments;
        builder.asTask = asTask;
        builder.keepTask = keepTask;
        builder.meta = meta;
        builder.source = source;
        return builder;
    }

    /**
     * The longest time without activity of the request; default 60 s. Progress restarts it if progress was requested,
     * and so does each answer of this client to a request of the server. It is suspended while such a request is
     * answered.
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** The longest time in all, over all rounds and regardless of progress; default 10 min. */
    public Duration totalTimeout() {
        return totalTimeout;
    }

    /** Whether a cached result may be returned; default {@link CachePolicy#USE}. */
    public CachePolicy cache() {
        return cache;
    }

    /**
     * The lowest level of the log messages that the server is to send for this request; null, the default, for that
     * of the session (modern era only; see {@link McpSession#setLogLevel}).
     */
    public @Nullable LogLevel logLevel() {
        return logLevel;
    }

    /**
     * Whether the arguments of a tool are checked against its schema before they are sent; default false. Reads the
     * list of tools first where it is not known, and needs a {@link SessionOptions#schemas() validator}.
     */
    public boolean validateArguments() {
        return validateArguments;
    }

    /**
     * Whether a tool that may run as a task of 2025-11-25 does so; default false. A tool that must run as a task
     * always does.
     */
    public boolean asTask() {
        return asTask;
    }

    /** Whether a task continues at the server when the call is cancelled; default false: the task is cancelled. */
    public boolean keepTask() {
        return keepTask;
    }

    /** Additional members of {@code _meta}, by names that belong to the application. */
    public Map<String, Object> meta() {
        return meta;
    }

    /**
     * Where the limits come from, such as a key of a file, for the message of a timeout; null, the default, where
     * that is unknown.
     */
    public @Nullable String source() {
        return source;
    }

    /** The default options with this limit, idle and total. */
    public static RequestOptions within(Duration limit) {
        return within(limit, limit);
    }

    /** The default options with these limits. */
    public static RequestOptions within(Duration idleTimeout, Duration totalTimeout) {
        return builder().idleTimeout(idleTimeout).totalTimeout(totalTimeout).build();
    }

    /** These options, with neither limit longer than this one. */
    RequestOptions noLongerThan(Duration most) {
        return mutate().idleTimeout(idleTimeout.compareTo(most) < 0 ? idleTimeout : most)
                .totalTimeout(totalTimeout.compareTo(most) < 0 ? totalTimeout : most)
                .build();
    }

    /** The shorter of both limits, for requests without progress. */
    Duration shorter() {
        return idleTimeout.compareTo(totalTimeout) < 0 ? idleTimeout : totalTimeout;
    }

    static Duration requirePositive(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                idleTimeout, totalTimeout, cache, logLevel, validateArguments, asTask, keepTask, meta, source);
    }

    /** Leaves out the values of {@code meta}, which may be secret. */
    @Override
    public String toString() {
        return "RequestOptions[idleTimeout=" + idleTimeout + ", totalTimeout=" + totalTimeout + ", cache=" + cache
                + ", logLevel=" + logLevel + ", validateArguments=" + validateArguments + ", asTask=" + asTask
                + ", keepTask=" + keepTask + ", meta=" + meta.keySet() + ", source=" + source + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private Duration idleTimeout = Duration.ofSeconds(60);
        private Duration totalTimeout = Duration.ofMinutes(10);
        private CachePolicy cache = CachePolicy.USE;
        private @Nullable LogLevel logLevel;
        private boolean validateArguments;
        private boolean asTask;
        private boolean keepTask;
        private Map<String, Object> meta = Map.of();
        private @Nullable String source;

        private Builder() {}

        /** Sets {@link RequestOptions#idleTimeout()}. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /** Sets {@link RequestOptions#totalTimeout()}. */
        public Builder totalTimeout(Duration value) {
            totalTimeout = value;
            return this;
        }

        /** Sets {@link RequestOptions#cache()}. */
        public Builder cache(CachePolicy value) {
            cache = value;
            return this;
        }

        /** Sets {@link RequestOptions#logLevel()}. */
        public Builder logLevel(@Nullable LogLevel value) {
            logLevel = value;
            return this;
        }

        /** Sets {@link RequestOptions#validateArguments()}. */
        public Builder validateArguments(boolean value) {
            validateArguments = value;
            return this;
        }

        /** Sets {@link RequestOptions#asTask()}. */
        public Builder asTask(boolean value) {
            asTask = value;
            return this;
        }

        /** Sets {@link RequestOptions#keepTask()}. */
        public Builder keepTask(boolean value) {
            keepTask = value;
            return this;
        }

        /** Sets {@link RequestOptions#meta()}. */
        public Builder meta(Map<String, Object> value) {
            meta = value;
            return this;
        }

        /** Sets {@link RequestOptions#source()}. */
        public Builder source(@Nullable String value) {
            source = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public RequestOptions build() {
            return new RequestOptions(this);
        }
    }
}
