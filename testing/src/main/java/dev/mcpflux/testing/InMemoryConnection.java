package dev.mcpflux.testing;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.internal.Ending;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A stream of frames within this JVM, for servers of tests that neither {@link InMemoryServer} nor {@link ScriptedPeer} can
 * be. Messages go through the codec both ways, as bytes.
 */
public final class InMemoryConnection implements DuplexConnection {

    private static final JsonRpcCodec CODEC = JsonRpcCodec.shared();

    /** The threads that deliver frames now: {@code block()} in a callback fails at once, as on real transports. */
    private static final Set<Thread> DELIVERING = ConcurrentHashMap.newKeySet();

    static {
        Schedulers.registerNonBlockingThreadPredicate(DELIVERING::contains);
    }

    private final String name;
    private final Consumer<JsonNode> peer;
    private final Sinks.Many<byte[]> frames = Sinks.unsafe()
            .many()
            .unicast()
            .onBackpressureBuffer(Queues.<byte[]>unboundedMultiproducer().get());
    private final Ending ending = new Ending(this::doClose);
    private volatile boolean closed;

    /**
     * A connection that is not open yet.
     *
     * @param name the name of the server in errors
     * @param peer receives each message that the client sends, on the thread that sends it
     */
    public InMemoryConnection(String name, Consumer<JsonNode> peer) {
        this.name = name;
        this.peer = peer;
    }

    @Override
    public Mono<Void> open() {
        return Mono.defer(() -> !ending.hasEnded() ? Mono.empty() : Mono.error(whyEnded()));
    }

    @Override
    public Flux<Frame> frames() {
        return frames.asFlux().map(Frame::of);
    }

    @Override
    public Mono<Void> send(JsonRpcMessage message) {
        return Mono.fromRunnable(() -> {
            if (ending.hasEnded()) {
                throw whyEnded();
            }
            OutgoingBuffer buffer = new OutgoingBuffer();
            try {
                CODEC.encode(message, buffer);
            } catch (JacksonException e) {
                throw new McpNotSentException(
                        name, "the " + message + " cannot be written as JSON: " + e.getOriginalMessage(), e);
            }
            peer.accept(McpJson.mapper().readTree(buffer.toByteArray()));
        });
    }

    /**
     * Sends a frame to the client, on the calling thread. As on the reading thread of a real transport, {@code block()} in a
     * callback fails at once.
     */
    public void emit(byte[] frame) {
        Thread thread = Thread.currentThread();
        boolean outermost = DELIVERING.add(thread);
        try {
            frames.tryEmitNext(frame);
        } finally {
            if (outermost) {
                DELIVERING.remove(thread);
            }
        }
    }

    /** Ends the connection as if the server had gone away. */
    public void lose(String reason) {
        end(Termination.lost(reason, Diagnostics.NONE, null));
    }

    private void end(Termination cause) {
        if (ending.end(cause)) {
            frames.tryEmitComplete();
        }
    }

    private McpException whyEnded() {
        return ending.toException(name, null, CallOutcome.NOT_SENT);
    }

    /** Whether the client has closed the connection. */
    public boolean closed() {
        return closed;
    }

    @Override
    public Mono<Termination> onTermination() {
        return ending.onEnd();
    }

    @Override
    public Mono<Void> close() {
        return ending.close();
    }

    private Mono<Void> doClose() {
        return Mono.fromRunnable(() -> {
            closed = true;
            end(Termination.closed());
        });
    }

    @Override
    public Diagnostics diagnostics() {
        return Diagnostics.NONE;
    }
}
