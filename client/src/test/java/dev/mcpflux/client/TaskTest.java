package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpHandlerException;
import dev.mcpflux.error.McpMissingCapabilityException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTaskException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Calls that a modern server answers with a task (extension io.modelcontextprotocol/tasks). */
class TaskTest {

    private static final RequestOptions LIMITS = RequestOptions.defaults();
    private static final String DONE = "{'resultType':'complete'}";
    private static final String RESULT = ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s").discovery();

    private McpSession opened() {
        return opened(options -> options);
    }

    private McpSession opened(UnaryOperator<SessionOptions.Builder> options) {
        McpSession session = McpSession.create(
                peer.transport(),
                options.apply(SessionOptions.builder().timer(time).extension(Extensions.TASKS))
                        .build());
        session.open().block();
        return session;
    }

    /** A response to a call that starts a task. */
    private static String created(String status, String members) {
        return task("task", status, members);
    }

    /** A response to {@code tasks/get}. */
    private static String now(String status, String members) {
        return task("complete", status, members);
    }

    private static String task(String type, String status, String members) {
        return "{\"resultType\":\"" + type + "\",\"taskId\":\"t1\",\"status\":\"" + status
                + "\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"lastUpdatedAt\":\"2026-01-01T00:00:00Z\",\"ttlMs\":null"
                + members + "}";
    }

    private static TestSubscriber<ToolSignal> signals(McpSession session, RequestOptions options) {
        TestSubscriber<ToolSignal> subscriber = TestSubscriber.create();
        session.streamTool("t", null, options).subscribe(subscriber);
        return subscriber;
    }

    private static TestSubscriber<CallToolResult> call(McpSession session) {
        TestSubscriber<CallToolResult> subscriber = TestSubscriber.create();
        session.callTool("t", null).subscribe(subscriber);
        return subscriber;
    }

    private static List<String> states(TestSubscriber<ToolSignal> subscriber) {
        return subscriber.getReceivedOnNext().stream()
                .map(signal -> signal instanceof ToolSignal.TaskStatus s
                        ? s.task().statusText()
                                + (s.task().statusMessage() == null
                                        ? ""
                                        : " " + s.task().statusMessage())
                        : signal instanceof ToolSignal.Result r
                                ? "= " + r.result().text()
                                : signal.toString())
                .toList();
    }

    private long asked(String method) {
        return peer.receivedMethods().stream().filter(method::equals).count();
    }

    // following a task

