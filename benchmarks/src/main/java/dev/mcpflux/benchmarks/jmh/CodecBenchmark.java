package dev.mcpflux.benchmarks.jmh;

import dev.mcpflux.jsonrpc.Bindings;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.Malformed;
import dev.mcpflux.jsonrpc.MessageHandler;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Bytes to the record that the caller gets, and a request to bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {

    private final JsonRpcCodec codec = JsonRpcCodec.shared();
    private final OutgoingBuffer buffer = new OutgoingBuffer();
    private final Taken taken = new Taken();
    private final byte[] small = response("message 1");
    private final byte[] smallIdLast = ("{\"jsonrpc\":\"2.0\",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
                    + "\"message 1\"}]},\"id\":7}")
            .getBytes(StandardCharsets.UTF_8);
    private final byte[] large = response("x".repeat(1 << 20));
    private final JsonRpcMessage request = new JsonRpcMessage.Request(
            RequestId.of(7), Methods.TOOLS_CALL, new CallToolParams("echo", Map.of("text", "message 1"), null));

    private static byte[] response(String text) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text
                        + "\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public Object decodeSmall() {
        return decode(small);
    }

    @Benchmark
    public Object decodeSmallIdLast() {
        return decode(smallIdLast);
    }

    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public Object decodeOneMebibyte() {
        return decode(large);
    }

    @Benchmark
    public int encodeCall() {
        buffer.reset();
        codec.encode(request, buffer);
        return buffer.size();
    }

    private Object decode(byte[] bytes) {
        codec.decode(bytes, 0, bytes.length, taken, taken);
        if (taken.result == null) {
            throw new IllegalStateException("not decoded");
        }
        return taken.result;
    }

    /** Keeps the last result. */
    private static final class Taken implements Bindings, MessageHandler {
        private @Nullable Object result;

        @Override
        public Class<?> resultType(RequestId id) {
            return CallToolResult.class;
        }

        @Override
        public Class<?> paramsType(String method) {
            return Methods.paramsType(method);
        }

        @Override
        public void onMessage(JsonRpcMessage message) {
            result = ((JsonRpcMessage.Success) message).result();
        }

        @Override
        public void onMalformed(Malformed malformed) {
            throw new IllegalStateException(malformed.reason());
        }
    }
}
