package dev.mcpflux.transport.wire;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A stream to a server, which accepts every message at once and sends what the test decides. */
final class TestLink implements DuplexConnection {

    private final Sinks.Many<Frame> frames = Sinks.many().unicast().onBackpressureBuffer();
    private final UnaryOperator<String> mask;

    private TestLink(UnaryOperator<String> mask) {
        this.mask = mask;
    }

    /** A transport whose connections are made of links. */
    static final class TestTransport implements Transport {
        private final String name;
        private final UnaryOperator<String> mask;
        TestLink latest = new TestLink(text -> text);

        TestTransport(String name) {
            this(name, UnaryOperator.identity());
        }

        TestTransport(String name, UnaryOperator<String> mask) {
            this.name = name;
            this.mask = mask;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Connection connection() {
            latest = new TestLink(mask);
            return Multiplexer.over(name, events -> latest);
        }
    }

    /** An open connection of a transport. */
    static Connection open(Transport transport) {
        Connection connection = transport.connection();
        connection.open().block();
        return connection;
    }

    /** Receives a frame; single quotes stand for double ones. */
    void emit(String frame) {
        frames.tryEmitNext(Frame.of(frame.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String mask(String text) {
        return mask.apply(text);
    }

    @Override
    public Mono<Void> open() {
        return Mono.empty();
    }

    @Override
    public Flux<Frame> frames() {
        return frames.asFlux();
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        return Mono.empty();
    }

    @Override
    public Mono<Termination> onTermination() {
        return Mono.never();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }
}
