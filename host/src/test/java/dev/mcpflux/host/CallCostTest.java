package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcEncoder;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.DuplexConnection;
import dev.mcpflux.transport.spi.Frame;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a call costs, in things that do not depend on the machine. The limits have a margin: they are there to see that
 * somebody doubles a cost, not that a JDK changes it.
 */
class CallCostTest {

    /** Before they are compiled, calls take more than the 2,000 or so bytes that they settle at. */
    private static final int MAX_BYTES = 6_000;

    private static final Map<String, String> ARGUMENTS = Map.of("text", "message 1");

    private final McpHost host;
    private final McpSession session;
    private final Timer timer = new Timer();

    CallCostTest() {
        SessionOptions options = SessionOptions.builder().timer(timer).build();
        host = McpHost.open(HostConfig.builder().server(Loop.transport()).build())
                .block(Servers.LIMIT);
        session = McpSession.create(Loop.transport(), options);
        session.open().block(Servers.LIMIT);
    }

    @AfterEach
    void close() {
        Hooks.resetOnEachOperator("count");
        host.close().block(Servers.LIMIT);
        session.close().block(Servers.LIMIT);
    }

    private void call(Mono<CallToolResult> call) {
        assertThat(call.block(Servers.LIMIT).text()).isEqualTo("message 1");
    }

    @Test
    void bytesOfTheHeap() {
        // what writes every message down costs more than the messages
        assumeThat(System.getProperty("mcpflux.record", "")).isEmpty();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 5_000;
        for (int i = 0; i < calls; i++) {
            call(host.callTool("loop__echo", ARGUMENTS));
        }
        // the loop answers on the thread that calls: it is the only one
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < calls; i++) {
            host.callTool("loop__echo", ARGUMENTS).block();
        }
        long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / calls;
        assertThat(bytes).isBetween(500L, (long) MAX_BYTES);
    }

    @Test
    void operatorsOfReactor() {
        AtomicInteger operators = new AtomicInteger();
        Hooks.onEachOperator("count", publisher -> {
            operators.incrementAndGet();
            return publisher;
        });
        call(session.callTool("echo", ARGUMENTS));
        int alone = operators.getAndSet(0);
        call(host.callTool("loop__echo", ARGUMENTS));
        // one of them is the value itself, which is counted when it is made and never subscribed
        assertThat(alone).isLessThanOrEqualTo(3);
        assertThat(operators.get()).isLessThanOrEqualTo(alone + 2);
    }

    @Test
    void tasksOfTheTimer() {
        call(session.callTool("echo", ARGUMENTS));
        int before = timer.scheduled.get();
        for (int i = 0; i < 100; i++) {
            call(session.callTool("echo", ARGUMENTS));
        }
        assertThat(timer.scheduled.get() - before).isLessThanOrEqualTo(1);
    }

    private static final class Timer implements Scheduler {
        private final AtomicInteger scheduled = new AtomicInteger();

        @Override
        public Disposable schedule(Runnable task) {
            return Schedulers.parallel().schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            scheduled.incrementAndGet();
            return Schedulers.parallel().schedule(task, delay, unit);
        }

        @Override
        public Worker createWorker() {
            return Schedulers.parallel().createWorker();
        }
    }

    /** Answers every request at once, on the thread that sends it. */
    private static final class Loop implements DuplexConnection {
        private final Sinks.One<Termination> terminated = Sinks.one();
        private final OutgoingBuffer out = new OutgoingBuffer();
        private final JsonRpcEncoder encoder = new JsonRpcCodec().encoder(out);
        private final Frame frame = new Frame();
        private @Nullable CoreSubscriber<? super Frame> reader;

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
            return new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Void> actual) {
                    actual.onSubscribe(reactor.core.publisher.Operators.emptySubscription());
                    out.reset();
                    encoder.encode(message);
                    actual.onComplete();
                    if (message instanceof JsonRpcMessage.Request request) {
                        answer(request.id(), request.method());
                    }
                }
            };
        }

        private void answer(RequestId id, String method) {
            String rest = switch (method) {
                case Methods.TOOLS_CALL -> "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"message 1\"}]}";
                case Methods.INITIALIZE ->
                    "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"loop\",\"version\":\"1\"}}";
                default -> "\"error\":{\"code\":-32601,\"message\":\"method not found\"}";
            };
            byte[] bytes = ("{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + rest + "}").getBytes(StandardCharsets.UTF_8);
            if (reader != null) {
                reader.onNext(frame.set(bytes, 0, bytes.length));
            }
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
}
