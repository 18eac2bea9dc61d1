package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

class CallOutcomeTest {

    private static final RequestSpec CALL =
            RequestSpec.of("tools/call", RequestEffect.MAY_ACT, null, EmptyResult.class);

    private final Queue queue = new Queue();
    private final Connection connection = Multiplexer.over("s", events -> queue);

    /** A stream that only writes messages that the test takes from its queue. */
    private static final class Queue implements DuplexConnection {
        private final List<Outbound> waiting = new ArrayList<>();
        private final Sinks.One<Termination> terminated = Sinks.one();

        @Override
        public Mono<Void> open() {
            return Mono.empty();
        }

        @Override
        public Flux<Frame> frames() {
            return Flux.never();
        }

        @Override
        public Mono<Void> send(JsonRpcMessage message) {
            return new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Void> actual) {
                    Outbound outbound = new Outbound(message, actual);
                    waiting.add(outbound);
                    actual.onSubscribe(outbound);
                }
            };
        }

        @Override
        public Mono<Termination> onTermination() {
            return terminated.asMono();
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

    private enum End {
        LOST,
        CLOSED
    }

    private McpException failureOf(TestSubscriber<JsonRpcMessage> call, End end) {
        if (end == End.LOST) {
            queue.terminated.tryEmitValue(Termination.lost("it is gone", Diagnostics.NONE, null));
        } else {
            connection.close().block();
        }
        Throwable e = call.expectTerminalError();
        assertThat(e).isInstanceOf(end == End.LOST ? McpConnectionException.class : McpClosedException.class);
        return (McpException) e;
    }

    private TestSubscriber<JsonRpcMessage> call() {
        TestSubscriber<JsonRpcMessage> call = TestSubscriber.create();
        connection.exchange(CALL).subscribe(call);
        return call;
    }

    @ParameterizedTest
    @EnumSource
    void waitingRequestIsTakenBackAndNotSent(End end) {
        connection.open().block();
        TestSubscriber<JsonRpcMessage> call = call();
        assertThat(failureOf(call, end).outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(queue.waiting.get(0).take()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void requestTakenForWritingHasAnUnknownOutcome(End end) {
        connection.open().block();
        TestSubscriber<JsonRpcMessage> call = call();
        assertThat(queue.waiting.get(0).take()).isTrue();
        assertThat(failureOf(call, end).outcome()).isEqualTo(CallOutcome.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void sentRequestHasAnUnknownOutcome(End end) {
        connection.open().block();
        TestSubscriber<JsonRpcMessage> call = call();
        assertThat(queue.waiting.get(0).take()).isTrue();
        queue.waiting.get(0).complete();
        assertThat(failureOf(call, end).outcome()).isEqualTo(CallOutcome.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void requestAfterTheEndIsNotSent(End end) {
        connection.open().block();
        failureOf(call(), end);
        assertThat(failureOf(call(), end).outcome()).isEqualTo(CallOutcome.NOT_SENT);
        assertThat(queue.waiting).hasSize(1);
    }

    @Test
    void tappedRequestsHaveTheSameOutcome() {
        connection.tap(() -> new WireTap() {
            @Override
            public void sent(JsonRpcMessage message) {}

            @Override
            public void received(Frame frame) {}
        });
        connection.open().block();
        assertThat(failureOf(call(), End.LOST).outcome()).isEqualTo(CallOutcome.NOT_SENT);
    }

    private static McpTimeoutException timeout(McpTimeoutException.Phase phase) {
        return new McpTimeoutException("s", phase, "x", Duration.ofSeconds(1), Diagnostics.NONE);
    }

    @Test
    void errorTypesThatImplyNotSent() {
        assertThat(List.of(
                        new McpStartException("s", "it is not there"),
                        new McpClosedException("s", "it is closed"),
                        new McpNotSentException("s", "too large", null),
                        new McpValidationException("s", "the arguments", List.of("no"), null),
                        timeout(McpTimeoutException.Phase.LAUNCH),
                        timeout(McpTimeoutException.Phase.HANDSHAKE)))
                .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(CallOutcome.NOT_SENT));
    }

    @Test
    void otherErrorsLeaveItUnknown() {
        CallToolResult result = new CallToolResult(List.of(), null, null, null, null);
        assertThat(List.of(
                        new McpConnectionException("s", "it is gone"),
                        new McpValidationException("s", "the result", List.of("no"), result),
                        new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32603, "no")),
                        timeout(McpTimeoutException.Phase.REQUEST),
                        timeout(McpTimeoutException.Phase.IDLE)))
                .allSatisfy(e -> assertThat(e.outcome()).isEqualTo(CallOutcome.UNKNOWN));
    }
}
