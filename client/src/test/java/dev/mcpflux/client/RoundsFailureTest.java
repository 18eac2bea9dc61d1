package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Failures of requests that take more than one round (2026-07-28: basic/patterns/mrtr). */
class RoundsFailureTest {

    private static final String DONE = "{'resultType':'complete','content':[]}";
    private static final String ASK = "{\"a\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"name?\"}}}";
    private static final String ASK_MODEL =
            "{\"a\":{\"method\":\"sampling/createMessage\",\"params\":{\"maxTokens\":1,\"messages\":[]}}}";
    private static final String FORM = "{\"resultType\":\"input_required\",\"inputRequests\":" + ASK + "}";
    private static final String MODEL = "{\"resultType\":\"input_required\",\"inputRequests\":" + ASK_MODEL + "}";
    private static final String STATE = "{\"resultType\":\"input_required\",\"requestState\":\"s\"}";
    private static final ClientHandlers SAYS_NO = ClientHandlers.builder()
            .elicitation(question -> Mono.just(Elicitation.ElicitResult.decline()))
            .build();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s").discovery("{'tools':{},'prompts':{},'resources':{}}");
    private final TestSubscriber<Object> call = TestSubscriber.create();

    private static ClientHandlers form(Mono<Elicitation.ElicitResult> answer) {
        return ClientHandlers.builder().elicitation(question -> answer).build();
    }

    private McpSession opened(SessionOptions options) {
        McpSession session =
                McpSession.create(peer.transport(), options.mutate().timer(time).build());
        session.open().block();
        return session;
    }

    private McpSession opened(ClientHandlers handlers) {
        return opened(SessionOptions.builder().handlers(handlers).build());
    }

    private void fails(Publisher<?> request, Class<? extends McpException> type, String message) {
        StepVerifier.create(Flux.from(request).ignoreElements())
                .verifyErrorSatisfies(e -> assertThat(e).isInstanceOf(type).hasMessageContaining(message));
    }

