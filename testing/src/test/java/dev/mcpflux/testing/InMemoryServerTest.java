package dev.mcpflux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ProgressParams;
import dev.mcpflux.protocol.Tool;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class InMemoryServerTest {

    private final AtomicBoolean stopped = new AtomicBoolean();

    private final InMemoryServer server = InMemoryServer.named("weather")
            .tool("lookup", arguments -> "sunny in " + arguments.path("city").asString())
            .tool("broken", arguments -> {
                throw new IllegalStateException("no data");
            })
            .handle("slow", call -> Mono.<CallToolResult>never().doOnCancel(() -> stopped.set(true)))
            .handle("steps", call -> Mono.<CallToolResult>empty().doOnSubscribe(s -> call.progress(1, 2)));

    private <T> Flux<T> use(Function<TestClient, ? extends Publisher<T>> body) {
        return TestClient.use(server.transport(), body);
    }

    @Test
    void servesAnyNumberOfConnections() {
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(use(s -> s.listTools().map(Tool::name)))
                    .expectNext("lookup", "broken", "slow", "steps")
                    .verifyComplete();
            StepVerifier.create(use(s -> s.ping()
                            .thenMany(Flux.range(0, 3)
                                    .concatMap(n -> s.callTool("lookup", Map.of("city", "Lisbon" + n)))
                                    .map(CallToolResult::text))))
                    .expectNext("sunny in Lisbon0", "sunny in Lisbon1", "sunny in Lisbon2")
                    .verifyComplete();
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void failingToolIsAResultAndAnUnknownOneAnError() {
        StepVerifier.create(use(s -> s.callTool("broken", null)))
                .assertNext(r -> {
                    assertThat(r.isError()).isTrue();
                    assertThat(r.text()).isEqualTo("no data");
                })
                .verifyComplete();
        StepVerifier.create(use(s -> s.callTool("nothing", null))).verifyError(McpPeerErrorException.class);
    }

    @Test
    void reportsProgress() {
        StepVerifier.create(use(s -> s.streamTool("steps")))
                .assertNext(first -> assertThat(((JsonRpcMessage.Notification) first).params())
                        .isInstanceOfSatisfying(ProgressParams.class, step -> {
                            assertThat(step.progress()).isEqualTo(1);
                            assertThat(step.total()).isEqualTo(2.0);
                        }))
                .assertNext(last -> assertThat(last).isInstanceOf(JsonRpcMessage.Success.class))
                .verifyComplete();
    }

    @Test
    void handlerIsCancelledWithItsCallAndItsClient() {
        StepVerifier.create(use(s -> {
                    Disposable call = s.callTool("slow", null).subscribe();
                    assertThat(server.connections()).isOne();
                    assertThat(stopped).isFalse();
                    call.dispose();
                    assertThat(stopped).isTrue();
                    stopped.set(false);
                    s.callTool("slow", null).subscribe(r -> {}, e -> {});
                    return Mono.just(1);
                }))
                .expectNext(1)
                .verifyComplete();
        assertThat(stopped).isTrue();
        assertThat(server.connections()).isZero();
    }
}
