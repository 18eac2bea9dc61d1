package dev.mcpflux.transport.stdio;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of a stdio connection. Immutable. Each stage of closing has its own limit, so closing takes at most the sum of
 * the four.
 *
 * @param maxFrameBytes a longer line is skipped without being held in memory; default 16 MiB
 * @param sendQueue most messages that may wait to be written; default 65,536
 * @param stderrLines how many of the last lines on stderr are kept for error messages, and half as many of the first;
 *     default 20
 * @param queueGrace for writing the waiting messages and closing stdin; default 1 s
 * @param exitGrace for the server to exit by itself after its stdin was closed; default 2 s
 * @param termGrace for its process tree to exit after TERM; default 2 s
 * @param killGrace for its process tree to end after KILL; default 2 s
 * @param watchdog whether a small process ends the server if this JVM is killed without running its shutdown hooks
 *     (Unix only); default false, because a well-behaved server exits when its stdin ends
 */
public record StdioOptions(
        int maxFrameBytes,
        int sendQueue,
        int stderrLines,
        Duration queueGrace,
        Duration exitGrace,
        Duration termGrace,
        Duration killGrace,
        boolean watchdog) {

    private static final StdioOptions DEFAULTS = new StdioOptions(
            16 * 1024 * 1024,
            65_536,
            20,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            false);

    public StdioOptions {
        requirePositive(maxFrameBytes, "maxFrameBytes");
        requirePositive(sendQueue, "sendQueue");
        requirePositive(stderrLines, "stderrLines");
        requireNotNegative(queueGrace, "queueGrace");
        requireNotNegative(exitGrace, "exitGrace");
        requireNotNegative(termGrace, "termGrace");
        requireNotNegative(killGrace, "killGrace");
    }

    public static StdioOptions defaults() {
        return DEFAULTS;
    }

    public StdioOptions withMaxFrameBytes(int bytes) {
        return new StdioOptions(bytes, sendQueue, stderrLines, queueGrace, exitGrace, termGrace, killGrace, watchdog);
    }

    public StdioOptions withSendQueue(int messages) {
        return new StdioOptions(
                maxFrameBytes, messages, stderrLines, queueGrace, exitGrace, termGrace, killGrace, watchdog);
    }

    /** Returns these options with other limits for the four stages of closing. */
    public StdioOptions withCloseGraces(Duration queue, Duration exit, Duration term, Duration kill) {
        return new StdioOptions(maxFrameBytes, sendQueue, stderrLines, queue, exit, term, kill, watchdog);
    }

    /** Returns these options with or without a watchdog. */
    public StdioOptions withWatchdog(boolean value) {
        return new StdioOptions(
                maxFrameBytes, sendQueue, stderrLines, queueGrace, exitGrace, termGrace, killGrace, value);
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    private static void requireNotNegative(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }
}
