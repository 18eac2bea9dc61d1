package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** When requests of legacy servers are answered, how many at a time, and when they are abandoned. */
class ServerQuestionFlowTest {

    private static final String ASK = "elicitation/create";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private final List<String> started = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private final Map<String, Sinks.One<Elicitation.ElicitResult>> people = new HashMap<>();
    private final TestSubscriber<Object> call = TestSubscriber.create();

    /** Handlers that answer when the test decides. */
    private final ClientHandlers handlers = ClientHandlers.builder()
            .elicitation(question -> {
                String message = question.params().message();
                started.add(message);
                Sinks.One<Elicitation.ElicitResult> person = Sinks.one();
                people.put(message, person);
                return person.asMono().doOnCancel(() -> cancelled.add(message));
            })
            .build();

    private void answers(String message) {
        people.get(message).tryEmitValue(Elicitation.ElicitResult.decline());
    }

    private SessionOptions.Builder options() {
        return SessionOptions.builder().era(EraPolicy.LEGACY).handlers(handlers).timer(time);
    }

    private McpSession opened(SessionOptions options) {
        McpSession session = McpSession.create(peer.transport(), options);
        session.open().block();
        return session;
    }

    private ScriptedPeer ask(String id) {
        return peer.request(id, ASK, "{\"message\":" + McpJson.mapper().writeValueAsString("q" + id) + "}");
    }

    private void cancels(String id) {
        peer.notify("notifications/cancelled", "{\"requestId\":" + id + ",\"reason\":\"never mind\"}");
    }

    // limits

    @Test
    void handlersRunConcurrentlyUpToLimit() {
        peer.handshake();
        ask("1");
        ask("2");
        ask("3");
        ask("4");
        peer.expectResponse("2").expectResponse("3").expectResponse("1").expectResponse("4");
        opened(options().maxConcurrentHandlers(2).build());
        assertThat(started).containsExactly("q1", "q2");
        answers("q2");
        assertThat(started).containsExactly("q1", "q2", "q3");
        answers("q3");
        answers("q1");
        answers("q4");
        peer.verify();
        assertThat(cancelled).isEmpty();
    }

    @Test
    void requestOfCancelledCallIsAbandoned() {
        peer.handshake().expect("tools/call");
        ask("1").expect("notifications/cancelled")
                .expect(
                        "response:1",
                        m -> m.path("error")
                                .path("message")
                                .asString("")
                                .equals("the call that it was asked for was given up"));
        McpSession session = opened(options().build());
        session.callTool("x", null).subscribe().dispose();
        assertThat(cancelled).containsExactly("q1");
        peer.verify();
    }

    @Test
    void requestsOfTimedOutCallAreAbandoned() {
        peer.handshake().expect("tools/call");
        ask("1");
        ask("2").expect("notifications/cancelled").expectResponse("2").expectResponse("1");
        McpSession session = opened(options()
                .maxConcurrentHandlers(1)
                .request(RequestOptions.within(Duration.ofSeconds(3)))
                .build());
        session.streamTool("x", null).onErrorComplete().subscribe();
        // the server counts as active while its request is answered: only the total timeout ends the call
        time.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(cancelled).contains("q1");
        assertThat(started).containsExactly("q1");
        peer.verify();
    }

