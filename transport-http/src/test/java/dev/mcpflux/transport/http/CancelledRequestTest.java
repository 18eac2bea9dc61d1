package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.HttpTransportContractTest.eventually;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.spi.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class CancelledRequestTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ROUNDS = 200;
    private static final double LATEST_NANOS = 6e6;

    /** Where the cancellation met the head of a response, about one connection in 600 stayed open before. */
    @ParameterizedTest
    @EnumSource(
            value = HttpKind.class,
            names = {"SSE", "AUTO"})
    @Tag("heavy")
    void cancelledAtAnyMomentItsConnectionCloses(HttpKind kind) {
        Random random = new Random();
        for (int round = 0; round < ROUNDS; round++) {
            List<EchoServer> servers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                EchoServer server = new EchoServer(i % 2 == 0, kind == HttpKind.SSE);
                servers.add(server);
                Connection connection = HttpTransport.builder("srv", server.url())
                        .kind(kind)
                        .build()
                        .connection();
                Mono<Void> sent = Mono.defer(() -> connection.notify(new JsonRpcMessage.Notification("x", null)));
                Disposable using =
                        connection.open().then(sent).onErrorComplete().subscribe();
                // early moments more often than late ones
                long until = System.nanoTime() + (long) (random.nextDouble() * random.nextDouble() * LATEST_NANOS);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                using.dispose();
                connection.close().block(LIMIT);
            }
            eventually(() -> servers.stream().allMatch(server -> server.connections() == 0));
            servers.forEach(EchoServer::stop);
        }
    }
}
