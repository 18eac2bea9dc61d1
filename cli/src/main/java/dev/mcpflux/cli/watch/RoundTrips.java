package dev.mcpflux.cli.watch;

import dev.mcpflux.cli.output.LifeText;
import java.util.Arrays;

/** The last round trips to one server, in nanoseconds. Immutable. */
final class RoundTrips {

    static final RoundTrips NONE = new RoundTrips(new long[0]);

    /** As many are kept; at one each five seconds these are about ten minutes. */
    private static final int KEPT = 128;

    private final long[] samples;

    RoundTrips(long... samples) {
        this.samples = samples;
    }

    /** The same with one more, the oldest of which is dropped if there are too many. */
    RoundTrips with(long nanos) {
        int from = samples.length < KEPT ? 0 : 1;
        long[] next = Arrays.copyOfRange(samples, from, samples.length + 1);
        next[next.length - 1] = nanos;
        return new RoundTrips(next);
    }

    long[] samples() {
        return samples.clone();
    }

    boolean isEmpty() {
        return samples.length == 0;
    }

    /** The smallest sample that is not exceeded by this share of all samples. There must be a sample. */
    long percentile(int percent) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        return sorted[(sorted.length * percent + 99) / 100 - 1];
    }

    /** The percentile for a person, or a dash without samples. */
    String text(int percent) {
        return isEmpty() ? "-" : LifeText.millis(percentile(percent));
    }
}
