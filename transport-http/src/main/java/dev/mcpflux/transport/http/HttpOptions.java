package dev.mcpflux.transport.http;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the connections to one server. Immutable. How long a request may take is up to the session (its
 * {@code RequestOptions}).
 */
public final class HttpOptions {

    private static final HttpOptions DEFAULTS = builder().build();

    private final Duration connectTimeout;
    private final Duration keepIdle;
    private final int maxConnections;
    private final int maxMessageBytes;
    private final Duration answerTimeout;
    private final int streamAttempts;
    private final Duration streamDelay;
    private final Duration maxStreamDelay;
    private final Duration closeGrace;
    private final Duration keepSession;

    private HttpOptions(Builder from) {
        connectTimeout = requirePositive(from.connectTimeout, "connectTimeout");
        keepIdle = requirePositive(from.keepIdle, "keepIdle");
        maxConnections = requirePositive(from.maxConnections, "maxConnections");
        maxMessageBytes = requirePositive(from.maxMessageBytes, "maxMessageBytes");
        answerTimeout = requirePositive(from.answerTimeout, "answerTimeout");
        streamAttempts = requirePositive(from.streamAttempts, "streamAttempts");
        streamDelay = requirePositive(from.streamDelay, "streamDelay");
        maxStreamDelay = requirePositive(from.maxStreamDelay, "maxStreamDelay");
        closeGrace = requirePositive(from.closeGrace, "closeGrace");
        keepSession = requirePositive(from.keepSession, "keepSession");
    }

    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.connectTimeout = connectTimeout;
        builder.keepIdle = keepIdle;
        builder.maxConnections = maxConnections;
        builder.maxMessageBytes = maxMessageBytes;
        builder.answerTimeout = answerTimeout;
        builder.streamAttempts = streamAttempts;
        builder.streamDelay = streamDelay;
        builder.maxStreamDelay = maxStreamDelay;
        builder.closeGrace = closeGrace;
        builder.keepSession = keepSession;
        return builder;
    }

    /** How long reaching the server may take, TLS included; default 10 s. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long an idle TCP connection is kept; default 4 s, since many servers close theirs after 5. */
    public Duration keepIdle() {
        return keepIdle;
    }

    /** The largest number of TCP connections of one caller at a time; more requests wait for one. Default 500. */
    public int maxConnections() {
        return maxConnections;
    }

    /** The largest message in bytes, decompressed: a longer one fails its request without being held in memory. Default 16 MiB. */
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /**
     * How long the server may take to accept a notification or an answer, to begin the stream of HTTP+SSE, and to begin
     * another session; default 30 s.
     */
    public Duration answerTimeout() {
        return answerTimeout;
    }

    /** How often in a row a stream that broke off is resumed without success (legacy era); default 5. */
    public int streamAttempts() {
        return streamAttempts;
    }

    /**
     * The delay before the first of these attempts, each next one 1.5 times as long; a delay that the server asks for
     * ({@code retry:}) replaces it. Default 1 s.
     */
    public Duration streamDelay() {
        return streamDelay;
    }

    /** The longest of these delays; default 30 s. */
    public Duration maxStreamDelay() {
        return maxStreamDelay;
    }

    /** How long the server may take to end a session when the connection is closed (legacy era); default 2 s. */
    public Duration closeGrace() {
        return closeGrace;
    }

    /**
     * How long the session of a caller that makes no requests is kept (legacy era); default 10 min. The session of the caller
     * that opened the connection is kept with the connection.
     */
    public Duration keepSession() {
        return keepSession;
    }

    private static int requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    private static Duration requirePositive(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<Object> compared() {
        return List.of(
                connectTimeout,
                keepIdle,
                maxConnections,
                maxMessageBytes,
                answerTimeout,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                closeGrace,
                keepSession);
    }

    @Override
    public String toString() {
        return "HttpOptions[connectTimeout=" + connectTimeout + ", keepIdle=" + keepIdle + ", maxConnections="
                + maxConnections + ", maxMessageBytes=" + maxMessageBytes + ", answerTimeout=" + answerTimeout
                + ", streamAttempts=" + streamAttempts + ", streamDelay=" + streamDelay + ", maxStreamDelay="
                + maxStreamDelay + ", closeGrace=" + closeGrace + ", keepSession=" + keepSession + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration keepIdle = Duration.ofSeconds(4);
        private int maxConnections = 500;
        private int maxMessageBytes = 16 * 1024 * 1024;
        private Duration answerTimeout = Duration.ofSeconds(30);
        private int streamAttempts = 5;
        private Duration streamDelay = Duration.ofSeconds(1);
        private Duration maxStreamDelay = Duration.ofSeconds(30);
        private Duration closeGrace = Duration.ofSeconds(2);
        private Duration keepSession = Duration.ofMinutes(10);

        private Builder() {}

        /** Sets {@link HttpOptions#connectTimeout()}. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** Sets {@link HttpOptions#keepIdle()}. */
        public Builder keepIdle(Duration value) {
            keepIdle = value;
            return this;
        }

        /** Sets {@link HttpOptions#maxConnections()}. */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /** Sets {@link HttpOptions#maxMessageBytes()}. */
        public Builder maxMessageBytes(int value) {
            maxMessageBytes = value;
            return this;
        }

        /** Sets {@link HttpOptions#answerTimeout()}. */
        public Builder answerTimeout(Duration value) {
            answerTimeout = value;
            return this;
        }

        /** Sets {@link HttpOptions#streamAttempts()}. */
        public Builder streamAttempts(int value) {
            streamAttempts = value;
            return this;
        }

        /** Sets {@link HttpOptions#streamDelay()}. */
        public Builder streamDelay(Duration value) {
            streamDelay = value;
            return this;
        }

        /** Sets {@link HttpOptions#maxStreamDelay()}. */
        public Builder maxStreamDelay(Duration value) {
            maxStreamDelay = value;
            return this;
        }

        /** Sets {@link HttpOptions#closeGrace()}. */
        public Builder closeGrace(Duration value) {
            closeGrace = value;
            return this;
        }

        /** Sets {@link HttpOptions#keepSession()}. */
        public Builder keepSession(Duration value) {
            keepSession = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public HttpOptions build() {
            return new HttpOptions(this);
        }
    }
}