    @Test
    void taskBehavesLikeSlowCall() {
        peer.expect(
                        "tools/call",
                        m -> m.at(
                                                "/params/_meta/io.modelcontextprotocol~1clientCapabilities/extensions/io.modelcontextprotocol~1tasks")
                                        .isObject()
                                && m.at("/params/task").isMissingNode())
                .reply(created("working", ",\"pollIntervalMs\":1000"))
                .expect("tasks/get", m -> m.at("/params/taskId").asString().equals("t1"))
                .reply(now("completed", RESULT));
        McpSession session = opened();
        TestSubscriber<CallToolResult> call = call(session);
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(asked("tasks/get")).isZero();
        assertThat(session.pendingRequests()).isZero();
        assertThat(session.callsUnderWay()).isPositive();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(session.callsUnderWay()).isZero();
        assertThat(call.getReceivedOnNext().get(0).text()).isEqualTo("hi");
        assertThat(call.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void onlyChangedTaskStatesAreEmitted() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now("working", ""))
                .expect("tasks/get")
                .reply(now("working", ",\"statusMessage\":\"half\""))
                .expect("tasks/get")
                .reply(now("working", ",\"statusMessage\":\"half\",\"lastUpdatedAt\":\"2026-02-02T00:00:00Z\""))
                .expect("tasks/get")
                .reply(now("completed", RESULT));
        TestSubscriber<ToolSignal> signals = signals(opened(), LIMITS);
        assertThat(states(signals)).containsExactly("working");
        time.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(states(signals)).containsExactly("working", "working half", "completed", "= hi");
        assertThat(signals.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void pollIntervalFollowsServer() {
        peer.expect("tools/call")
                .reply(created("working", ",\"pollIntervalMs\":3000"))
                .expect("tasks/get")
                .reply(now("working", ",\"pollIntervalMs\":500"))
                .expect("tasks/get")
                .reply(now("working", ""))
                .expect("tasks/get")
                .reply(now("working", ",\"pollIntervalMs\":0"))
                .expect("tasks/get")
                .reply(now("working", ",\"pollIntervalMs\":-5"))
                .expect("tasks/get")
                .reply(now("completed", RESULT));
        TestSubscriber<CallToolResult> call = call(opened());
        long[] pauses = {3000, 500, 1000, 50, 50};
        for (int i = 0; i < pauses.length; i++) {
            time.advanceTimeBy(Duration.ofMillis(pauses[i] - 1));
            assertThat(asked("tasks/get")).isEqualTo(i);
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(asked("tasks/get")).isEqualTo(i + 1);
        }
        assertThat(call.isTerminatedComplete()).isTrue();
    }

    @Test
    void toolErrorIsResult() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now("completed", ",\"result\":{\"content\":[],\"isError\":true,\"resultType\":\"complete\"}"));
        TestSubscriber<CallToolResult> call = call(opened());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.getReceivedOnNext().get(0).isError()).isTrue();
    }

    @Test
    void failedTaskFailsCallWithTypedError() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now("failed", ",\"error\":{\"code\":-32603,\"message\":\"rate limit\"}"))
                .expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now("failed", ",\"error\":{\"code\":-32021,\"message\":\"m\",\"data\":{}}"));
        McpSession session = opened();
        TestSubscriber<ToolSignal> first = signals(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(states(first)).containsExactly("working", "failed");
        assertThat(first.expectTerminalError())
                .isExactlyInstanceOf(McpPeerErrorException.class)
                .hasMessage("server 's': tools/call failed: rate limit (-32603)");
        TestSubscriber<CallToolResult> second = call(session);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(second.expectTerminalError()).isInstanceOf(McpMissingCapabilityException.class);
        assertThat(asked("tasks/cancel")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "failed"})
    void taskWithoutResultFailsCall(String status) {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now(status, ",\"statusMessage\":\"the operator did\""));
        TestSubscriber<CallToolResult> call = call(opened());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTaskException.class, e -> assertThat(e.taskId()).isEqualTo("t1"))
                .hasMessage("server 's': task t1 ended as " + status + ": the operator did");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"result\":7", ",\"result\":true"})
    void invalidTaskResultFailsCall(String result) {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(now("completed", result));
        TestSubscriber<CallToolResult> call = call(opened());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError())
                .isInstanceOf(McpProtocolException.class)
                .hasMessageContaining("t1");
    }

    @Test
    void taskEndedAtCreationIsPolledAtOnce() {
        peer.expect("tools/call")
                .reply(created("completed", ""))
                .expect("tasks/get")
                .reply(now("completed", RESULT));
        TestSubscriber<ToolSignal> signals = signals(opened(), LIMITS);
        assertThat(states(signals)).containsExactly("completed", "= hi");
        peer.verify();
    }

    @Test
    void undeclaredTaskIsError() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tools/call")
                .reply(created("working", ""));
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().timer(time).build());
        session.open().block();
        assertThat(call(session).expectTerminalError())
                .isInstanceOf(McpProtocolException.class)
                .hasMessageContaining("'task'");
        assertThat(signals(session, LIMITS).expectTerminalError()).isInstanceOf(McpProtocolException.class);
    }

    @Test
    void taskInsteadOfOtherResultIsError() {
        peer.expect("prompts/get")
                .reply(created("working", ""))
                .expect("resources/read")
                .reply(created("working", ""))
                .expect("tools/list")
                .reply(created("working", ""));
        McpSession session = opened();
        StepVerifier.create(session.getPrompt("p", Map.of())).verifyError(McpProtocolException.class);
        StepVerifier.create(session.readResource("memo://u")).verifyError(McpProtocolException.class);
        StepVerifier.create(session.listTools()).verifyError(McpProtocolException.class);
    }

    @Test
    void thousandsOfPollsDoNotRecurse() {
        peer.expect("tools/call").reply(created("working", ",\"pollIntervalMs\":50"));
        for (int i = 0; i < 10_000; i++) {
            peer.expect("tasks/get").reply(now("working", ",\"pollIntervalMs\":50"));
        }
        peer.expect("tasks/get").reply(now("completed", RESULT));
        TestSubscriber<CallToolResult> call = call(opened());
        time.advanceTimeBy(Duration.ofMillis(50 * 10_001));
        assertThat(call.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    // input

    private static String asks(String... keys) {
        StringBuilder requests = new StringBuilder();
        for (String key : keys) {
            requests.append(requests.isEmpty() ? "" : ",")
                    .append('"')
                    .append(key)
                    .append("\":{\"method\":\"elicitation/create\",\"params\":{\"message\":\"")
                    .append(key)
                    .append("?\"}}");
        }
        return now("input_required", ",\"inputRequests\":{" + requests + "}");
    }

    @Test
    void taskInputIsAnsweredOncePerKey() {
        peer.expect("tools/call")
                .reply(created("input_required", ""))
                .expect("tasks/get")
                .reply(asks("a", "b"))
                .expect(
                        "tasks/update",
                        m -> m.at("/params/taskId").asString().equals("t1")
                                && m.at("/params/inputResponses")
                                        .toString()
                                        .equals("{\"a\":{\"action\":\"accept\",\"content\":{\"v\":\"a?\"}},"
                                                + "\"b\":{\"action\":\"accept\",\"content\":{\"v\":\"b?\"}}}"))
                .reply(DONE)
                .expect("tasks/get")
                .reply(asks("a", "b"))
                .expect("tasks/get")
                .reply(asks("b", "c"))
                .expect("tasks/update", m -> m.at("/params/inputResponses").size() == 1)
                .reply(DONE)
                .expect("tasks/get")
                .reply(now("completed", RESULT));
        List<String> asked = new ArrayList<>();
        McpSession session = opened(options -> options.handlers(ClientHandlers.builder()
                .elicitation(question -> {
                    asked.add(question.params().message());
                    return Mono.just(Elicitation.ElicitResult.accept(
                            Map.of("v", question.params().message())));
                })
                .build()));
        TestSubscriber<ToolSignal> signals = signals(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(states(signals)).containsExactly("input_required", "completed", "= hi");
        assertThat(asked).containsExactly("a?", "b?", "c?");
        peer.verify();
    }

    @Test
    void taskInputWithoutHandlerFailsAndCancelsTask() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(asks("a"))
                .expect("tasks/cancel")
                .reply(DONE);
        TestSubscriber<CallToolResult> undeclared = call(opened());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(undeclared.expectTerminalError()).isInstanceOf(McpProtocolException.class);
        peer.verify();
    }

    @Test
    void failingHandlerFailsCallAndCancelsTask() {
        peer.expect("tools/call")
                .reply(created("working", ""))
                .expect("tasks/get")
                .reply(asks("a"))
                .expect("tasks/cancel")
                .reply(DONE);
        TestSubscriber<CallToolResult> call = call(opened(options -> options.handlers(ClientHandlers.builder()
                .elicitation(question -> Mono.error(new IllegalStateException("no")))
                .build())));
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError()).isInstanceOf(McpHandlerException.class);
        peer.verify();
    }
}
