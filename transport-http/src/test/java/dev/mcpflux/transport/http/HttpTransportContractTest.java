package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.testing.TransportContract;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;

class HttpTransportContractTest implements TransportContract {

    private static final String MARK = HttpTransportContractTest.class.getName();

    private final List<Traffic> traffic = new CopyOnWriteArrayList<>();

    /** What one client sends to its server; a server that went away does not read everything that was sent to it. */
    private static final class Traffic {

        final EchoServer server;
        final AtomicLong sent = new AtomicLong();
        /** Requests that were begun and neither sent nor given up. */
        final Set<Object> unsent = ConcurrentHashMap.newKeySet();

        Traffic(EchoServer server) {
            this.server = server;
        }

        boolean arrived() {
            return unsent.isEmpty() && server.received.get() >= sent.get();
        }

        Mono<? extends reactor.netty.Connection> begun(Mono<? extends reactor.netty.Connection> request) {
            return Mono.defer(() -> {
                Object mark = new Object();
                unsent.add(mark);
                return request.doFinally(end -> unsent.remove(mark)).contextWrite(context -> context.put(MARK, mark));
            });
        }
    }

    EchoServer server(boolean silent) {
        return new EchoServer(silent, false);
    }

    HttpKind kind() {
        return HttpKind.AUTO;
    }

    private Transport transport(boolean silent) {
        Traffic mine = new Traffic(server(silent));
        traffic.add(mine);
        return HttpTransport.builder("srv", mine.server.url())
                .kind(kind())
                .options(HttpOptions.builder()
                        .streamAttempts(2)
                        .streamDelay(Duration.ofMillis(200))
                        .maxStreamDelay(Duration.ofMillis(200))
                        .build())
                .customize(client -> client.mapConnect(mine::begun).doAfterRequest((request, connection) -> {
                    if (request.method().name().equals("POST")) {
                        mine.sent.incrementAndGet();
                    }
                    mine.unsent.remove(request.currentContextView().get(MARK));
                }))
                .build();
    }

    @Override
    public Transport echoServer() {
        return transport(false);
    }

    @Override
    public Transport neverAnswering() {
        return transport(true);
    }

    /** Requests go by connections of their own, so the order in which they arrive is not that in which they were sent. */
    @Override
    public void awaitArrival(Connection connection, Mono<JsonRpcMessage> echo) {
        assertThat(echo.block(limit())).isNotNull();
        eventually(traffic.get(traffic.size() - 1)::arrived);
    }

    @Override
    public void assertNothingLeft() {
        eventually(() -> traffic.stream().allMatch(each -> each.server.connections() == 0));
    }

    @AfterEach
    void stopServers() {
        traffic.forEach(each -> each.server.stop());
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
