package dev.mcpflux.transport.stdio;

import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a stdio connection, and of the server itself. Immutable. Each stage of closing has a limit of its own, so closing
 * takes at most the sum of the four.
 */
public final class StdioOptions {

    private static final StdioOptions DEFAULTS = builder().build();

    private final int maxFrameBytes;
    private final int sendQueue;
    private final int stderrLines;
    private final Duration queueGrace;
    private final Duration exitGrace;
    private final Duration termGrace;
    private final Duration killGrace;
    private final boolean watchdog;
    private final List<String> inheritEnv;
    private final boolean minimalEnv;
    private final SandboxOptions sandbox;

    private StdioOptions(Builder from) {
        maxFrameBytes = requirePositive(from.maxFrameBytes, "maxFrameBytes");
        sendQueue = requirePositive(from.sendQueue, "sendQueue");
        stderrLines = requirePositive(from.stderrLines, "stderrLines");
        queueGrace = requireNotNegative(from.queueGrace, "queueGrace");
        exitGrace = requireNotNegative(from.exitGrace, "exitGrace");
        termGrace = requireNotNegative(from.termGrace, "termGrace");
        killGrace = requireNotNegative(from.killGrace, "killGrace");
        watchdog = from.watchdog;
        inheritEnv = List.copyOf(from.inheritEnv);
        minimalEnv = from.minimalEnv;
        sandbox = Objects.requireNonNull(from.sandbox, "sandbox");
    }

    public static StdioOptions defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.maxFrameBytes = maxFrameBytes;
        builder.sendQueue = sendQueue;
        builder.stderrLines = stderrLines;
        builder.queueGrace = queueGrace;
        builder.exitGrace = exitGrace;
        builder.termGrace = termGrace;
        builder.killGrace = killGrace;
        builder.watchdog = watchdog;
        builder.inheritEnv = inheritEnv;
        builder.minimalEnv = minimalEnv;
        builder.sandbox = sandbox;
        return builder;
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
     * How many of the last lines on stderr are kept for error messages, and half as many of the first; default 20.
     */
    public int stderrLines() {
        return stderrLines;
    }

    /** The limit for writing the queued messages and closing stdin; default 1 s. */
    public Duration queueGrace() {
        return queueGrace;
    }

    /** The limit for the server to exit by itself once its stdin is closed; default 2 s. */
    public Duration exitGrace() {
        return exitGrace;
    }

    /** The limit for its process tree to exit after TERM; default 2 s. */
    public Duration termGrace() {
        return termGrace;
    }

    /** The limit for its process tree to be gone after KILL; default 2 s. */
    public Duration killGrace() {
        return killGrace;
    }

    /**
     * Whether a tiny process ends the server when this JVM is killed outright, which leaves no time for a shutdown
     * hook (Unix only); default false: a well-behaved server ends when its stdin does.
     */
    public boolean watchdog() {
        return watchdog;
    }

    /**
     * Variables of this process that the server inherits besides the usual ones, by name or with {@code *} for any characters
     * ({@code AWS_*}; {@code *} alone is everything); default none. Values of variables whose names look like those of secrets
     * are masked in all text that mcpflux shows.
     */
    public List<String> inheritEnv() {
        return inheritEnv;
    }

    /**
     * Whether the server inherits, besides {@link #inheritEnv()}, only what a program needs to start (PATH, HOME, the locale);
     * default false: it inherits also what programs commonly need and what holds no secret, such as proxies and certificates.
     */
    public boolean minimalEnv() {
        return minimalEnv;
    }

    /** What the server may do; default anything that this process may do. */
    public SandboxOptions sandbox() {
        return sandbox;
    }

    private static int requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
        return value;
    }

    private static Duration requireNotNegative(Duration value, String name) {
        if (Objects.requireNonNull(value, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StdioOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                maxFrameBytes,
                sendQueue,
                stderrLines,
                queueGrace,
                exitGrace,
                termGrace,
                killGrace,
                watchdog,
                inheritEnv,
                minimalEnv,
                sandbox);
    }

    @Override
    public String toString() {
        return "StdioOptions[maxFrameBytes=" + maxFrameBytes + ", sendQueue=" + sendQueue + ", stderrLines="
                + stderrLines + ", queueGrace=" + queueGrace + ", exitGrace=" + exitGrace + ", termGrace=" + termGrace
                + ", killGrace=" + killGrace + ", watchdog=" + watchdog + ", inheritEnv=" + inheritEnv + ", minimalEnv="
                + minimalEnv + ", sandbox=" + sandbox + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private int maxFrameBytes = 16 * 1024 * 1024;
        private int sendQueue = 65_536;
        private int stderrLines = 20;
        private Duration queueGrace = Duration.ofSeconds(1);
        private Duration exitGrace = Duration.ofSeconds(2);
        private Duration termGrace = Duration.ofSeconds(2);
        private Duration killGrace = Duration.ofSeconds(2);
        private boolean watchdog;
        private List<String> inheritEnv = List.of();
        private boolean minimalEnv;
        private SandboxOptions sandbox = SandboxOptions.defaults();

        private Builder() {}

        /** Sets {@link StdioOptions#maxFrameBytes()}. */
        public Builder maxFrameBytes(int value) {
            maxFrameBytes = value;
            return this;
        }

        /** Sets {@link StdioOptions#sendQueue()}. */
        public Builder sendQueue(int value) {
            sendQueue = value;
            return this;
        }

        /** Sets {@link StdioOptions#stderrLines()}. */
        public Builder stderrLines(int value) {
            stderrLines = value;
            return this;
        }

        /** Sets {@link StdioOptions#queueGrace()}. */
        public Builder queueGrace(Duration value) {
            queueGrace = value;
            return this;
        }

        /** Sets {@link StdioOptions#exitGrace()}. */
        public Builder exitGrace(Duration value) {
            exitGrace = value;
            return this;
        }

        /** Sets {@link StdioOptions#termGrace()}. */
        public Builder termGrace(Duration value) {
            termGrace = value;
            return this;
        }

        /** Sets {@link StdioOptions#killGrace()}. */
        public Builder killGrace(Duration value) {
            killGrace = value;
            return this;
        }

        /** Sets {@link StdioOptions#watchdog()}. */
        public Builder watchdog(boolean value) {
            watchdog = value;
            return this;
        }

        /** Sets {@link StdioOptions#inheritEnv()}. */
        public Builder inheritEnv(List<String> value) {
            inheritEnv = value;
            return this;
        }

        /** Sets {@link StdioOptions#minimalEnv()}. */
        public Builder minimalEnv(boolean value) {
            minimalEnv = value;
            return this;
        }

        /** Sets {@link StdioOptions#sandbox()}. */
        public Builder sandbox(SandboxOptions value) {
            sandbox = value;
            return this;
        }

        /** Sets the limits of all four stages of closing. */
        public Builder closeGraces(Duration queue, Duration exit, Duration term, Duration kill) {
            return queueGrace(queue).exitGrace(exit).termGrace(term).killGrace(kill);
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public StdioOptions build() {
            return new StdioOptions(this);
        }
    }
}
