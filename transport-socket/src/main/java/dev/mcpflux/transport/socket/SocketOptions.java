package dev.mcpflux.transport.socket;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a connection over a socket. Immutable.
 */
public final class SocketOptions {

    private static final SocketOptions DEFAULTS = builder().build();

    private final Duration connectTimeout;
    private final int maxFrameBytes;
    private final int sendQueue;
    private final Duration closeGrace;

    private SocketOptions(Builder from) {
        connectTimeout = Objects.requireNonNull(from.connectTimeout, "connectTimeout");
        if (connectTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("connectTimeout must be a millisecond at least: " + connectTimeout);
        }
        maxFrameBytes = requirePositive(from.maxFrameBytes, "maxFrameBytes");
        sendQueue = requirePositive(from.sendQueue, "sendQueue");
        closeGrace = Objects.requireNonNull(from.closeGrace, "closeGrace");
        if (closeGrace.isNegative()) {
            throw new IllegalArgumentException("closeGrace must not be negative: " + closeGrace);
        }
    }

    public static SocketOptions defaults() {
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
        builder.maxFrameBytes = maxFrameBytes;
        builder.sendQueue = sendQueue;
        builder.closeGrace = closeGrace;
        return builder;
    }

    /** The limit for looking up the name, connecting and the TLS handshake, together; default 10 s. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** The longest line, in bytes; a longer one is skipped without being held in memory; default 16 MiB. */
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** How many messages may wait to be written; default 65,536. */
    public int sendQueue() {
        return sendQueue;
    }

    /**
     * The limit for writing the queued messages and for the server to close its end, together; after it the
     * connection is closed anyway; default 2 s.
     */
    public Duration closeGrace() {
        return closeGrace;
    }

    private static int requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SocketOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(connectTimeout, maxFrameBytes, sendQueue, closeGrace);
    }

    @Override
    public String toString() {
        return "SocketOptions[connectTimeout=" + connectTimeout + ", maxFrameBytes=" + maxFrameBytes + ", sendQueue="
                + sendQueue + ", closeGrace=" + closeGrace + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(10);
        private int maxFrameBytes = 16 * 1024 * 1024;
        private int sendQueue = 65_536;
        private Duration closeGrace = Duration.ofSeconds(2);

        private Builder() {}

        /** Sets {@link SocketOptions#connectTimeout()}. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** Sets {@link SocketOptions#maxFrameBytes()}. */
        public Builder maxFrameBytes(int value) {
            maxFrameBytes = value;
            return this;
        }

        /** Sets {@link SocketOptions#sendQueue()}. */
        public Builder sendQueue(int value) {
            sendQueue = value;
            return this;
        }

        /** Sets {@link SocketOptions#closeGrace()}. */
        public Builder closeGrace(Duration value) {
            closeGrace = value;
            return this;
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public SocketOptions build() {
            return new SocketOptions(this);
        }
    }
}
