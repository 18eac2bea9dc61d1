package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** {@code subscriptions/listen} (specification 2026-07-28: basic/patterns/subscriptions). */
class ListeningTest {

    private static final String LISTEN = "subscriptions/listen";
    private static final String TOOLS_CHANGED = "notifications/tools/list_changed";
    private static final String UPDATED = "notifications/resources/updated";
    private static final String DISCOVERED =
            "{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':{}}";
    private static final String CHANGING =
            "{'tools':{'listChanged':true},'prompts':{'listChanged':true},'resources':{'subscribe':true}}";
    private static final SubscriptionFilter TOOLS = new SubscriptionFilter(true, null, null, null, null);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        return opened(options -> options);
    }

    private McpSession opened(UnaryOperator<SessionOptions.Builder> options) {
        McpSession session = McpSession.create(
                peer.transport(),
                options.apply(SessionOptions.builder().timer(time)).build());
        session.open().block();
        return session;
    }

    private static TestSubscriber<ListenSignal> listening(McpSession session, SubscriptionFilter filter) {
        TestSubscriber<ListenSignal> subscriber = TestSubscriber.create();
        session.listen(filter).subscribe(subscriber);
        return subscriber;
    }

    /** Acknowledges the last expected request. */
    private ScriptedPeer acknowledge(String filter) {
        return peer.notify("notifications/subscriptions/acknowledged", of("$id", ",\"notifications\":" + filter));
    }

    private static String of(Object id, String members) {
        return "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + id + "}" + members + "}";
    }

    /**
     * Sends notifications with the response to the next ping, after the acknowledgement, so that the test controls
     * when.
     */
    private ScriptedPeer onPing() {
        return peer.expect("server/discover").reply(DISCOVERED);
    }

    // explicit subscriptions

    @Test
    void firstSignalIsAcknowledgedFilter() {
        peer.discovery("{}")
                .expect(
                        LISTEN,
                        m -> m.at("/params/notifications")
                                        .toString()
                                        .equals("{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"file:///a\"]}")
                                && m.at("/params/_meta/io.modelcontextprotocol~1protocolVersion")
                                        .isString());
        acknowledge("{\"toolsListChanged\":true}")
                .notify(TOOLS_CHANGED, of(2, ""))
                .notify("notifications/prompts/list_changed", of(2, ""))
                .notify("notifications/resources/list_changed", of(2, ""))
                .notify(UPDATED, of(2, ",\"uri\":\"file:///a\""))
                .notify("notifications/tasks", of(2, ",\"taskId\":\"t\",\"status\":\"working\""))
                .notify("notifications/else", of(2, ""));
        TestSubscriber<ListenSignal> signals =
                listening(opened(), new SubscriptionFilter(true, null, null, List.of("file:///a"), null));
        assertThat(signals.getReceivedOnNext()).hasSize(6);
        assertThat(signals.getReceivedOnNext().subList(0, 5))
                .containsExactly(
                        new ListenSignal.Acknowledged(TOOLS),
                        new ListenSignal.ListChanged(ListKind.TOOLS),
                        new ListenSignal.ListChanged(ListKind.PROMPTS),
                        new ListenSignal.ListChanged(ListKind.RESOURCES),
                        new ListenSignal.ResourceUpdated("file:///a"));
        assertThat(signals.getReceivedOnNext().get(5)).isInstanceOf(ListenSignal.TaskChanged.class);
        assertThat(signals.isTerminated()).isFalse();
        peer.verify();
    }

    @Test
    void acknowledgementWithoutFilterReportsNothing() {
        peer.discovery("{}").expect(LISTEN).notify("notifications/subscriptions/acknowledged", of("$id", ""));
        assertThat(listening(opened(), TOOLS).getReceivedOnNext())
                .containsExactly(new ListenSignal.Acknowledged(new SubscriptionFilter(null, null, null, null, null)));
    }

    @Test
    void notificationsReachTheirSubscription() {
        peer.discovery("{}")
                .expect(LISTEN)
                .expect(LISTEN)
                // "messages belonging to other subscriptions MAY be interleaved before it"
                .notify("notifications/subscriptions/acknowledged", of(3, ""))
                .notify(UPDATED, of(3, ",\"uri\":\"b\""))
                .notify("notifications/subscriptions/acknowledged", of(2, ""))
                .notify(UPDATED, of(2, ",\"uri\":\"a\""))
                .notify(UPDATED, of(3, ",\"uri\":\"b\""))
                .notify(UPDATED, of(4711, ",\"uri\":\"c\""))
                .notify(UPDATED, of("\"2\"", ",\"uri\":\"d\""))
                .raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"resultType\":\"complete\"}}")
                .notify(UPDATED, of(2, ",\"uri\":\"late\""))
                .notify(UPDATED, of(3, ",\"uri\":\"b2\""));
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        TestSubscriber<ListenSignal> a = listening(session, SubscriptionFilter.resources("a"));
        TestSubscriber<ListenSignal> b = listening(session, SubscriptionFilter.resources("b"));
        assertThat(a.getReceivedOnNext().stream().skip(1)).containsExactly(new ListenSignal.ResourceUpdated("a"));
        assertThat(b.getReceivedOnNext().stream().skip(1))
                .containsExactly(
                        new ListenSignal.ResourceUpdated("b"),
                        new ListenSignal.ResourceUpdated("b"),
                        new ListenSignal.ResourceUpdated("b2"));
        assertThat(a.isTerminatedComplete()).isTrue();
        assertThat(b.isTerminated()).isFalse();
        // a notification for a subscriber is also an event of the session; one for no subscriber is not
        assertThat(events)
                .containsExactly(
                        new SessionEvent.ResourceUpdated("b"),
                        new SessionEvent.ResourceUpdated("a"),
                        new SessionEvent.ResourceUpdated("b"),
                        new SessionEvent.ResourceUpdated("b2"));
    }

    @Test
    void cancellingNotifiesServerOnce() {
        peer.discovery("{}").expect(LISTEN);
        acknowledge("{}")
                .expect(
                        "notifications/cancelled",
                        m -> m.at("/params/requestId").asInt() == 2);
        McpSession session = opened();
        TestSubscriber<ListenSignal> signals = listening(session, TOOLS);
        assertThat(session.pendingRequests()).isOne();
        assertThat(session.callsUnderWay()).isZero();
        signals.cancel();
        signals.cancel();
        assertThat(session.pendingRequests()).isZero();
        session.close().block();
        assertThat(peer.receivedMethods()).containsOnlyOnce("notifications/cancelled");
        peer.verify();
    }

    @Test
    void endedSubscriptionDoesNotNotifyServer() {
        peer.discovery("{}").expect(LISTEN);
        acknowledge("{}").raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"resultType\":\"complete\"}}");
        TestSubscriber<ListenSignal> signals = listening(opened(), TOOLS);
        assertThat(signals.isTerminatedComplete()).isTrue();
        signals.cancel();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @Test
    void subscriptionCancelledByServerCompletes() {
        peer.discovery("{}").expect(LISTEN);
        acknowledge("{}").notify("notifications/cancelled", "{'requestId':$id,'reason':'going down'}");
        McpSession session = opened();
        assertThat(listening(session, TOOLS).isTerminatedComplete()).isTrue();
        assertThat(session.pendingRequests()).isZero();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"requestId\":4711}", "{\"requestId\":\"2\"}", "{\"requestId\":3}", "[]"})
    void invalidCancellationIsIgnored(String params) {
        peer.discovery("{'tools':{}}")
                .expect(LISTEN)
                .expect("tools/call")
                .notify("notifications/cancelled", params)
                .notify(TOOLS_CHANGED, "{}")
                .reply("{'content':[],'resultType':'complete'}");
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events())
                .ofType(SessionEvent.ListChanged.class)
                .subscribe(events::add);
        TestSubscriber<ListenSignal> signals = listening(session, TOOLS);
        assertThat(session.callTool("t", null).block()).isNotNull();
        assertThat(signals.isTerminated()).isFalse();
        assertThat(events).containsExactly(new SessionEvent.ListChanged(ListKind.TOOLS));
    }

    @Test
    void errorResponseFailsSubscription() {
        peer.discovery("{}").expect(LISTEN).replyError(-32601, "no");
        StepVerifier.create(opened().listen(TOOLS)).verifyError(McpPeerErrorException.class);
    }

    @Test
    void lostServerAndClosedSessionFailSubscription() {
        peer.discovery("{}").expect(LISTEN);
        acknowledge("{}").expect("server/discover").close();
        McpSession session = opened();
        TestSubscriber<ListenSignal> lost = listening(session, TOOLS);
        StepVerifier.create(session.ping()).verifyError(McpConnectionException.class);
        assertThat(lost.expectTerminalError()).isInstanceOf(McpConnectionException.class);

        ScriptedPeer other = ScriptedPeer.named("o").discovery("{}").expect(LISTEN);
        McpSession closing = McpSession.create(other.transport(), SessionOptions.defaults());
        closing.open().block();
        TestSubscriber<ListenSignal> closed = listening(closing, TOOLS);
        closing.close().block();
        assertThat(closed.expectTerminalError()).isInstanceOf(McpClosedException.class);
    }

    @Test
    void onlyAcknowledgementHasTimeout() {
        peer.discovery("{}").expect(LISTEN).expect("notifications/cancelled");
        peer.expect(LISTEN);
        acknowledge("{}");
        McpSession session =
                opened(options -> options.request(RequestOptions.within(Duration.ofSeconds(2), Duration.ofSeconds(9))));
        TestSubscriber<ListenSignal> silent = listening(session, TOOLS);
        time.advanceTimeBy(Duration.ofMillis(1999));
        assertThat(silent.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(silent.expectTerminalError())
                .isInstanceOf(McpTimeoutException.class)
                .hasMessageContaining(LISTEN);
        TestSubscriber<ListenSignal> acknowledged = listening(session, TOOLS);
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(acknowledged.isTerminated()).isFalse();
        peer.verify();
    }

    @Test
    void slowSubscriberLosesOldest() {
        peer.discovery("{}").expect(LISTEN);
        acknowledge("{}");
        onPing();
        for (int i = 1; i <= 1000; i++) {
            peer.notify(UPDATED, of(2, ",\"uri\":\"" + i + "\""));
        }
        McpSession session = opened();
        TestSubscriber<ListenSignal> slow =
                TestSubscriber.builder().initialRequest(1).build();
        session.listen(SubscriptionFilter.resources("1")).subscribe(slow);
        assertThat(slow.getReceivedOnNext()).hasSize(1);
        session.ping().block();
        slow.request(1000);
        assertThat(slow.getReceivedOnNext()).hasSize(257);
        assertThat(slow.getReceivedOnNext().get(1)).isEqualTo(new ListenSignal.ResourceUpdated("745"));
        assertThat(slow.getReceivedOnNext().get(256)).isEqualTo(new ListenSignal.ResourceUpdated("1000"));
    }

    // updates of one resource

    @Test
    void resourceUpdatesEmitUris() {
        peer.discovery("{}")
                .expect(
                        LISTEN,
                        m -> m.at("/params/notifications")
                                .toString()
                                .equals("{\"resourceSubscriptions\":[\"file:///a\"]}"));
        acknowledge("{\"resourceSubscriptions\":[\"file:///a\"]}")
                .notify(UPDATED, of(2, ",\"uri\":\"file:///a\""))
                .notify(UPDATED, of(2, ",\"uri\":\"file:///a/b\""))
                .raw("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"resultType\":\"complete\"}}");
        StepVerifier.create(opened().resourceUpdates("file:///a"))
                .expectNext("file:///a", "file:///a/b")
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"resourceSubscriptions\":[]}", "{\"toolsListChanged\":true}"})
    void unsupportedResourceUpdatesFailAtOnce(String filter) {
        peer.discovery("{}").expect(LISTEN);
        acknowledge(filter).expect("notifications/cancelled");
        StepVerifier.create(opened().resourceUpdates("file:///a"))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpProtocolException.class).hasMessageContaining("file:///a"));
        peer.verify();
    }

    // the subscription of the session itself

    @Test
    void sessionListensForDeclaredLists() {
        peer.discovery(CHANGING)
                .expect(
                        LISTEN,
                        m -> m.at("/params/notifications")
                                .toString()
                                .equals("{\"toolsListChanged\":true,\"promptsListChanged\":true}"));
        acknowledge("{\"toolsListChanged\":true}");
        onPing().notify(TOOLS_CHANGED, of(2, "")).expect("notifications/cancelled");
        McpSession session = opened();
        assertThat(session.pendingRequests()).isZero();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        session.ping().block();
        assertThat(events).containsExactly(new SessionEvent.ListChanged(ListKind.TOOLS));
        session.close().block();
        peer.verify();
    }

    /** Changes before the acknowledgement were not reported. */
    @Test
    void listReadBeforeSubscriptionIsReportedAsChanged() {
        String tools = "{\"resultType\":\"complete\",\"ttlMs\":60000,\"cacheScope\":\"public\",\"tools\":[]}";
        peer.discovery(CHANGING).expect(LISTEN).expect("tools/list").reply(tools);
        onPing().notify(
                        "notifications/subscriptions/acknowledged",
                        of(2, ",\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}"))
                .expect("tools/list")
                .reply(tools);
        onPing().notify(TOOLS_CHANGED, of(2, ""));
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        session.listTools().blockLast();
        assertThat(session.notifiesChangesOf(ListKind.TOOLS)).isFalse();
        session.ping().block();
        assertThat(session.notifiesChangesOf(ListKind.TOOLS)).isTrue();
        assertThat(events).containsExactly(new SessionEvent.ListChanged(ListKind.TOOLS));
        session.listTools().blockLast();
        session.listTools().blockLast();
        assertThat(events).hasSize(1);
        session.ping().block();
        assertThat(events).hasSize(2);
        peer.verify();
    }

    @Test
    void doesNotListenIfUndeclaredOrDisabled() {
        peer.discovery("{'tools':{},'prompts':{'listChanged':false},'resources':{'subscribe':true}}");
        opened();
        assertThat(peer.receivedMethods()).containsExactly("server/discover");

        ScriptedPeer unheard = ScriptedPeer.named("u").discovery(CHANGING);
        McpSession session = McpSession.create(
                unheard.transport(), SessionOptions.builder().listen(false).build());
        session.open().block();
        assertThat(unheard.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void endedSubscriptionIsRenewedWithBackoff() {
        String end = "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"resultType\":\"complete\"}}";
        peer.discovery(CHANGING);
        for (int i = 0; i < 12; i++) {
            peer.expect(LISTEN).raw(end);
        }
        McpSession session = opened();
        List<Long> pauses = new ArrayList<>();
        int seconds = 0;
        for (int i = 1; i <= 200; i++) {
            int before = peer.received().size();
            time.advanceTimeBy(Duration.ofSeconds(1));
            seconds++;
            if (peer.received().size() > before) {
                pauses.add((long) seconds);
                seconds = 0;
            }
        }
        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        session.close().block();
        int then = peer.received().size();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(peer.received()).hasSize(then);
    }

    @ParameterizedTest
    @ValueSource(ints = {-32601, -32021, -32603})
    void errorResponseIsNotRetried(int code) {
        peer.discovery(CHANGING).expect(LISTEN).replyError(code, "no");
        McpSession session = opened();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(peer.receivedMethods()).containsOnlyOnce(LISTEN);
        assertThat(session.pendingRequests()).isZero();
        peer.verify();
    }

    @Test
    void unacknowledgedSubscriptionIsRetried() {
        peer.discovery(CHANGING)
                .expect(LISTEN)
                .expect("notifications/cancelled")
                .expect(LISTEN);
        acknowledge("{\"toolsListChanged\":true}");
        opened();
        time.advanceTimeBy(Duration.ofSeconds(62));
        peer.verify();
    }
}
