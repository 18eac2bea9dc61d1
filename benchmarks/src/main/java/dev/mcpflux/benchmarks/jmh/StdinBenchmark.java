package dev.mcpflux.benchmarks.jmh;

import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.stdio.StdioTransport;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Sinks;

/**
 * The way to a server's stdin: the sink over its queue, emitted into by one thread and by several; and a notification
 * written to a process that reads everything and says nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StdinBenchmark {

    private static final JsonRpcMessage.Notification NOTIFICATION =
            new JsonRpcMessage.Notification("notifications/initialized", null);

    private final Sinks.Many<Object> sink =
            Sinks.unsafe().many().unicast().onBackpressureBuffer(new BoundedQueue<>(65_536));
    private final Connection connection = StdioTransport.builder("reads", "sh")
            // the shell stays, and holds stdout open: without it the connection would be taken for lost
            .arguments("-c", "cat >/dev/null; :")
            .build()
            .connection();

    public StdinBenchmark() {
        sink.asFlux().subscribe();
        connection.open().block();
    }

    @TearDown
    public void close() {
        connection.close().block();
    }

    @Benchmark
    public Sinks.EmitResult emit() {
        return emitted();
    }

    @Benchmark
    @Threads(4)
    public Sinks.EmitResult emitFromFourThreads() {
        return emitted();
    }

    /** Where the queue is full, what is measured is how fast it is drained. */
    private Sinks.EmitResult emitted() {
        Sinks.EmitResult result = sink.tryEmitNext(NOTIFICATION);
        while (result == Sinks.EmitResult.FAIL_OVERFLOW) {
            Thread.onSpinWait();
            result = sink.tryEmitNext(NOTIFICATION);
        }
        if (result.isFailure()) {
            throw new IllegalStateException(result.toString());
        }
        return result;
    }

    @Benchmark
    public Object notifyAndWait() {
        connection.notify(NOTIFICATION).block();
        return NOTIFICATION;
    }

    @Benchmark
    @Threads(4)
    public Object notifyAndWaitFromFourThreads() {
        connection.notify(NOTIFICATION).block();
        return NOTIFICATION;
    }
}
