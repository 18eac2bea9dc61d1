package dev.mcpflux.benchmarks.jmh;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A call over a stream in memory, layer by layer: the multiplexer, the session above it, the host above that. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RoundTripBenchmark {

    private static final Map<String, Object> ARGUMENTS = Map.of("text", "message 1");

    private final Connection connection = Loop.transport().connection();
    private final McpSession session = McpSession.create(Loop.transport(), SessionOptions.defaults());
    private final McpHost host;
    private final RequestSpec call = RequestSpec.of(
            Methods.TOOLS_CALL,
            RequestEffect.MAY_ACT,
            new CallToolParams("echo", ARGUMENTS, null),
            CallToolResult.class);

    public RoundTripBenchmark() {
        connection.open().block();
        session.open().block();
        host = Objects.requireNonNull(
                McpHost.open(HostConfig.of(Loop.transport())).block());
    }

    @TearDown
    public void close() {
        host.close().block();
        session.close().block();
        connection.close().block();
    }

    @Benchmark
    public Object multiplexer() {
        return Objects.requireNonNull(connection.exchange(call).blockLast());
    }

    @Benchmark
    public Object session() {
        return Objects.requireNonNull(session.callTool("echo", ARGUMENTS).block());
    }

    @Benchmark
    public Object host() {
        return Objects.requireNonNull(host.callTool("loop__echo", ARGUMENTS).block());
    }
}
