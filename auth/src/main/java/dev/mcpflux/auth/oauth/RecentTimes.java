package dev.mcpflux.auth.oauth;

import java.time.Duration;
import java.util.ArrayDeque;

/** Bounds how often something happens within a period. Any thread may use it. */
final class RecentTimes {

    private final int most;
    private final long period;
    // guarded by this
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    RecentTimes(int most, Duration period) {
        this.most = most;
        this.period = period.toMillis();
    }

    /**
     * Whether it may happen once more; if so, it counts.
     *
     * @param now in milliseconds
     */
    synchronized boolean mayHappen(long now) {
        while (!times.isEmpty() && now - times.getFirst() >= period) {
            times.removeFirst();
        }
        if (times.size() >= most) {
            return false;
        }
        times.addLast(now);
        return true;
    }

    /** As if it had never happened. */
    synchronized void forget() {
        times.clear();
    }
}
