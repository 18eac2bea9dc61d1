package dev.mcpflux.host.server;

import java.time.Duration;

/**
 * Spreads calls over time: no more than so many within any period of this length. Times are in nanoseconds. Thread-safe.
 */
final class Pace {

    /** For more calls than this, the period is cut in proportion. */
    private static final int MOST = 4096;

    private final long period;
    // guarded by this: when the latest calls were due, the oldest at the index, and how many there were
    private final long[] due;
    private int oldest;
    private long count;

    /**
     * A pace.
     *
     * @param calls within a period
     */
    Pace(int calls, Duration period) {
        int kept = Math.min(calls, MOST);
        this.due = new long[kept];
        this.period = Math.max(1, (long) ((double) period.toNanos() / calls * kept));
    }

    /**
     * Reserves the next turn.
     *
     * @param longest how long the caller would wait
     * @return how long to wait; negative if that is longer, then nothing is reserved
     */
    synchronized long reserve(long now, long longest) {
        long earliest = count < due.length ? now : Math.max(now, due[oldest] + period);
        long wait = Math.max(earliest, latest(now)) - now;
        if (wait > longest) {
            return -1;
        }
        due[oldest] = now + wait;
        oldest = (oldest + 1) % due.length;
        count++;
        return wait;
    }

    /** No call has its turn before one that came earlier. */
    private long latest(long now) {
        return count == 0 ? now : due[(oldest + due.length - 1) % due.length];
    }
}
