package dev.mcpflux.transport.stdio;

import java.time.Duration;
import java.util.Objects;

/**
 * Limits of a stdio connection. Immutable; every stage of closing has a limit of its own, so closing takes at most the
 * sum of the four.
 *
 * @param maxFrameBytes a longer line is skipped, without being held in memory; default 16 MiB
 * @param sendQueue how many messages may wait to be written; default 65,536
 * @param stderrLines how many of the last lines on stderr are kept for error messages, and half as many of the first; default 20
 * @param queueGrace for writing what waits and closing stdin; default 1 s
 * @param exitGrace for the server to exit by itself once its stdin is closed; default 2 s
 * @param termGrace for its process tree to exit after TERM; default 2 s
 * @param killGrace for its process tree to be gone after KILL; default 2 s
 * @param watchdog whether a tiny process stands by that ends the server when this JVM is killed outright, which leaves no
 *     time for a shutdown hook (Unix only); default false: a server that behaves ends when its stdin does
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

    /** The same options with other limits for the four stages of closing. */
    public StdioOptions withCloseGraces(Duration queue, Duration exit, Duration term, Duration kill) {
        return new StdioOptions(maxFrameBytes, sendQueue, stderrLines, queue, exit, term, kill, watchdog);
    }

    /** The same options with or without a watchdog. */
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
