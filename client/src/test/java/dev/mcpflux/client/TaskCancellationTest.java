package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Tasks;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Tasks that are cancelled, kept, resumed and reported (extension io.modelcontextprotocol/tasks). */
class TaskCancellationTest {

    private static final RequestOptions LIMITS = RequestOptions.defaults();
    private static final String DONE = "{'resultType':'complete'}";
    private static final String RESULT = ",'result':{'content':[]}";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s").discovery();

    private McpSession opened() {
        McpSession session = McpSession.create(
                peer.transport(),
                SessionOptions.builder().timer(time).extension(Extensions.TASKS).build());
        session.open().block();
        return session;
    }

    private static String task(String type, String status, String members) {
        return "{'resultType':'" + type + "','taskId':'t1','status':'" + status + "'" + members + "}";
    }

    /** Answers a call with a task. */
    private ScriptedPeer created() {
        return peer.expect("tools/call").reply(task("task", "working", ""));
    }

    private static <T> TestSubscriber<T> subscribed(Flux<T> flux) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        flux.subscribe(subscriber);
        return subscriber;
    }

    private static TestSubscriber<CallToolResult> call(McpSession session, RequestOptions options) {
        return subscribed(session.callTool("t", null, options).flux());
    }

    // cancellation

    @Test
    void cancellingCallCancelsItsTaskOnce() {
        created()
                .expect("tasks/get")
                .reply(task("complete", "working", ""))
                .expect("tasks/cancel", m -> m.at("/params/taskId").asString().equals("t1"))
                .reply(DONE);
        McpSession session = opened();
        TestSubscriber<CallToolResult> call = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofMillis(1500));
        call.cancel();
        call.cancel();
        time.advanceTimeBy(Duration.ofHours(1));
        peer.verify();
        assertThat(session.pendingRequests()).isZero();
        assertThat(peer.receivedMethods())
                .containsOnlyOnce("tasks/cancel")
                // "The notifications/cancelled notification MUST NOT be used for task cancellation"
                .doesNotContain("notifications/cancelled");
    }

    @Test
    void cancellingSignalsDuringPollCancelsTask() {
        created().expect("tasks/get").expect("tasks/cancel").reply(DONE).expect("notifications/cancelled");
        TestSubscriber<ToolSignal> signals = subscribed(opened().streamTool("t", null));
        time.advanceTimeBy(Duration.ofSeconds(1));
        signals.cancel();
        peer.verify();
    }

    @Test
    void cancellingBeforeTaskStartsCancelsCall() {
        peer.expect("tools/call").expect("notifications/cancelled");
        call(opened(), LIMITS).cancel();
        peer.verify();
    }

    @Test
    void keptTaskContinues() {
        created();
        TestSubscriber<CallToolResult> call =
                call(opened(), LIMITS.mutate().keepTask(true).build());
        call.cancel();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "tools/call");
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed", "failed", "cancelled"})
    void endedTaskIsNotCancelled(String status) {
        created().expect("tasks/get").reply(task("complete", status, RESULT));
        TestSubscriber<ToolSignal> signals =
                TestSubscriber.builder().initialRequest(2).build();
        opened().streamTool("t", null).subscribe(signals);
        time.advanceTimeBy(Duration.ofSeconds(1));
        // the task is known to have ended, but its result was not requested
        assertThat(signals.getReceivedOnNext()).hasSize(2);
        signals.cancel();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
        peer.verify();
    }

    @Test
    void unknownTaskFailsCallAndIsNotCancelled() {
        created().expect("tasks/get").replyError(-32602, "Task not found");
        TestSubscriber<CallToolResult> call = call(opened(), LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError()).isExactlyInstanceOf(McpPeerErrorException.class);
        call.cancel();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
    }

    @Test
    void totalTimeoutCancelsTask() {
        created();
        for (int i = 0; i < 9; i++) {
            peer.expect("tasks/get").reply(task("complete", "working", ""));
        }
        peer.expect("tasks/cancel").reply(DONE);
        TestSubscriber<CallToolResult> call =
                call(opened(), RequestOptions.within(Duration.ofSeconds(2), Duration.ofMillis(9500)));
        time.advanceTimeBy(Duration.ofMillis(9499));
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(call.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTimeoutException.class, e -> assertThat(e.limit()).isEqualTo(Duration.ofMillis(9500)));
        peer.verify();
    }

    @Test
    void totalTimeoutAppliesToSignalsAndResumedTasks() {
        RequestOptions options = RequestOptions.within(Duration.ofSeconds(2), Duration.ofMillis(1500));
        created()
                .expect("tasks/get")
                .reply(task("complete", "working", ""))
                .expect("tasks/cancel")
                .reply(DONE);
        peer.expect("tasks/get").reply(task("complete", "working", ""));
        peer.expect("tasks/get").reply(task("complete", "working", ""));
        peer.expect("tasks/cancel").reply(DONE);
        McpSession session = opened();
        TestSubscriber<ToolSignal> signals = subscribed(session.streamTool("t", null, options));
        time.advanceTimeBy(Duration.ofMillis(1500));
        assertThat(signals.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        TestSubscriber<ToolSignal> resumed = subscribed(session.resumeTask("t1", options));
        time.advanceTimeBy(Duration.ofMillis(1500));
        assertThat(resumed.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    @Test
    void rejectedTaskCancellationIsIgnored() {
        created().expect("tasks/cancel").replyError(-32602, "gone");
        call(opened(), LIMITS).cancel();
        peer.verify();
    }

    @Test
    void taskIsCancelledWhenNoLongerFollowed() {
        String question = "{'k':{'method':'elicitation/create','params':{'message':'?'}}}";
        created()
                .expect("tasks/get")
                .reply(task("complete", "input_required", ",'inputRequests':" + question))
                .expect("tasks/cancel")
                .reply(DONE);
        created()
                .expect("tasks/get")
                .replyError(-32603, "busy")
                .expect("tasks/cancel")
                .reply(DONE);
        created()
                .expect("tasks/get")
                .expect("notifications/cancelled")
                .expect("tasks/cancel")
                .reply(DONE);
        McpSession session = opened();
        TestSubscriber<CallToolResult> unanswered = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(unanswered.expectTerminalError()).isInstanceOf(McpProtocolException.class);
        TestSubscriber<CallToolResult> refused = call(session, LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(refused.expectTerminalError()).isInstanceOf(McpPeerErrorException.class);
        TestSubscriber<CallToolResult> silent =
                call(session, RequestOptions.within(Duration.ofSeconds(5), Duration.ofSeconds(60)));
        time.advanceTimeBy(Duration.ofSeconds(6));
        assertThat(silent.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    @Test
    void taskOfLostServerIsNotCancelled() {
        created().expect("tasks/get").close();
        TestSubscriber<CallToolResult> call = call(opened(), LIMITS);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(call.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(peer.receivedMethods()).doesNotContain("tasks/cancel");
    }

    // notifications

    @ParameterizedTest
    @ValueSource(strings = {"notifications/tasks", "notifications/tasks/status"})
    void taskNotificationEndsPause(String notification) {
        peer.expect("tools/call").reply(task("task", "working", ",'pollIntervalMs':60000"));
        peer.expect("tools/call")
                .notify(notification, "{'taskId':'other','status':'completed'}")
                .reply("{'content':[]}");
        peer.expect("tools/call")
                .reply("{'content':[]}")
                .notify(notification, "{'taskId':'t1','status':'completed'}")
                .expect("tasks/get")
                .reply(task("complete", "completed", RESULT));
        McpSession session = opened();
        TestSubscriber<CallToolResult> call = call(session, LIMITS);
        session.callTool("u", null).block();
        assertThat(peer.receivedMethods()).doesNotContain("tasks/get");
        session.callTool("u", null).block();
        assertThat(call.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void taskNotificationsAreReported() {
        peer.expect("tools/call")
                .reply(task("task", "working", ",'pollIntervalMs':60000"))
                .expect(
                        "subscriptions/listen",
                        m -> m.at("/params/notifications").toString().equals("{\"taskIds\":[\"t1\"]}"))
                .notify(
                        "notifications/tasks",
                        "{'_meta':{'io.modelcontextprotocol/subscriptionId':$id},'taskId':'t1',"
                                + "'status':'completed'}")
                .expect("tasks/get")
                .reply(task("complete", "completed", RESULT));
        McpSession session = opened();
        TestSubscriber<SessionEvent> events = subscribed(EventSink.direct(session.events()));
        TestSubscriber<CallToolResult> call = call(session, LIMITS);
        subscribed(session.listen(dev.mcpflux.protocol.Subscriptions.SubscriptionFilter.tasks("t1")));
        assertThat(call.isTerminatedComplete()).isTrue();
        assertThat(events.getReceivedOnNext())
                .singleElement()
                .isInstanceOfSatisfying(
                        SessionEvent.TaskChanged.class,
                        changed -> assertThat(changed.task().status()).isEqualTo(Tasks.Status.COMPLETED));
        peer.verify();
    }

    // tasks by id

    @Test
    void taskIsResumedById() {
        peer.expect("tasks/get", m -> m.at("/params/taskId").asString().equals("t1"))
                .reply(task("complete", "working", ",'pollIntervalMs':2000"))
                .expect("tasks/get")
                .reply(task("complete", "completed", RESULT));
        TestSubscriber<ToolSignal> signals = subscribed(opened().resumeTask("t1"));
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(signals.getReceivedOnNext()).hasSize(3);
        assertThat(signals.getReceivedOnNext().get(2)).isInstanceOf(ToolSignal.Result.class);
        assertThat(signals.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void resumedEndedTaskEmitsResult() {
        peer.expect("tasks/get").reply(task("complete", "completed", RESULT));
        StepVerifier.create(opened().resumeTask("t1"))
                .expectNextMatches(signal -> signal instanceof ToolSignal.TaskStatus)
                .expectNextMatches(signal -> signal instanceof ToolSignal.Result)
                .verifyComplete();
        peer.verify();
    }

    @Test
    void resumedTaskIsCancelledOrKept() {
        peer.expect("tasks/get")
                .reply(task("complete", "working", ""))
                .expect("tasks/cancel")
                .reply(DONE)
                .expect("tasks/get")
                .reply(task("complete", "working", ""));
        McpSession session = opened();
        subscribed(session.resumeTask("t1")).cancel();
        subscribed(session.resumeTask("t1", LIMITS.mutate().keepTask(true).build()))
                .cancel();
        peer.verify();
        assertThat(peer.receivedMethods()).containsOnlyOnce("tasks/cancel");
    }

    @Test
    void taskIsReadAndCancelledById() {
        peer.expect("tasks/get")
                .reply(task("complete", "input_required", ",'ttlMs':5,'pollIntervalMs':7,'inputRequests':{}"))
                .expect("tasks/cancel", m -> m.at("/params/taskId").asString().equals("t1"))
                .reply(DONE)
                .expect("tasks/get")
                .replyError(-32602, "Task not found");
        McpSession session = opened();
        StepVerifier.create(session.getTask("t1"))
                .assertNext(task -> {
                    assertThat(List.of(task.ttlMs(), task.pollIntervalMs())).containsExactly(5L, 7L);
                    assertThat(task.terminal()).isFalse();
                })
                .verifyComplete();
        StepVerifier.create(session.cancelTask("t1")).verifyComplete();
        StepVerifier.create(session.getTask("t2"))
                .verifyErrorSatisfies(e -> assertThat(e).isExactlyInstanceOf(McpPeerErrorException.class));
        peer.verify();
    }
}
