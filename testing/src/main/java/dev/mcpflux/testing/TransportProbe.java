package dev.mcpflux.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.InitializeParams;
import dev.mcpflux.protocol.InitializeResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.WireRecorder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.test.subscriber.TestSubscriber;

/** What {@link TransportContract} does with a connection. Closing it closes the connection and checks that no exchange waits. */
final class TransportProbe implements AutoCloseable {

    final Connection connection;
    private final Duration limit;

    TransportProbe(Transport transport, Duration limit) {
        this.connection = WireRecorder.recorded(transport).connection();
        this.limit = limit;
    }

    /** Opens the connection and agrees with the server. */
    TransportProbe open() {
        try {
            connection.open().block(limit);
            JsonRpcMessage answer = connection.exchange(initialize()).blockLast(limit);
            if (!(answer instanceof JsonRpcMessage.Success)) {
                throw new AssertionError("initialize was answered with " + answer);
            }
            connection
                    .notify(new JsonRpcMessage.Notification(Methods.INITIALIZED, null))
                    .block(limit);
            return this;
        } catch (RuntimeException | Error e) {
            try {
                close();
            } catch (RuntimeException | Error second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    static RequestSpec initialize() {
        InitializeParams params =
                new InitializeParams("2025-11-25", ClientCapabilities.NONE, new Implementation("contract", "1"));
        return RequestSpec.of(Methods.INITIALIZE, RequestEffect.MAY_ACT, params, InitializeResult.class)
                .withCancellable(false);
    }

    Flux<JsonRpcMessage> call(String tool, @Nullable Object arguments) {
        return connection.exchange(toolCall(tool, arguments));
    }

    /** A call that asks for its progress. */
    Flux<JsonRpcMessage> withProgress(String tool) {
        return connection.exchange(toolCall(tool, null).withMeta((id, context) -> new RequestMeta(id)));
    }

    private static RequestSpec toolCall(String tool, @Nullable Object arguments) {
        return RequestSpec.of(
                Methods.TOOLS_CALL,
                RequestEffect.MAY_ACT,
                new CallToolParams(tool, arguments, null),
                CallToolResult.class);
    }

    /** A call whose ids are told. */
    Flux<JsonRpcMessage> call(String tool, boolean cancellable, Consumer<RequestId> ids) {
        return connection.exchange(
                toolCall(tool, Map.of("text", "x")).withCancellable(cancellable).withMeta((id, context) -> {
                    ids.accept(id);
                    return null;
                }));
    }

    Flux<JsonRpcMessage> echo(String text) {
        return call("echo", Map.of("text", text));
    }

    /** The ids of the requests that the server was told to cancel, joined by commas. */
    String cancelled() {
        JsonRpcMessage answer = call("cancelled", null).blockLast(limit);
        return answer == null ? "" : text(answer);
    }

    /** The same, asked until there are any: a cancellation may have to wait for what it cancels. */
    String cancelledAtLast() {
        long deadline = System.nanoTime() + limit.toNanos();
        String told = cancelled();
        while (told.isEmpty() && System.nanoTime() - deadline < 0) {
            told = cancelled();
        }
        return told;
    }

    /** Subscribes to a call that is never answered. */
    TestSubscriber<JsonRpcMessage> hang() {
        TestSubscriber<JsonRpcMessage> waiting = TestSubscriber.create();
        call("hang", null).subscribe(waiting);
        return waiting;
    }

    static String text(@Nullable JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Success success && success.result() instanceof CallToolResult result) {
            return result.text();
        }
        throw new AssertionError("no result but " + message);
    }

    /** Runs it on so many threads at once and waits for all of them. */
    static void atOnce(int threads, Duration limit, Consumer<Integer> work) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, r -> {
            Thread thread = new Thread(r, "contract");
            thread.setDaemon(true);
            return thread;
        });
        CountDownLatch ready = new CountDownLatch(threads);
        try {
            for (Future<?> end : IntStream.range(0, threads)
                    .<Future<?>>mapToObj(i -> pool.submit(() -> {
                        ready.countDown();
                        ready.await();
                        work.accept(i);
                        return i;
                    }))
                    .toList()) {
                end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        } finally {
            pool.shutdownNow();
        }
    }

    @Override
    public void close() {
        connection.close().block(limit);
        assertEquals(0, connection.pendingExchanges(), "exchanges that wait after the close");
    }
}
