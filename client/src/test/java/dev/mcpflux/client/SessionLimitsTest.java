package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Time limits of a call besides its response, and operations that a session rejects. */
class SessionLimitsTest {

    private static final String RESULT = "{'content':[],'structuredContent':{'a':1}}";
    private static final String TOOLS =
            "{'tools':[{'name':'x','inputSchema':{'type':'object'},'outputSchema':{'type':'object'}}]}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s").handshake();
    private final AtomicInteger stopped = new AtomicInteger();

    private McpSession checkingForEver() {
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .timer(time)
                        .schemas((schema, value) ->
                                Mono.<java.util.List<String>>never().doOnCancel(stopped::incrementAndGet))
                        .build());
        session.open().block();
        return session;
    }

    private void timesOut(TestSubscriber<?> call) {
        time.advanceTimeBy(Duration.ofMillis(2900));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(200));
        assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        assertThat(stopped).hasValue(1);
    }

    @Test
    void resultValidationCountsTowardsCallTimeout() {
        peer.expect("tools/call").reply(RESULT).always("tools/list", TOOLS);
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        checkingForEver()
                .callTool("x", null, RequestOptions.within(Duration.ofSeconds(3)))
                .subscribe(call);
        timesOut(call);
    }

    @Test
    void resultValidationCountsTowardsSignalTimeout() {
        peer.expect("tools/call").reply(RESULT).always("tools/list", TOOLS);
        TestSubscriber<ToolSignal> call = TestSubscriber.create();
        checkingForEver()
                .streamTool("x", null, RequestOptions.within(Duration.ofSeconds(3)))
                .subscribe(call);
        timesOut(call);
    }

    @Test
    void argumentValidationCountsTowardsCallTimeout() {
        peer.always("tools/list", TOOLS);
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        checkingForEver()
                .callTool(
                        "x",
                        null,
                        RequestOptions.within(Duration.ofSeconds(3))
                                .mutate()
                                .validateArguments(true)
                                .build())
                .subscribe(call);
        timesOut(call);
    }

    @Test
    void openAfterCloseFails() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        session.close().block();
        StepVerifier.create(session.open()).verifyError(McpClosedException.class);
    }

    @Test
    void nestedBlockFailsAtOnce() {
        peer.expect("ping").reply("{}");
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        StepVerifier.create(session.ping()
                        .then(Mono.fromCallable(() -> session.ping().block())))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(IllegalStateException.class).hasMessageContaining("block"));
    }
}
