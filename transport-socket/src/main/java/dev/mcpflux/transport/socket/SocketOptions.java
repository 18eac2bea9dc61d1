package dev.mcpflux.transport.socket;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of a connection over a socket. Immutable.
 *
 * @param connectTimeout for resolving the name, connecting and the TLS handshake together; default 10 s
 * @param maxFrameBytes a longer line is skipped without being held in memory; default 16 MiB
 * @param sendQueue most messages that may wait to be written; default 65,536
 * @param closeGrace for writing the waiting messages and for the server to close its end, together; after it the
 *     connection is closed anyway; default 2 s
 */
public record SocketOptions(Duration connectTimeout, int maxFrameBytes, int sendQueue, Duration closeGrace) {

    private static final SocketOptions DEFAULTS =
            new SocketOptions(Duration.ofSeconds(10), 16 * 1024 * 1024, 65_536, Duration.ofSeconds(2));

    public SocketOptions {
        if (Objects.requireNonNull(connectTimeout, "connectTimeout").toMillis() < 1) {
            throw new IllegalArgumentException("connectTimeout must be at least one millisecond: " + connectTimeout);
        }
        requirePositive(maxFrameBytes, "maxFrameBytes");
        requirePositive(sendQueue, "sendQueue");
        if (Objects.requireNonNull(closeGrace, "closeGrace").isNegative()) {
            throw new IllegalArgumentException("closeGrace must not be negative: " + closeGrace);
        }
    }

    public static SocketOptions defaults() {
        return DEFAULTS;
    }

    public SocketOptions withConnectTimeout(Duration timeout) {
        return new SocketOptions(timeout, maxFrameBytes, sendQueue, closeGrace);
    }

    public SocketOptions withMaxFrameBytes(int bytes) {
        return new SocketOptions(connectTimeout, bytes, sendQueue, closeGrace);
    }

    public SocketOptions withSendQueue(int messages) {
        return new SocketOptions(connectTimeout, maxFrameBytes, messages, closeGrace);
    }

    public SocketOptions withCloseGrace(Duration grace) {
        return new SocketOptions(connectTimeout, maxFrameBytes, sendQueue, grace);
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
