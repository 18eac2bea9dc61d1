package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpServerTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class WatchedTransportTest {

    private final List<JSONRPCMessage> sent = new ArrayList<>();
    private Sinks.Empty<Void> sending = Sinks.empty();
    private final WatchedTransport transport = new WatchedTransport(
            new McpServerTransport() {
                @Override
                public Mono<Void> sendMessage(JSONRPCMessage message) {
                    sent.add(message);
                    return sending.asMono();
                }

                @Override
                public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Mono<Void> closeGracefully() {
                    return Mono.empty();
                }
            },
            Sinks.empty());

    private static JSONRPCMessage message(String method) {
        return new McpSchema.JSONRPCNotification("2.0", method, null);
    }

    @Test
    void sendsOneMessageAfterTheOther() {
        TestSubscriber<Void> first = TestSubscriber.create();
        TestSubscriber<Void> second = TestSubscriber.create();
        transport.sendMessage(message("a")).subscribe(first);
        transport.sendMessage(message("b")).subscribe(second);
        assertThat(sent).containsExactly(message("a"));
        assertThat(first.isTerminated()).isFalse();

        Sinks.Empty<Void> before = sending;
        sending = Sinks.empty();
        before.tryEmitEmpty();
        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(sent).containsExactly(message("a"), message("b"));
        assertThat(second.isTerminated()).isFalse();
    }

    @Test
    void unsendableMessageFailsAlone() {
        sending.tryEmitError(new IllegalStateException("stuck"));
        StepVerifier.create(transport.sendMessage(message("a"))).verifyErrorMessage("stuck");
        sending = Sinks.empty();
        sending.tryEmitEmpty();
        StepVerifier.create(transport.sendMessage(message("b"))).verifyComplete();
        assertThat(sent).containsExactly(message("a"), message("b"));
    }
}
