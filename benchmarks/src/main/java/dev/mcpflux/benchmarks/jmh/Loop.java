package dev.mcpflux.benchmarks.jmh;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A duplex stream in memory that answers every request at once, on the thread that sends it: what is left is the cost of
 * the code above it. Requests are encoded and answers decoded as over a pipe.
 */
final class Loop implements DuplexConnection {

    private static final JsonRpcCodec CODEC = JsonRpcCodec.shared();
    private static final byte[] CALLED =
            bytes(",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"message 1\"}]}}");
    private static final byte[] INITIALIZED = bytes(",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":"
            + "{\"tools\":{}},\"serverInfo\":{\"name\":\"loop\",\"version\":\"1\"}}}");
    private static final byte[] LISTED =
            bytes(",\"result\":{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}}");
    private static final byte[] UNKNOWN = bytes(",\"error\":{\"code\":-32601,\"message\":\"method not found\"}}");

    private final Sinks.One<Termination> terminated = Sinks.one();
    private final OutgoingBuffer out = new OutgoingBuffer();
    private final Frame frame = new Frame();
    private final byte[] answer = new byte[1024];
    private @Nullable CoreSubscriber<? super Frame> reader;

    /** A way to a new loop for each connection. */
    static Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return "loop";
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(name(), events -> new Loop());
            }
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Mono<Void> open() {
        return Mono.empty();
    }

    @Override
    public Flux<Frame> frames() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Frame> actual) {
                reader = actual;
                actual.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {}
                });
            }
        };
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        return Mono.fromRunnable(() -> {
            out.reset();
            CODEC.encode(message, out);
            if (message instanceof JsonRpcMessage.Request request) {
                respond(request);
            }
        });
    }

    private void respond(JsonRpcMessage.Request request) {
        byte[] rest = switch (request.method()) {
            case Methods.TOOLS_CALL -> CALLED;
            case Methods.INITIALIZE -> INITIALIZED;
            case Methods.TOOLS_LIST -> LISTED;
            default -> UNKNOWN;
        };
        byte[] head = bytes("{\"jsonrpc\":\"2.0\",\"id\":" + ((RequestId.OfLong) request.id()).number());
        System.arraycopy(head, 0, answer, 0, head.length);
        System.arraycopy(rest, 0, answer, head.length, rest.length);
        if (reader == null) {
            throw new IllegalStateException("nobody reads");
        }
        reader.onNext(frame.set(answer, 0, head.length + rest.length));
    }

    @Override
    public Mono<Termination> onTermination() {
        return terminated.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> terminated.tryEmitValue(Termination.closed()));
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }
}
