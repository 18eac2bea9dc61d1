package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** The experimental tasks of 2025-11-25 (basic/utilities/tasks). */
class LegacyTaskTest {

    private static final RequestOptions LIMITS = RequestOptions.defaults();
    private static final String HI = "{'content':[{'type':'text','text':'hi'}]}";
    private static final String CALLS = "'requests':{'tools':{'call':{}}}";
    private static final String TASKS = "{'tools':{},'tasks':{'list':{},'cancel':{}," + CALLS + "}}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private final Sinks.One<Elicitation.ElicitResult> person = Sinks.one();

    /** A server whose tool {@code t} declares this task support, for further expectations. */
    private ScriptedPeer serving(String revision, String capabilities, String execution) {
        return peer.handshake(revision, capabilities)
                .expect("tools/list")
                .reply("{'tools':[{'name':'t','inputSchema':{}" + execution + "}]}");
    }

    private ScriptedPeer serving(String support) {
        return serving("2025-11-25", TASKS, ",'execution':{'taskSupport':'" + support + "'}");
    }

    private McpSession opened() {
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder()
                        .timer(time)
                        .handlers(ClientHandlers.builder()
                                .elicitation(question -> person.asMono())
                                .build())
                        .build());
        session.open().block();
        session.listTools().blockLast();
        return session;
    }

    private static String task(String status, String members) {
        return "{'taskId':'t1','status':'" + status
                + "','createdAt':'2025-11-25T10:30:00Z','lastUpdatedAt':'2025-11-25T10:30:00Z','ttl':60000"
                + members + "}";
    }

    private ScriptedPeer expectTask() {
        return peer.expect("tools/call", m -> m.at("/params/task").isObject())
                .reply("{'task':" + task("working", ",'pollInterval':2000") + "}");
    }

    private ScriptedPeer expectCall() {
        return peer.expect("tools/call", m -> !m.path("params").has("task")).reply(HI);
    }

    private static TestSubscriber<CallToolResult> call(McpSession session, RequestOptions options) {
        TestSubscriber<CallToolResult> subscriber = TestSubscriber.create();
        session.callTool("t", null, options).subscribe(subscriber);
        return subscriber;
    }

    // which calls run as tasks

    @ParameterizedTest
    @CsvSource({
        "required,false,true",
        "required,true,true",
        "optional,false,false",
        "optional,true,true",
        "forbidden,true,false",
        "sometimes,true,false"
    })
    void toolIsRunAsTaskIfRequiredOrRequested(String support, boolean asked, boolean task) {
        serving(support);
        if (task) {
            expectTask();
        } else {
            expectCall();
        }
        call(opened(), LIMITS.mutate().asTask(asked).build());
        peer.verify();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2025-11-25 | {\"tools\":{}}",
                "2025-11-25 | {\"tools\":{},\"tasks\":{\"list\":{},\"cancel\":{}}}",
                "2025-11-25 | {\"tools\":{},\"tasks\":{\"requests\":{\"tools\":{}}}}",
                "2025-06-18 | {\"tools\":{},\"tasks\":{\"requests\":{\"tools\":{\"call\":{}}}}}",
                "2024-11-05 | {\"tools\":{},\"tasks\":{\"requests\":{\"tools\":{\"call\":{}}}}}"
            })
    void noTaskIsRequestedWithoutCapability(String revision, String capabilities) {
        serving(revision, capabilities, ",'execution':{'taskSupport':'required'}");
        expectCall();
        TestSubscriber<CallToolResult> call =
                call(opened(), LIMITS.mutate().asTask(true).build());
        assertThat(call.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void toolWithoutTaskSupportIsNotRunAsTask() {
        serving("2025-11-25", TASKS, "");
        expectCall();
        call(opened(), LIMITS.mutate().asTask(true).build());
        peer.verify();
    }

    // following a task

    @Test
    void pollsAtSuggestedIntervalThenReadsResult() {
        serving("required");
        expectTask()
                .expectParams("tasks/get", Map.of("taskId", "t1"))
                .reply(task("working", ",'pollInterval':500,'statusMessage':'half'"))
                .expect("tasks/get")
                .reply(task("completed", ""))
                .expectParams("tasks/result", Map.of("taskId", "t1"))
                .reply(HI);
        TestSubscriber<ToolSignal> signals = TestSubscriber.create();
        McpSession session = opened();
        session.streamTool("t", null).subscribe(signals);
        time.advanceTimeBy(Duration.ofMillis(1999));
        assertThat(peer.receivedMethods()).doesNotContain("tasks/get");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(peer.receivedMethods()).containsOnlyOnce("tasks/get");
        time.advanceTimeBy(Duration.ofMillis(500));
        assertThat(signals.getReceivedOnNext())
                .extracting(signal -> signal instanceof ToolSignal.TaskStatus status
                        ? status.task().statusText() + " " + status.task().statusMessage() + " "
                                + status.task().ttlMs()
                        : ((ToolSignal.Result) signal).result().text())
                .containsExactly("working null 60000", "working half 60000", "completed null 60000", "hi");
        assertThat(signals.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void failedTaskHasItsOwnResult() {
        serving("required");
        expectTask()
                .expect("tasks/get")
                .reply(task("failed", ""))
                .expect("tasks/result")
                .reply("{'content':[],'isError':true}");
        expectTask()
                .expect("tasks/get")
                .reply(task("failed", ""))
                .expect("tasks/result")
                .replyError(-32603, "rate limit");
        McpSession session = opened();
        TestSubscriber<CallToolResult> first = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(first.getReceivedOnNext().get(0).isError()).isTrue();
        TestSubscriber<CallToolResult> second = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(second.expectTerminalError())
                .isExactlyInstanceOf(McpPeerErrorException.class)
                .hasMessageContaining("rate limit");
        peer.verify();
    }

    @Test
    void immediateResultInsteadOfTaskIsAccepted() {
        serving("required");
        peer.expect("tools/call", m -> m.at("/params/task").isObject()).reply(HI);
        assertThat(call(opened(), LIMITS).getReceivedOnNext().get(0).text()).isEqualTo("hi");
    }

    @Test
    void inputIsRequestedWhileResultIsPending() {
        serving("required");
        expectTask()
                .expect("tasks/get")
                .reply(task("input_required", ""))
                .expect("tasks/result")
                .request(
                        "7",
                        "elicitation/create",
                        "{'message':'?','requestedSchema':{'type':'object','properties':{}},"
                                + "'_meta':{'io.modelcontextprotocol/related-task':{'taskId':'t1'}}}")
                .expect(
                        "response:7",
                        m -> m.path("result")
                                .toString()
                                .equals("{\"action\":\"accept\",\"content\":{\"a\":1},\"_meta\":"
                                        + "{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t1\"}}}"))
                .raw("{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":" + HI.replace('\'', '"') + "}");
        TestSubscriber<CallToolResult> call = call(opened(), LIMITS);
        // longer than the timeout of any other request
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(call.isTerminated()).isFalse();
        person.tryEmitValue(Elicitation.ElicitResult.accept(Map.of("a", 1)));
        assertThat(call.getReceivedOnNext().get(0).text()).isEqualTo("hi");
        peer.verify();
    }

    @Test
    void errorInsteadOfResultEndsTask() {
        serving("required");
        expectTask()
                .expect("tasks/get")
                .reply(task("input_required", ""))
                .expect("tasks/result")
                .replyError(-32603, "rate limit");
        TestSubscriber<CallToolResult> call = call(opened(), LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(call.expectTerminalError()).isExactlyInstanceOf(McpPeerErrorException.class);
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
        peer.verify();
    }

    @Test
    void totalTimeoutAppliesWhileResultIsPending() {
        serving("required");
        expectTask()
                .expect("tasks/get")
                .reply(task("input_required", ""))
                .expect("tasks/result")
                .expect("tasks/cancel")
                .reply(task("cancelled", ""))
                .expect("notifications/cancelled");
        TestSubscriber<CallToolResult> call =
                call(opened(), RequestOptions.within(Duration.ofSeconds(1), Duration.ofSeconds(30)));
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(call.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    // cancellation

    @Test
    void cancellingCallCancelsItsTaskOnce() {
        serving("required");
        expectTask().expectParams("tasks/cancel", Map.of("taskId", "t1")).reply(task("cancelled", ""));
        TestSubscriber<CallToolResult> call = call(opened(), LIMITS);
        call.cancel();
        call.cancel();
        time.advanceTimeBy(Duration.ofHours(1));
        peer.verify();
    }

    @Test
    void endedOrKeptTaskIsNotCancelled() {
        serving("required");
        expectTask()
                .expect("tasks/get")
                .reply(task("completed", ""))
                .expect("tasks/result")
                .expect("notifications/cancelled");
        expectTask();
        McpSession session = opened();
        TestSubscriber<CallToolResult> ended = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(2));
        ended.cancel();
        call(session, LIMITS.mutate().keepTask(true).build()).cancel();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
    }

    @Test
    void taskIsNotCancelledWithoutCapability() {
        serving("2025-11-25", "{'tools':{},'tasks':{" + CALLS + "}}", ",'execution':{'taskSupport':'required'}");
        expectTask();
        call(opened(), LIMITS).cancel();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
        peer.verify();
    }

    // tasks by id

    @Test
    void taskIsResumedById() {
        serving("required")
                .expect("tasks/get")
                .reply(task("completed", ""))
                .expect("tasks/result")
                .reply(HI);
        StepVerifier.create(opened().resumeTask("t1"))
                .expectNextMatches(signal -> signal instanceof ToolSignal.TaskStatus)
                .expectNextMatches(signal -> signal instanceof ToolSignal.Result)
                .verifyComplete();
        peer.verify();
    }

    @Test
    void tasksAreListedPageByPage() {
        serving("optional")
                .expect("tasks/list", m -> m.at("/params/cursor").isMissingNode())
                .reply("{'tasks':[" + task("working", ",'pollInterval':5") + "],'nextCursor':'2'}")
                .expect("tasks/list", m -> m.at("/params/cursor").asString().equals("2"))
                .reply("{'tasks':[" + task("completed", "") + "]}");
        StepVerifier.create(opened().listTasks().map(Tasks.Task::toString))
                .expectNext("Task[t1 working]", "Task[t1 completed]")
                .verifyComplete();
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tools\":{}}",
                "{\"tools\":{},\"tasks\":{\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}}"
            })
    void listIsEmptyWithoutListCapability(String capabilities) {
        serving("2025-11-25", capabilities, "");
        StepVerifier.create(opened().listTasks()).verifyComplete();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/list");
    }
}