    @Test
    void requestOfTwoPossibleCallsIsAbandonedAfterBoth() {
        peer.handshake().expect("tools/call").expect("tools/call");
        ask("1").expect("notifications/cancelled")
                .expect("ping")
                .reply("{}")
                .raw("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":[]}}")
                .expectResponse("1");
        McpSession session = opened(options().build());
        Disposable first = session.callTool("x", null).subscribe();
        session.callTool("x", null).subscribe();
        first.dispose();
        assertThat(cancelled).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(1));
        session.ping().block();
        assertThat(cancelled).containsExactly("q1");
        peer.verify();
    }

    @Test
    void requestBeforeCallIsNotAbandoned() {
        peer.handshake();
        ask("1").expect("tools/call").expect("notifications/cancelled").expectResponse("1");
        McpSession session = opened(options().build());
        time.advanceTimeBy(Duration.ofMillis(1));
        session.callTool("x", null).subscribe().dispose();
        assertThat(cancelled).isEmpty();
        answers("q1");
        peer.verify();
    }

    @Test
    void waitingRequestsAreLimitedInBytes() {
        peer.handshake();
        String large = "{\"message\":\"" + "x".repeat(7 * 1024 * 1024) + "\"}";
        for (int i = 1; i <= 3; i++) {
            peer.request("" + i, ASK, large);
        }
        peer.expect(
                "response:3", m -> m.path("error").path("message").asString("").equals("the client is overloaded"));
        opened(options().maxConcurrentHandlers(1).build());
        assertThat(started).hasSize(1);
        peer.verify();
    }

    @Test
    void requestWithHugeIdIsNotAnswered() {
        peer.handshake().request("\"" + "x".repeat(1024 * 1024) + "\"", "ping", "{}");
        peer.request("7", "ping", "{}").expectResponse("7");
        opened(options().build());
        peer.verify();
    }

    @Test
    void pingIsAnsweredWhileHandlersAreBusy() {
        peer.handshake();
        ask("1");
        ask("2");
        peer.request("3", "ping", "{}")
                .expect(
                        "response:3",
                        m -> m.path("result").isObject() && m.path("result").isEmpty());
        opened(options().maxConcurrentHandlers(1).build());
        peer.verify();
        assertThat(started).containsExactly("q1");
    }

    @Test
    void requestsBeyondQueueAreRejected() {
        peer.handshake();
        for (int id = 0; id <= 256; id++) {
            ask(Integer.toString(id));
        }
        ask("257");
        peer.expect(
                "response:257",
                m -> m.at("/error/code").asInt() == -32603
                        && m.at("/error/message").asString().equals("the client is overloaded"));
        peer.expectResponse("0").expect("ping").reply("{}");
        ask("258");
        McpSession session = opened(options().maxConcurrentHandlers(1).build());
        answers("q0");
        session.ping().block();
        peer.verify();
        assertThat(started).containsExactly("q0", "q1");
        assertThat(peer.receivedMethods())
                .as("there was room again for another one")
                .doesNotContain("response:258");
        session.close().block();
        assertThat(started).hasSize(2);
        assertThat(cancelled).containsExactly("q1");
    }

    // cancellation by the server

    @Test
    void cancelledRequestStopsHandlerWithoutAnswer() {
        peer.handshake();
        ask("5");
        cancels("5");
        peer.request("6", "ping", "{}").expectResponse("6");
        opened(options().build());
        peer.verify();
        assertThat(started).containsExactly("q5");
        assertThat(cancelled).containsExactly("q5");
        answers("q5");
        assertThat(peer.receivedMethods()).doesNotContain("response:5");
    }

    @Test
    void cancelledWaitingRequestReachesNoHandler() {
        peer.handshake();
        ask("1");
        ask("\"two\"");
        ask("3");
        cancels("\"two\"");
        peer.expectResponse("1").expectResponse("3");
        opened(options().maxConcurrentHandlers(1).build());
        answers("q1");
        answers("q3");
        peer.verify();
        assertThat(started).containsExactly("q1", "q3");
        assertThat(peer.receivedMethods()).doesNotContain("response:\"two\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"requestId\":99}", "{}", "{\"requestId\":null}", "{\"requestId\":1.5}", "{\"reason\":\"x\"}"})
    void cancellationOfUnknownRequestIsIgnored(String params) {
        peer.handshake().notify("notifications/cancelled", params);
        ask("1");
        peer.expectResponse("1").request("2", "ping", "{}").expectResponse("2");
        opened(options().build());
        answers("q1");
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notifications/resources/updated",
                "notifications/elicitation/complete",
                "notifications/message",
                "notifications/progress",
                "notifications/tools/list_changed",
                "notifications/tasks/status",
                "notifications/subscriptions/acknowledged"
            })
    void notificationWithoutParamsIsIgnored(String method) {
        peer.handshake().notify(method, "{}").request("2", "ping", "{}").expectResponse("2");
        opened(options().build());
        peer.verify();
    }

    // end of the session

    @Test
    void closingSessionStopsHandlersWithoutAnswers() {
        peer.handshake();
        ask("1");
        ask("2");
        McpSession session = opened(options().build());
        session.close().block();
        assertThat(cancelled).containsExactlyInAnyOrder("q1", "q2");
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized");
    }

    @Test
    void endOfServerStopsHandlers() {
        peer.handshake().expect("ping").reply("{}");
        ask("1");
        peer.close();
        opened(options().build()).ping().block();
        assertThat(started).containsExactly("q1");
        assertThat(cancelled).containsExactly("q1");
    }

    // start of the session

    @Test
    void requestRightAfterInitializedIsAnswered() {
        peer.handshake();
        ask("1");
        peer.expectResponse("1");
        opened(options().build());
        answers("q1");
        peer.verify();
    }

    @Test
    void onlyPingIsAnsweredBeforeNegotiation() {
        peer.expect("initialize").request("\"p\"", "ping", "{}").expectResponse("\"p\"");
        ask("1");
        peer.expect("response:1", m -> m.at("/error/code").asInt() == -32600)
                .raw(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}}")
                .expect("notifications/initialized");
        opened(options().build());
        peer.verify();
        assertThat(started).isEmpty();
    }

    @Test
    void handlersAreDeclaredAtInitialize() {
        assertThat(declared(ClientHandlers.NONE)).isEqualTo("{}");
        assertThat(declared(handlers)).isEqualTo("{\"elicitation\":{\"form\":{}}}");
        assertThat(declared(ClientHandlers.builder()
                        .urlElicitation(question -> Mono.empty())
                        .sampling(question -> Mono.empty())
                        .roots(List.of())
                        .build()))
                .isEqualTo("{\"roots\":{},\"sampling\":{},\"elicitation\":{\"url\":{}}}");
        assertThat(declared(ClientHandlers.builder()
                        .samplingWithTools(question -> Mono.empty())
                        .roots(List.of())
                        .rootsChanges(Mono.never())
                        .build()))
                .isEqualTo("{\"roots\":{\"listChanged\":true},\"sampling\":{\"tools\":{}}}");
    }

    private String declared(ClientHandlers with) {
        ScriptedPeer one = ScriptedPeer.named("s").handshake();
        McpSession.create(one.transport(), options().handlers(with).build())
                .open()
                .block();
        return one.received().get(0).at("/params/capabilities").toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "\"\"", "\"0\"", "\"a\\\"b\"", "9007199254740993", "123456789012345678901234567890"})
    void idIsReturnedUnchanged(String id) {
        peer.handshake();
        ask(id);
        peer.expectResponse(id);
        opened(options().build());
        answers("q" + id);
        peer.verify();
    }

    // modern era

    @Test
    void requestOfModernServerIsNeverAnswered() {
        peer.discovery().expect("tools/call");
        ask("1");
        peer.request("2", "ping", "{}").request("3", "no/such", "{}").reply("{'content':[]}");
        McpSession session = opened(options().era(EraPolicy.AUTO).build());
        session.callTool("t", null).block();
        assertThat(started).isEmpty();
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "tools/call");
    }

    // timeouts

    private Flux<?> calls(McpSession session, boolean signals) {
        RequestOptions options = RequestOptions.within(Duration.ofSeconds(60), Duration.ofMinutes(10));
        return Flux.from(signals ? session.streamTool("t", null, options) : session.callTool("t", null, options));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void idleTimeoutIsSuspendedWhileRequestIsAnswered(boolean signals) {
        peer.handshake().expect("tools/call");
        ask("9");
        peer.expectResponse("9").raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[]}}");
        calls(opened(options().build()), signals).subscribe(call);
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(call.isTerminated()).isFalse();
        answers("q9");
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answeringTimeDoesNotCountAsIdle(boolean signals) {
        peer.handshake().expect("tools/call").expect("ping").reply("{}");
        ask("9");
        peer.expectResponse("9").expect("notifications/cancelled");
        McpSession session = opened(options().build());
        calls(session, signals).subscribe(call);
        time.advanceTimeBy(Duration.ofSeconds(10));
        session.ping().block();
        time.advanceTimeBy(Duration.ofSeconds(49));
        answers("q9");
        // 59 s have passed, 11 of them without activity
        time.advanceTimeBy(Duration.ofSeconds(48));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(12));
        assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void silenceWithoutAQuestionIsIdle(boolean signals) {
        peer.handshake().expect("tools/call").expect("notifications/cancelled");
        calls(opened(options().build()), signals).subscribe(call);
        time.advanceTimeBy(Duration.ofMillis(59_999));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void totalTimeoutIsNotSuspended(boolean signals) {
        peer.handshake().expect("tools/call");
        ask("9");
        // the call was cancelled, so the server does not need the answer
        peer.expect("notifications/cancelled").expectResponse("9");
        calls(opened(options().handlerTimeout(Duration.ofHours(1)).build()), signals)
                .subscribe(call);
        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(call.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTimeoutException.class, e -> assertThat(e.limit()).isEqualTo(Duration.ofMinutes(10)));
        peer.verify();
    }
}
