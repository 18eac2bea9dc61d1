package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.server.McpNotificationHandler;
import io.modelcontextprotocol.server.McpRequestHandler;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class CancellableSessionTest {

    private final RecordingTransport transport = new RecordingTransport();
    private final TestPublisher<Object> work = TestPublisher.create();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final CancellableSession session = new CancellableSession(
            new McpServerSession(
                    "session",
                    Duration.ofSeconds(1),
                    transport,
                    request -> Mono.empty(),
                    Map.<String, McpRequestHandler<?>>of("work", (exchange, params) -> work.mono()),
                    Map.<String, McpNotificationHandler>of(
                            "notifications/initialized", (exchange, params) -> Mono.empty(),
                            "notifications/faulty", (exchange, params) -> Mono.error(new IllegalStateException("x")))),
            transport,
            closed.asMono());

    @BeforeEach
    void initialized() {
        StepVerifier.create(session.handle(new JSONRPCNotification("notifications/initialized", null)))
                .verifyComplete();
    }

    @Test
    void answersOtherRequestsAfterACancellation() {
        StepVerifier.create(session.handle(request(1)))
                .then(() -> work.emit("done"))
                .verifyComplete();

        assertThat(transport.sent).hasSize(1);
    }

    @Test
    void cancelledRequestHasNoResponse() {
        StepVerifier.create(session.handle(request(1)))
                .then(() -> work.assertSubscribers(1))
                .then(() -> cancel(2))
                .then(() -> work.assertNotCancelled())
                .then(() -> cancel(1))
                .verifyComplete();

        work.assertCancelled();
        assertThat(transport.sent).isEmpty();
    }

    @Test
    void ignoresACancellationWithoutId() {
        StepVerifier.create(session.handle(new JSONRPCNotification("notifications/cancelled", null)))
                .verifyComplete();
        StepVerifier.create(session.handle(new JSONRPCNotification("notifications/cancelled", Map.of())))
                .verifyComplete();
    }

    @Test
    void stopsTheWorkWhenTheSessionEnds() {
        StepVerifier.create(session.handle(request(1)))
                .then(closed::tryEmitEmpty)
                .verifyComplete();

        work.assertCancelled();
    }

    @Test
    void continuesAfterAFailedMessage() {
        StepVerifier.create(session.handle(new JSONRPCNotification("notifications/faulty", null)))
                .verifyComplete();
    }

    private static JSONRPCRequest request(int id) {
        return new JSONRPCRequest("work", id, null);
    }

    private void cancel(int id) {
        StepVerifier.create(session.handle(new JSONRPCNotification("notifications/cancelled", Map.of("requestId", id))))
                .verifyComplete();
    }

    private static final class RecordingTransport implements McpServerTransport {

        private final List<JSONRPCMessage> sent = new ArrayList<>();

        @Override
        public Mono<Void> sendMessage(JSONRPCMessage message) {
            return Mono.fromRunnable(() -> sent.add(message));
        }

        @Override
        public Mono<Void> closeGracefully() {
            return Mono.empty();
        }

        @Override
        public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
