package dev.mcpflux.host.server;

import java.time.Duration;

/**
 * Spreads calls over time: so many within a period, all of them at once if there were none before. Times are in nanoseconds.
 * Thread-safe.
 */
final class Pace {

    private final long interval;
    private final long burst;
    // guarded by this: when the next call would be due if all were spread evenly
    private long due = Long.MIN_VALUE;

    /**
     * A pace.
     *
     * @param calls within a period
     */
    Pace(int calls, Duration period) {
        this.interval = Math.max(1, period.toNanos() / calls);
        this.burst = period.toNanos() - interval;
    }

    /**
     * Reserves the next turn.
     *
     * @param longest how long the caller would wait
     * @return how long to wait; negative if that is longer, then nothing is reserved
     */
    synchronized long reserve(long now, long longest) {
        long next = Math.max(due, now);
        long wait = Math.max(0, next - burst - now);
        if (wait > longest) {
            return -1;
        }
        due = next + interval;
        return wait;
    }
}
