package dev.mcpflux.host.observation;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Settings for a {@code MeterRegistry}. */
public final class McpMeters {

    /** In seconds: "This metric SHOULD be specified with ExplicitBucketBoundaries of". */
    private static final double[] BUCKETS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300};

    private McpMeters() {}

    /**
     * Gives the timers of calls and sessions the buckets that OpenTelemetry names, for
     * {@code registry.config().meterFilter(McpMeters.buckets())}. Each bucket is a time series for each tool.
     */
    public static MeterFilter buckets() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                boolean ours = id.getName().equals(DefaultMcpCallConvention.NAME)
                        || id.getName().equals(DefaultMcpSessionConvention.NAME);
                return ours && id.getType() == Meter.Type.TIMER ? nanoseconds().merge(config) : config;
            }
        };
    }

    private static DistributionStatisticConfig nanoseconds() {
        DoubleStream boundaries = Arrays.stream(BUCKETS)
                .map(seconds -> seconds * Duration.ofSeconds(1).toNanos());
        return DistributionStatisticConfig.builder()
                .serviceLevelObjectives(boundaries.toArray())
                .build();
    }
}
