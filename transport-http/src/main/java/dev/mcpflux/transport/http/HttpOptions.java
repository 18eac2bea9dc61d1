package dev.mcpflux.transport.http;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of the connections to one server. Immutable. How long a request may take in all, and between two signs of life, is
 * the session's to say (its {@code RequestOptions}).
 *
 * @param connectTimeout for reaching the server, TLS included; default 10 s
 * @param keepIdle how long a connection of TCP that nobody uses is kept; default 4 s, since many servers close theirs after 5
 * @param maxConnections how many connections of TCP at a time, for each on whose behalf is called; more requests wait for one;
 *     default 500
 * @param maxMessageBytes the largest message, decompressed: a longer one fails its request, without being held in memory;
 *     default 16 MiB
 * @param answerTimeout for what is no request (notifications, answers to the server): until it is accepted; default 30 s
 * @param streamAttempts how often in a row a stream that broke off is taken up again without anything coming of it
 *     (legacy era); default 5
 * @param streamDelay how long before the first of these attempts, each next one 1.5 times as long; what the server asks for
 *     (`retry:`) comes first; default 1 s
 * @param maxStreamDelay how long at the most; default 30 s
 * @param keepSession how long the session of a caller that makes no requests is kept, beside that of who opened the connection
 *     (legacy era); default 10 min
 * @param closeGrace for telling the server that the session is over (legacy era); default 2 s
 */
public record HttpOptions(
        Duration connectTimeout,
        Duration keepIdle,
        int maxConnections,
        int maxMessageBytes,
        Duration answerTimeout,
        int streamAttempts,
        Duration streamDelay,
        Duration maxStreamDelay,
        Duration closeGrace,
        Duration keepSession) {

    private static final HttpOptions DEFAULTS = new HttpOptions(
            Duration.ofSeconds(10),
            Duration.ofSeconds(4),
            500,
            16 * 1024 * 1024,
            Duration.ofSeconds(30),
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10));

    public HttpOptions {
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(keepIdle, "keepIdle");
        requirePositive(maxConnections, "maxConnections");
        requirePositive(maxMessageBytes, "maxMessageBytes");
        requirePositive(answerTimeout, "answerTimeout");
        requirePositive(streamAttempts, "streamAttempts");
        requirePositive(streamDelay, "streamDelay");
        requirePositive(maxStreamDelay, "maxStreamDelay");
        requirePositive(closeGrace, "closeGrace");
        requirePositive(keepSession, "keepSession");
    }

    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    public HttpOptions withConnectTimeout(Duration limit) {
        return new HttpOptions(
                limit,
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

    /** The same options with other limits for the connections of TCP. */
    public HttpOptions withConnections(int most, Duration idle) {
        return new HttpOptions(
                connectTimeout,
                idle,
                most,
                maxMessageBytes,
                answerTimeout,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                closeGrace,
                keepSession);
    }

    public HttpOptions withMaxMessageBytes(int bytes) {
        return new HttpOptions(
                connectTimeout,
                keepIdle,
                maxConnections,
                bytes,
                answerTimeout,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                closeGrace,
                keepSession);
    }

    public HttpOptions withAnswerTimeout(Duration limit) {
        return new HttpOptions(
                connectTimeout,
                keepIdle,
                maxConnections,
                maxMessageBytes,
                limit,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                closeGrace,
                keepSession);
    }

    /** The same options with another way to take up streams that broke off. */
    public HttpOptions withStreams(int attempts, Duration delay, Duration maxDelay) {
        return new HttpOptions(
                connectTimeout,
                keepIdle,
                maxConnections,
                maxMessageBytes,
                answerTimeout,
                attempts,
                delay,
                maxDelay,
                closeGrace,
                keepSession);
    }

    public HttpOptions withCloseGrace(Duration limit) {
        return new HttpOptions(
                connectTimeout,
                keepIdle,
                maxConnections,
                maxMessageBytes,
                answerTimeout,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                limit,
                keepSession);
    }

    public HttpOptions withKeepSession(Duration idle) {
        return new HttpOptions(
                connectTimeout,
                keepIdle,
                maxConnections,
                maxMessageBytes,
                answerTimeout,
                streamAttempts,
                streamDelay,
                maxStreamDelay,
                closeGrace,
                idle);
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    private static void requirePositive(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
