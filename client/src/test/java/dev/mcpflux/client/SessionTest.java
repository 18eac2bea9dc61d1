package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class SessionTest {

    private static final String HI = "{'content':[{'type':'text','text':'hi'}]}";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private <T> Flux<T> use(Function<McpSession, ? extends Publisher<T>> body) {
        return McpSession.use(peer.transport(), SessionOptions.defaults(), body);
    }

    private McpSession opened() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        return session;
    }

    // opening

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"})
    void negotiatesEachLegacyRevision(String revision) {
        peer.legacy()
                .expect(
                        "initialize",
                        m -> m.at("/params/protocolVersion").asString().equals("2025-11-25")
                                && m.at("/params/clientInfo/name").asString().equals("mcpflux")
                                && m.at("/params/capabilities").isObject())
                .reply("{'protocolVersion':'" + revision + "','capabilities':{'tools':{}},"
                        + "'serverInfo':{'name':'n','version':'2'},'instructions':'be kind'}")
                .expect("notifications/initialized");
        StepVerifier.create(use(s -> Mono.justOrEmpty(s.peer())))
                .assertNext(info -> {
                    assertThat(info.revision().wire()).isEqualTo(revision);
                    assertThat(info.era()).isEqualTo(ProtocolEra.LEGACY);
                    assertThat(info.server().name()).isEqualTo("n");
                    assertThat(info.instructions()).isEqualTo("be kind");
                })
                .verifyComplete();
        peer.verify();
    }

    @Test
    void rejectsUnknownRevision() {
        peer.legacy().expect("initialize").reply("{'protocolVersion':'1999-01-01','capabilities':{}}");
        StepVerifier.create(use(s -> Mono.just(1)))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("server 's'")
                        .hasMessageContaining("1999-01-01")
                        .hasMessageContaining("2025-11-25"));
        assertThat(peer.closed()).isTrue();
        assertThat(peer.receivedMethods()).containsExactly("initialize");
    }

    @Test
    void failsWithErrorResponse() {
        peer.legacy().expect("initialize").replyError(-32602, "Unsupported protocol version");
        StepVerifier.create(use(s -> Mono.just(1)))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpPeerErrorException.class)
                        .hasMessage("server 's': initialize failed: Unsupported protocol version (-32602)"));
        assertThat(peer.closed()).isTrue();
    }

    @Test
    void failsIfConnectionEndsDuringHandshake() {
        peer.legacy().expect("initialize").close();
        StepVerifier.create(use(s -> Mono.just(1)))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpStartException.class)
                        .hasMessageContaining("ended before it was ready"));
        assertThat(peer.closed()).isTrue();
    }

    @Test
    void unansweredHandshakeTimesOutUncancelled() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            peer.legacy().expect("initialize");
            TestSubscriber<Integer> result = TestSubscriber.create();
            McpSession.use(
                            peer.transport(),
                            SessionOptions.builder()
                                    .startTimeout(Duration.ofSeconds(5))
                                    .timer(time)
                                    .build(),
                            s -> Mono.just(1))
                    .subscribe(result);
            time.advanceTimeBy(Duration.ofMillis(4999));
            assertThat(result.isTerminated()).isFalse();
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(result.expectTerminalError())
                    .isInstanceOfSatisfying(
                            McpTimeoutException.class,
                            e -> assertThat(e.limit()).isEqualTo(Duration.ofSeconds(5)));
            assertThat(peer.receivedMethods()).containsExactly("initialize");
            assertThat(peer.closed()).isTrue();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void cancellingOpeningClosesWithoutCancellation() {
        peer.legacy().expect("initialize");
        TestSubscriber<Integer> result = TestSubscriber.create();
        use(s -> Mono.just(1)).subscribe(result);
        assertThat(peer.closed()).isFalse();
        result.cancel();
        assertThat(peer.closed()).isTrue();
        assertThat(peer.receivedMethods()).containsExactly("initialize");
    }

    @Test
    void opensOnceForAllSubscribers() {
        peer.handshake();
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        PeerInfo first = session.open().block();
        assertThat(session.open().block()).isSameAs(first);
        peer.verify();
    }

    @Test
    void operationsAreCold() {
        peer.handshake();
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open();
        session.close();
        assertThat(peer.receivedMethods()).isEmpty();
        assertThat(peer.closed()).isFalse();
    }

    @Test
    void closedBeforeOpenNeverOpens() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        StepVerifier.create(session.close()).verifyComplete();
        StepVerifier.create(session.open()).verifyError(McpClosedException.class);
        assertThat(peer.receivedMethods()).isEmpty();
    }

    @Test
    void callBeforeOpenFails() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        StepVerifier.create(session.callTool("t", null))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("not open yet"));
    }

    // closing

    @Test
    void useClosesOnCompletionErrorAndCancel() {
        peer.handshake();
        StepVerifier.create(use(s -> Flux.just(1, 2))).expectNext(1, 2).verifyComplete();
        assertThat(peer.closed()).isTrue();

        ScriptedPeer failing = ScriptedPeer.named("f").handshake();
        StepVerifier.create(McpSession.use(
                        failing.transport(),
                        SessionOptions.defaults(),
                        s -> Mono.error(new IllegalStateException("x"))))
                .verifyErrorMessage("x");
        assertThat(failing.closed()).isTrue();

        ScriptedPeer cancelled = ScriptedPeer.named("c").handshake();
        StepVerifier.create(McpSession.use(
                        cancelled.transport(),
                        SessionOptions.defaults(),
                        s -> Flux.just(1).concatWith(Flux.never())))
                .expectNext(1)
                .thenCancel()
                .verify();
        assertThat(cancelled.closed()).isTrue();
    }

    @Test
    void closingFailsPendingCalls() {
        peer.handshake().expect("tools/call");
        McpSession session = opened();
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("t", null).subscribe(call);
        session.close().block();
        assertThat(call.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(session.pendingRequests()).isZero();
        StepVerifier.create(session.callTool("t", null)).verifyError(McpClosedException.class);
    }

    // requests

    @Test
    void callsATool() {
        peer.handshake()
                .expect(
                        "tools/call",
                        m -> m.at("/params/name").asString().equals("t")
                                && m.at("/params/arguments/city").asString().equals("Paris")
                                && m.at("/params/_meta").isMissingNode())
                .reply(HI);
        StepVerifier.create(use(s -> s.callTool("t", java.util.Map.of("city", "Paris"))))
                .assertNext(r -> assertThat(r.text()).isEqualTo("hi"))
                .verifyComplete();
        peer.verify();
    }

    @Test
    void toolErrorIsValueAndProtocolErrorIsException() {
        peer.handshake()
                .expect("tools/call")
                .reply("{'content':[],'isError':true}")
                .expect("tools/call")
                .replyError(-32602, "Unknown tool: x");
        McpSession session = opened();
        StepVerifier.create(session.callTool("t", null))
                .assertNext(r -> assertThat(r.isError()).isTrue())
                .verifyComplete();
        StepVerifier.create(session.callTool("x", null))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpPeerErrorException.class)
                        .hasMessage("server 's': tools/call failed: Unknown tool: x (-32602)"));
    }

    @Test
    void eachSubscriptionHasItsOwnId() {
        peer.handshake().expect("tools/call").reply(HI).expect("tools/call").reply(HI);
        McpSession session = opened();
        Mono<CallToolResult> call = session.callTool("t", null);
        call.block();
        call.block();
        assertThat(peer.received().stream()
                        .filter(m -> m.path("method").asString().equals("tools/call"))
                        .map(m -> m.path("id").asInt()))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void invalidResultFailsOnlyItsCall() {
        peer.handshake()
                .expect("tools/call")
                .raw("{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":NaN}}")
                .expect("tools/call")
                .reply(HI);
        McpSession session = opened();
        StepVerifier.create(session.callTool("t", null))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("tools/call")
                        .hasMessageContaining("not JSON"));
        StepVerifier.create(session.callTool("t", null)).expectNextCount(1).verifyComplete();
    }

    @Test
    void allWaitersGetOwnExceptionWithSameCause() {
        peer.handshake().expect("tools/call").expect("tools/call").close();
        McpSession session = opened();
        TestSubscriber<CallToolResult> first = TestSubscriber.create();
        TestSubscriber<CallToolResult> second = TestSubscriber.create();
        session.callTool("a", null).subscribe(first);
        session.callTool("b", null).subscribe(second);
        assertThat(first.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(second.expectTerminalError())
                .isInstanceOf(McpConnectionException.class)
                .isNotSameAs(first.expectTerminalError());
        StepVerifier.create(session.callTool("c", null)).verifyError(McpConnectionException.class);
        StepVerifier.create(session.onTermination())
                .assertNext(t -> assertThat(t.kind()).isEqualTo(Termination.Kind.LOST))
                .verifyComplete();
        assertThat(session.pendingRequests()).isZero();
    }

    // cancellation

    @Test
    void cancellingCallNotifiesServerOnce() {
        peer.handshake()
                .expect("tools/call")
                .expect(
                        "notifications/cancelled",
                        m -> m.at("/params/requestId").asInt() == 3);
        McpSession session = opened();
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("t", null).subscribe(call);
        assertThat(session.pendingRequests()).isOne();
        call.cancel();
        call.cancel();
        peer.verify();
        assertThat(session.pendingRequests()).isZero();
    }

    @Test
    void answeredCallIsNotCancelled() {
        peer.handshake()
                .expect("tools/call")
                .reply(HI)
                .expect("tools/call")
                .reply(HI)
                .expect("tools/call")
                .reply(HI);
        McpSession session = opened();
        session.callTool("t", null).block();
        StepVerifier.create(session.callTool("t", null).flux().take(1))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(
                        session.streamTool("t", null, RequestOptions.defaults()).next())
                .expectNextCount(1)
                .verifyComplete();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @Test
    void lateResponseToCancelledCallIsAnEvent() {
        peer.handshake()
                .expect("tools/call")
                .expect("notifications/cancelled")
                .raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[]}}")
                .expect("tools/call")
                .reply(HI);
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        TestSubscriber<CallToolResult> call = TestSubscriber.create();
        session.callTool("t", null).subscribe(call);
        call.cancel();
        assertThat(events).containsExactly(new SessionEvent.Link(new ConnectionEvent.UnmatchedResponse("2")));
        assertThat(session.callTool("t", null).block()).isNotNull();
    }

    @Test
    void timedOutCallFailsAndNotifiesServer() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            peer.handshake().expect("tools/call").expect("notifications/cancelled");
            McpSession session = opened();
            TestSubscriber<CallToolResult> call = TestSubscriber.create();
            session.callTool("t", null, RequestOptions.within(Duration.ofMillis(1500)))
                    .subscribe(call);
            time.advanceTimeBy(Duration.ofMillis(1500));
            assertThat(call.expectTerminalError())
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessage("server 's': tools/call took longer than 1500 ms; meanwhile it sent nothing");
            peer.verify();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    // progress

    @Test
    void progressPrecedesResult() {
        peer.handshake()
                .expect("tools/call", m -> m.at("/params/_meta/progressToken").equals(m.path("id")))
                .notify("notifications/progress", "{'progressToken':$token,'progress':1,'total':2,'message':'m'}")
                .notify("notifications/progress", "{'progressToken':4711,'progress':9}")
                .notify("notifications/progress", "{'progressToken':$token,'progress':2}")
                .reply(HI);
        StepVerifier.create(use(s -> s.streamTool("t", null, RequestOptions.defaults())))
                .expectNext(new ToolSignal.Progress(1, 2.0, "m"))
                .expectNext(new ToolSignal.Progress(2, null, null))
                .assertNext(last -> assertThat(last).isInstanceOf(ToolSignal.Result.class))
                .verifyComplete();
        peer.verify();
    }

    @Test
    void progressHonoursDemandAndDropsOldest() {
        peer.handshake().expect("tools/call");
        for (int i = 1; i <= 1000; i++) {
            peer.notify("notifications/progress", "{'progressToken':$token,'progress':" + i + "}");
        }
        peer.reply(HI);
        McpSession session = opened();
        TestSubscriber<ToolSignal> slow =
                TestSubscriber.builder().initialRequest(0).build();
        session.streamTool("t", null, RequestOptions.defaults()).subscribe(slow);
        assertThat(slow.getReceivedOnNext()).isEmpty();
        slow.request(1);
        assertThat(slow.getReceivedOnNext()).containsExactly(new ToolSignal.Progress(745, null, null));
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(257);
        assertThat(slow.isTerminatedComplete()).isTrue();
    }

    @Test
    void progressRestartsIdleButNotTotalTimeout() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            peer.handshake().expect("tools/call");
            for (int i = 1; i <= 20; i++) {
                peer.delay(Duration.ofSeconds(1))
                        .notify("notifications/progress", "{'progressToken':$token,'progress':" + i + "}");
            }
            peer.expect("notifications/cancelled");
            McpSession session = opened();
            TestSubscriber<ToolSignal> call = TestSubscriber.create();
            RequestOptions options = RequestOptions.within(Duration.ofMillis(1500), Duration.ofMillis(10_500));
            session.streamTool("t", null, options).subscribe(call);
            time.advanceTimeBy(Duration.ofSeconds(10));
            assertThat(call.getReceivedOnNext()).hasSize(10);
            time.advanceTimeBy(Duration.ofMillis(500));
            assertThat(call.expectTerminalError())
                    .isInstanceOfSatisfying(
                            McpTimeoutException.class,
                            e -> assertThat(e.phase()).isEqualTo(McpTimeoutException.Phase.REQUEST));
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void totalTimeoutWithProgressNotifiesServer() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        peer.handshake()
                .expect("tools/call")
                .notify("notifications/progress", "{'progressToken':$token,'progress':1}")
                .expect("notifications/cancelled");
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().timer(time).build());
        session.open().block();
        TestSubscriber<ToolSignal> call = TestSubscriber.create();
        session.streamTool("t", null, RequestOptions.within(Duration.ofSeconds(60), Duration.ofSeconds(5)))
                .subscribe(call);
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(call.expectTerminalError())
                .isInstanceOfSatisfying(
                        McpTimeoutException.class,
                        e -> assertThat(e.phase()).isEqualTo(McpTimeoutException.Phase.REQUEST));
        assertThat(session.pendingRequests()).isZero();
        peer.verify();
    }

    @Test
    void idleTimeoutEndsCallWithProgress() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        try {
            peer.handshake()
                    .expect("tools/call")
                    .notify("notifications/progress", "{'progressToken':$token,'progress':1}")
                    .expect("notifications/cancelled");
            McpSession session = opened();
            TestSubscriber<ToolSignal> call = TestSubscriber.create();
            session.streamTool("t", null, RequestOptions.within(Duration.ofSeconds(2), Duration.ofSeconds(60)))
                    .subscribe(call);
            time.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(call.expectTerminalError())
                    .isInstanceOfSatisfying(
                            McpTimeoutException.class,
                            e -> assertThat(e.phase()).isEqualTo(McpTimeoutException.Phase.IDLE));
            peer.verify();
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    // lists

    @Test
    void pagesAreReadOnDemand() {
        peer.handshake()
                .expect("tools/list", m -> m.path("params").isMissingNode())
                .reply(page("a", "b", "2"))
                .expect("tools/list", m -> m.at("/params/cursor").asString().equals("2"))
                .reply(page("c", "d", "3"))
                .expect("tools/list", m -> m.at("/params/cursor").asString().equals("3"))
                .reply("{'tools':[{'name':'e','inputSchema':{}}]}");
        McpSession session = opened();
        TestSubscriber<Tool> tools = TestSubscriber.builder().initialRequest(1).build();
        session.listTools().subscribe(tools);
        assertThat(tools.getReceivedOnNext()).extracting(Tool::name).containsExactly("a");
        assertThat(peer.receivedMethods().stream().filter("tools/list"::equals)).hasSizeLessThanOrEqualTo(2);
        tools.request(Long.MAX_VALUE);
        assertThat(tools.getReceivedOnNext()).extracting(Tool::name).containsExactly("a", "b", "c", "d", "e");
        assertThat(tools.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @Test
    void undeclaredToolsAreRequestedOnce() {
        peer.handshake("2025-11-25", "{}").expect("tools/list").replyError(-32601, "Method not found");
        StepVerifier.create(use(session -> session.listTools().thenMany(session.listTools())))
                .verifyComplete();
        peer.verify();
    }

    private static String page(String first, String second, String next) {
        return "{'tools':[{'name':'" + first + "','inputSchema':{}},{'name':'" + second
                + "','inputSchema':{}}],'nextCursor':'" + next + "'}";
    }

    // requests and notifications of the server

    @Test
    void pingIsAnsweredAndOtherRequestsAreRejected() {
        peer.handshake()
                .request("\"p-1\"", "ping", "{}")
                .expectResponse("\"p-1\"")
                .request("12345678901234567890", "sampling/createMessage", "{}")
                .expect(
                        "response:12345678901234567890",
                        m -> m.at("/error/code").asInt() == -32601);
        opened();
        peer.verify();
    }

    @Test
    void notificationsBecomeEvents() {
        peer.handshake()
                .expect("ping")
                .notify("notifications/message", "{'level':'info','data':'hello'}")
                .notify("notifications/tools/list_changed", "{}")
                .notify("notifications/resources/updated", "{'uri':'file:///a'}")
                .notify("notifications/elicitation/complete", "{'elicitationId':'e-1'}")
                .notify("notifications/tasks/status", "{'taskId':'t-1','status':'working'}")
                .notify("notifications/else", "{'a':1}")
                .garbage("no json")
                .reply("{}");
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        session.ping().block();
        assertThat(events).hasSize(7);
        assertThat(events.get(0)).isInstanceOf(SessionEvent.ServerLog.class);
        assertThat(events.get(1)).isEqualTo(new SessionEvent.ListChanged(ListKind.TOOLS));
        assertThat(events.get(2)).isEqualTo(new SessionEvent.ResourceUpdated("file:///a"));
        assertThat(events.get(3)).isEqualTo(new SessionEvent.ElicitationComplete("e-1"));
        assertThat(events.get(4))
                .isInstanceOfSatisfying(
                        SessionEvent.TaskChanged.class,
                        changed -> assertThat(changed.task().taskId()).isEqualTo("t-1"));
        assertThat(events.get(5)).isInstanceOf(SessionEvent.Other.class);
        assertThat(events.get(6))
                .isInstanceOfSatisfying(
                        SessionEvent.Link.class,
                        link -> assertThat(link.event())
                                .isInstanceOfSatisfying(ConnectionEvent.Undecodable.class, u -> {
                                    assertThat(u.json()).isFalse();
                                    assertThat(u.preview()).isEqualTo("no json");
                                    assertThat(u.count()).isOne();
                                }));
    }

    @Test
    void throwingSubscriberDoesNotAffectOthers() {
        peer.handshake().expect("tools/call").reply(HI).expect("tools/call").reply(HI);
        McpSession session = opened();
        StepVerifier.create(session.callTool("t", null).doOnNext(r -> {
                    throw new IllegalStateException("mine");
                }))
                .verifyErrorMessage("mine");
        assertThat(session.callTool("t", null).block()).isNotNull();
    }

    @Test
    void errorsNameTheirServer() {
        peer.handshake().expect("tools/call").close();
        McpSession session = opened();
        StepVerifier.create(session.callTool("t", null)).verifyErrorSatisfies(e -> {
            assertThat(((McpException) e).server()).isEqualTo("s");
            assertThat(((McpException) e).isTransient()).isTrue();
        });
    }
}