    // invalid responses

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resultType\":\"input_required\"}",
                "{\"resultType\":\"input_required\",\"inputRequests\":null,\"requestState\":null}"
            })
    void unspecifiedInputRequestFails(String result) {
        peer.expect("tools/call").reply(result);
        McpSession session = opened(SAYS_NO);
        fails(
                session.callTool("t", null),
                McpProtocolException.class,
                "server 's': tools/call requires input, but does not request any");
        assertThat(session.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"strange", "task", "COMPLETE", ""})
    void unknownResultTypeFails(String type) {
        String task = ",\"taskId\":\"1\",\"status\":\"working\"";
        peer.expect("tools/call")
                .reply("{\"resultType\":\"" + type + "\",\"content\":[]" + task + "}")
                .expect("prompts/get")
                .reply("{\"resultType\":\"" + type + "\",\"messages\":[]" + task + "}")
                .expect("resources/read")
                .reply("{\"resultType\":\"" + type + "\",\"contents\":[]" + task + "}")
                .expect("tools/call")
                .reply("{\"resultType\":\"" + type + "\",\"content\":[]" + task + "}");
        McpSession session = opened(SAYS_NO);
        String message = " has the type '" + type + "', which is not allowed";
        fails(session.callTool("t", null), McpProtocolException.class, "tools/call" + message);
        fails(session.getPrompt("p", Map.of()), McpProtocolException.class, "prompts/get" + message);
        fails(session.readResource("file:///a"), McpProtocolException.class, "resources/read" + message);
        fails(session.streamTool("t", null), McpProtocolException.class, "tools/call" + message);
        peer.verify();
    }

    @Test
    void inputRequiredByOtherMethodFails() {
        peer.expect("tools/list")
                .reply(FORM)
                .expect("prompts/list")
                .reply(FORM)
                .expect("resources/list")
                .reply(FORM)
                .expect("server/discover")
                .reply(FORM);
        McpSession session = opened(SAYS_NO);
        fails(session.listTools(), McpProtocolException.class, "the result of tools/list");
        fails(session.listPrompts(), McpProtocolException.class, "the result of prompts/list");
        fails(session.listResources(), McpProtocolException.class, "the result of resources/list");
        fails(session.ping(), McpProtocolException.class, "the result of server/discover");
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {FORM, STATE, "{\"resultType\":\"task\",\"taskId\":\"1\",\"status\":\"working\"}"})
    void legacyResultTypeIsNotInterpreted(String result) {
        ScriptedPeer legacy =
                ScriptedPeer.named("s").handshake().expect("tools/call").reply(result);
        McpSession session = McpSession.create(
                legacy.transport(), SessionOptions.builder().handlers(SAYS_NO).build());
        session.open().block();
        fails(session.callTool("t", null), McpProtocolException.class, "which is not allowed");
        legacy.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"params\":{}}}",
                "{\"a\":null}",
                "{\"a\":7}",
                "{\"a\":{\"method\":7}}",
                "[1]",
                "{\"a\":{\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}}",
                "{\"a\":{\"method\":\"elicitation/create\",\"params\":[1]}}"
            })
    void invalidInputRequestFails(String inputs) {
        peer.expect("tools/call").reply("{\"resultType\":\"input_required\",\"inputRequests\":" + inputs + "}");
        McpSession session = opened(SAYS_NO);
        fails(session.callTool("t", null), McpProtocolException.class, "server 's': ");
        assertThat(session.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "5"})
    void endlessInputRequestsFail(int rounds) {
        for (int i = 0; i <= rounds; i++) {
            peer.expect("tools/call").reply(FORM);
        }
        McpSession session = opened(
                SessionOptions.builder().handlers(SAYS_NO).maxRounds(rounds).build());
        fails(session.callTool("t", null), McpProtocolException.class, "still did not answer tools/call");
        peer.verify();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "5"})
    void maxRoundsAreAllowed(int rounds) {
        for (int i = 0; i < rounds; i++) {
            peer.expect("tools/call").reply(STATE);
        }
        peer.expect("tools/call").reply(DONE);
        McpSession session = opened(SessionOptions.builder().maxRounds(rounds).build());
        StepVerifier.create(session.callTool("t", null)).expectNextCount(1).verifyComplete();
    }

    @Test
    void errorInLaterRoundFailsCall() {
        peer.expect("tools/call").reply(FORM).expect("tools/call").replyError(-32602, "stale state");
        fails(
                opened(SAYS_NO).callTool("t", null),
                McpPeerErrorException.class,
                "tools/call failed: stale state (-32602)");
    }

    // handlers

    @Test
    void failingHandlerFailsCall() {
        peer.expect("tools/call").reply(FORM).expect("tools/call").reply(FORM);
        IllegalStateException mine = new IllegalStateException("no screen");
        McpSession session = opened(form(Mono.error(mine)));
        StepVerifier.create(session.callTool("t", null))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpHandlerException.class)
                        .hasMessageStartingWith("server 's': the handler for elicitation/create failed: ")
                        .hasCause(mine));
        fails(session.streamTool("t", null), McpHandlerException.class, "server 's'");
        assertThat(session.pendingRequests()).isZero();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @Test
    void throwingHandlerFailsCall() {
        peer.expect("tools/call").reply(FORM);
        ClientHandlers throwing = ClientHandlers.builder()
                .elicitation(question -> {
                    throw new IllegalStateException("no screen");
                })
                .build();
        fails(opened(throwing).callTool("t", null), McpHandlerException.class, "elicitation/create failed");
    }

    @Test
    void failingHandlerCancelsOtherHandlers() {
        peer.expect("tools/call")
                .reply("{\"resultType\":\"input_required\",\"inputRequests\":"
                        + ASK_MODEL.substring(0, ASK_MODEL.length() - 1) + ",\"b\":{\"method\":\"roots/list\"}}}");
        PublisherProbe<Sampling.CreateMessageResult> model = PublisherProbe.of(Mono.never());
        ClientHandlers handlers = ClientHandlers.builder()
                .sampling(question -> model.mono())
                .roots(server -> Mono.error(new IllegalStateException("no disk")))
                .build();
        fails(opened(handlers).callTool("t", null), McpHandlerException.class, "the handler for roots/list failed");
        model.assertWasCancelled();
    }

    @Test
    void emptySamplingHandlerFailsCall() {
        peer.expect("tools/call").reply(MODEL);
        ClientHandlers silent =
                ClientHandlers.builder().sampling(question -> Mono.empty()).build();
        fails(
                opened(silent).callTool("t", null),
                McpHandlerException.class,
                "server 's': the handler for sampling/createMessage gave no answer");
    }

    @Test
    void emptyElicitationHandlerIsCancel() {
        peer.expect("tools/call")
                .reply(FORM)
                .expect(
                        "tools/call",
                        m -> m.at("/params/inputResponses").toString().equals("{\"a\":{\"action\":\"cancel\"}}"))
                .reply(DONE);
        StepVerifier.create(opened(form(Mono.empty())).callTool("t", null))
                .expectNextCount(1)
                .verifyComplete();
        peer.verify();
    }

    @Test
    void inputRequestWithoutHandlerFailsCall() {
        peer.expect("tools/call").reply(MODEL);
        fails(
                opened(SAYS_NO).callTool("t", null),
                McpProtocolException.class,
                "server 's': it asks for sampling/createMessage, which this client did not declare");
    }

    @Test
    void handlerTimeoutFailsCall() {
        peer.expect("tools/call").reply(FORM);
        PublisherProbe<Elicitation.ElicitResult> person = PublisherProbe.of(Mono.never());
        McpSession session = opened(SessionOptions.builder()
                .handlers(form(person.mono()))
                .handlerTimeout(Duration.ofMinutes(2))
                .build());
        session.callTool("t", null).subscribe(call);
        time.advanceTimeBy(Duration.ofSeconds(119));
        assertThat(call.isTerminated()).as("the idle limit is not for people").isFalse();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError())
                .isInstanceOf(McpHandlerException.class)
                .hasMessageStartingWith("server 's': the handler for elicitation/create took more than ");
        person.assertWasCancelled();
    }

    // timeouts and cancellation

    @Test
    void totalTimeoutCoversRoundsAndHandlers() {
        peer.expect("tools/call").reply(FORM).expect("tools/call").reply(FORM).expect("tools/call");
        peer.expect("notifications/cancelled", m -> m.at("/params/requestId").asInt() == 4);
        AtomicInteger cancelled = new AtomicInteger();
        McpSession session = opened(form(Mono.delay(Duration.ofSeconds(4), time)
                .thenReturn(Elicitation.ElicitResult.decline())
                .doOnCancel(cancelled::incrementAndGet)));
        session.callTool("t", null, RequestOptions.within(Duration.ofSeconds(5), Duration.ofSeconds(10)))
                .subscribe(call);
        time.advanceTimeBy(Duration.ofMillis(9999));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        timedOutAfterTenSeconds();
        assertThat(cancelled).hasValue(0);
        peer.verify();
        assertThat(session.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void totalTimeoutCancelsHandlerWithoutNotification(boolean signals) {
        peer.expect("tools/call").reply(FORM);
        PublisherProbe<Elicitation.ElicitResult> person = PublisherProbe.of(Mono.never());
        McpSession session = opened(form(person.mono()));
        RequestOptions options = RequestOptions.within(Duration.ofSeconds(5), Duration.ofSeconds(10));
        Flux.from(signals ? session.streamTool("t", null, options) : session.callTool("t", null, options))
                .subscribe(call);
        time.advanceTimeBy(Duration.ofMillis(9999));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        timedOutAfterTenSeconds();
        person.assertWasCancelled();
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "tools/call");
    }

    @Test
    void totalTimeoutOfSignalsNotifiesServer() {
        peer.expect("tools/call")
                .expect(
                        "notifications/cancelled",
                        m -> m.at("/params/requestId").asInt() == 2);
        McpSession session = opened(SAYS_NO);
        session.streamTool("t", null, RequestOptions.within(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                .subscribe(call);
        time.advanceTimeBy(Duration.ofSeconds(10));
        timedOutAfterTenSeconds();
        peer.verify();
        assertThat(session.pendingRequests()).isZero();
    }

    private void timedOutAfterTenSeconds() {
        assertThat(call.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTimeoutException.class, e -> assertThat(e.limit()).isEqualTo(Duration.ofSeconds(10)))
                .hasMessageStartingWith("server 's': tools/call took longer than 10 s");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancellingDisposesHandlerWithoutNotification(boolean signals) {
        peer.expect("tools/call").reply(FORM);
        PublisherProbe<Elicitation.ElicitResult> person = PublisherProbe.of(Mono.never());
        McpSession session = opened(form(person.mono()));
        Flux.from(signals ? session.streamTool("t", null) : session.callTool("t", null))
                .subscribe(call);
        person.assertWasSubscribed();
        assertThat(session.pendingRequests()).as("no request waits").isZero();
        call.cancel();
        person.assertWasCancelled();
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "tools/call");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancellingInSecondRoundCancelsSecondId(boolean signals) {
        peer.expect("tools/call")
                .reply(FORM)
                .expect("tools/call")
                .expect(
                        "notifications/cancelled",
                        m -> m.at("/params/requestId")
                                        .equals(peer.received().get(2).path("id"))
                                && m.at("/params/requestId").asInt() == 3);
        McpSession session = opened(SAYS_NO);
        Flux.from(signals ? session.streamTool("t", null) : session.callTool("t", null))
                .subscribe(call);
        assertThat(session.pendingRequests()).isOne();
        call.cancel();
        peer.verify();
        assertThat(session.pendingRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingSessionCancelsHandlerAndFailsCall(boolean signals) {
        peer.expect("tools/call").reply(FORM);
        PublisherProbe<Elicitation.ElicitResult> person = PublisherProbe.of(Mono.never());
        McpSession session = opened(form(person.mono()));
        Flux.from(signals ? session.streamTool("t", null) : session.callTool("t", null))
                .subscribe(call);
        session.close().block();
        person.assertWasCancelled();
        assertThat(call.expectTerminalError())
                .isInstanceOf(McpClosedException.class)
                .hasMessageContaining("server 's'");
    }

    @Test
    void lostServerDuringHandlerFailsCall() {
        peer.expect("tools/call").reply(FORM).close();
        PublisherProbe<Elicitation.ElicitResult> person = PublisherProbe.of(Mono.never());
        McpSession session = opened(form(person.mono()));
        session.callTool("t", null).subscribe(call);
        person.assertWasCancelled();
        assertThat(call.expectTerminalError()).isInstanceOf(McpConnectionException.class);
    }
}
