package dev.mcpflux.client;

import dev.mcpflux.protocol.LogLevel;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one request is made. When a limit is exceeded the request fails with {@link dev.mcpflux.error.McpTimeoutException}
 * and the server is told that the answer is no longer wanted.
 *
 * @param idleTimeout how long without a sign of life that belongs to the request: progress starts it anew, where
 *     progress was asked for, and so does the end of an answer of this client to something the server asked, while which
 *     it does not run; default 60 s
 * @param totalTimeout how long in all, progress or not, over all rounds; default 10 min
 * @param cache whether a kept result will do; default {@link CachePolicy#USE}
 * @param logLevel from which level on the server is to send log messages for this request; null for what the session says
 *     (modern era only; see {@link McpSession#setLogLevel})
 * @param validateArguments whether the arguments of a tool are checked against its schema before they are sent; takes the
 *     list of tools, if it was not read yet, and a {@link SessionOptions#schemas() validator}; default false
 * @param asTask whether a tool that may run as a task of 2025-11-25 is to; one that must does anyway; default false
 * @param keepTask whether a task goes on at the server when the call is cancelled; default false: it is cancelled
 * @param meta what else to put into {@code _meta}, by names that are the application's own
 * @param source where the limits come from, such as a key of a file, for the message when one is exceeded; null where that
 *     is not known
 */
public record RequestOptions(
        Duration idleTimeout,
        Duration totalTimeout,
        CachePolicy cache,
        @Nullable LogLevel logLevel,
        boolean validateArguments,
        boolean asTask,
        boolean keepTask,
        Map<String, Object> meta,
        @Nullable String source) {

    /** What the session sets itself, or takes from the context of the call (specification 2026-07-28: basic, _meta). */
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

    private static final RequestOptions DEFAULTS = new RequestOptions(Duration.ofSeconds(60), Duration.ofMinutes(10));

    public RequestOptions {
        requirePositive(idleTimeout, "idleTimeout");
        requirePositive(totalTimeout, "totalTimeout");
        Objects.requireNonNull(cache, "cache");
        meta = Map.copyOf(meta);
        for (String key : meta.keySet()) {
            if (RESERVED.contains(key)) {
                throw new IllegalArgumentException("meta must not hold " + key + ", which the protocol sets itself");
            }
        }
    }

    /** These limits, everything else as by default. */
    public RequestOptions(Duration idleTimeout, Duration totalTimeout) {
        this(idleTimeout, totalTimeout, CachePolicy.USE, null, false, false, false, Map.of(), null);
    }

    public static RequestOptions defaults() {
        return DEFAULTS;
    }

    /** One limit, for both. */
    public static RequestOptions within(Duration limit) {
        return new RequestOptions(limit, limit);
    }

    public RequestOptions withCache(CachePolicy policy) {
        return new RequestOptions(
                idleTimeout, totalTimeout, policy, logLevel, validateArguments, asTask, keepTask, meta, source);
    }

    public RequestOptions withLogLevel(@Nullable LogLevel level) {
        return new RequestOptions(
                idleTimeout, totalTimeout, cache, level, validateArguments, asTask, keepTask, meta, source);
    }

    public RequestOptions withValidateArguments(boolean value) {
        return new RequestOptions(idleTimeout, totalTimeout, cache, logLevel, value, asTask, keepTask, meta, source);
    }

    public RequestOptions withAsTask(boolean value) {
        return new RequestOptions(
                idleTimeout, totalTimeout, cache, logLevel, validateArguments, value, keepTask, meta, source);
    }

    public RequestOptions withKeepTask(boolean value) {
        return new RequestOptions(
                idleTimeout, totalTimeout, cache, logLevel, validateArguments, asTask, value, meta, source);
    }

    public RequestOptions withMeta(Map<String, Object> members) {
        return new RequestOptions(
                idleTimeout, totalTimeout, cache, logLevel, validateArguments, asTask, keepTask, members, source);
    }

    /** These, with a name for where the limits come from; it is shown when one is exceeded. */
    public RequestOptions withSource(@Nullable String place) {
        return new RequestOptions(
                idleTimeout, totalTimeout, cache, logLevel, validateArguments, asTask, keepTask, meta, place);
    }

    /** These, with both limits no longer than another one. */
    RequestOptions noLongerThan(Duration most) {
        return new RequestOptions(
                idleTimeout.compareTo(most) < 0 ? idleTimeout : most,
                totalTimeout.compareTo(most) < 0 ? totalTimeout : most,
                cache,
                logLevel,
                validateArguments,
                asTask,
                keepTask,
                meta,
                source);
    }

    /** The shorter of both limits: what holds where nothing but the answer is a sign of life. */
    Duration shorter() {
        return idleTimeout.compareTo(totalTimeout) < 0 ? idleTimeout : totalTimeout;
    }

    /** The values of {@code meta} are left out: they may be secret. */
    @Override
    public String toString() {
        return "RequestOptions[idleTimeout=" + idleTimeout + ", totalTimeout=" + totalTimeout + ", cache=" + cache
                + ", logLevel=" + logLevel + ", validateArguments=" + validateArguments + ", asTask=" + asTask
                + ", keepTask=" + keepTask + ", meta=" + meta.keySet() + ", source=" + source + "]";
    }

    static void requirePositive(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
