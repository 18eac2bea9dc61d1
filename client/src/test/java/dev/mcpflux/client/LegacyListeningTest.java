package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Subscriptions.SubscriptionFilter;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** Subscriptions by {@code resources/subscribe} and notifications of legacy servers (2025-11-25: server/resources). */
class LegacyListeningTest {

    private static final String SUBSCRIBE = "resources/subscribe";
    private static final String UNSUBSCRIBE = "resources/unsubscribe";
    private static final String UPDATED = "notifications/resources/updated";
    private static final String WATCHING = "{'resources':{'subscribe':true}}";
    private static final SubscriptionFilter NOTHING = new SubscriptionFilter(null, null, null, null, null);

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        McpSession session = McpSession.create(peer.transport(), SessionOptions.defaults());
        session.open().block();
        return session;
    }

    private static TestSubscriber<ListenSignal> listening(McpSession session, SubscriptionFilter filter) {
        TestSubscriber<ListenSignal> subscriber = TestSubscriber.create();
        session.listen(filter).subscribe(subscriber);
        return subscriber;
    }

    private static List<ListenSignal> afterTheFirst(TestSubscriber<ListenSignal> subscriber) {
        return subscriber.getReceivedOnNext().stream().skip(1).toList();
    }

    private static String uri(String uri) {
        return "{'uri':'" + uri + "'}";
    }

    /** Sends these notifications after the next ping. */
    private ScriptedPeer onPing() {
        return peer.expect("ping").reply("{}");
    }

    @Test
    void declaredListChangesAreReported() {
        peer.handshake("2025-11-25", "{'tools':{'listChanged':true},'prompts':{},'resources':{}}");
        onPing().notify("notifications/tools/list_changed", "{}")
                .notify("notifications/prompts/list_changed", "{}")
                .notify("notifications/resources/list_changed", "{}");
        McpSession session = opened();
        TestSubscriber<ListenSignal> signals = listening(session, SubscriptionFilter.lists());
        TestSubscriber<ListenSignal> others = listening(session, new SubscriptionFilter(null, true, true, null, null));
        session.ping().block();
        assertThat(signals.getReceivedOnNext())
                .containsExactly(
                        new ListenSignal.Acknowledged(new SubscriptionFilter(true, null, null, null, null)),
                        new ListenSignal.ListChanged(ListKind.TOOLS));
        assertThat(others.getReceivedOnNext()).containsExactly(new ListenSignal.Acknowledged(NOTHING));
        signals.cancel();
        others.cancel();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain("notifications/cancelled");
    }

    @Test
    void subscribersOfResourceShareOneSubscription() {
        peer.handshake("2025-11-25", WATCHING)
                .expectParams(SUBSCRIBE, uri("file:///a"))
                .reply("{}");
        onPing().notify(UPDATED, uri("file:///a"));
        onPing().notify(UPDATED, uri("file:///a"));
        peer.expectParams(UNSUBSCRIBE, uri("file:///a")).reply("{}");
        peer.expectParams(SUBSCRIBE, uri("file:///a")).reply("{}");
        McpSession session = opened();
        TestSubscriber<ListenSignal> first = listening(session, SubscriptionFilter.resources("file:///a"));
        TestSubscriber<ListenSignal> second = listening(session, SubscriptionFilter.resources("file:///a"));
        session.ping().block();
        first.cancel();
        session.ping().block();
        ListenSignal updated = new ListenSignal.ResourceUpdated("file:///a");
        assertThat(afterTheFirst(first)).containsExactly(updated);
        assertThat(afterTheFirst(second)).containsExactly(updated, updated);
        assertThat(peer.receivedMethods()).doesNotContain(UNSUBSCRIBE);
        second.cancel();
        assertThat(peer.receivedMethods()).containsOnlyOnce(UNSUBSCRIBE);
        listening(session, SubscriptionFilter.resources("file:///a"));
        peer.verify();
    }

    @Test
    void updatesReachSubscribersOfResourceOrParent() {
        peer.handshake("2025-06-18", WATCHING).always(SUBSCRIBE, "{}");
        onPing().notify(UPDATED, uri("file:///b"))
                .notify(UPDATED, uri("file:///a"))
                .notify(UPDATED, uri("file:///a/c"))
                .notify(UPDATED, uri("file:///ab"))
                .notify(UPDATED, "{}")
                .notify(UPDATED, uri("file:///a"));
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events())
                .ofType(SessionEvent.ResourceUpdated.class)
                .subscribe(events::add);
        TestSubscriber<ListenSignal> a = listening(session, SubscriptionFilter.resources("file:///a"));
        TestSubscriber<ListenSignal> all = listening(session, SubscriptionFilter.resources("file:///a", "file:///ab"));
        session.ping().block();
        assertThat(afterTheFirst(a))
                .containsExactly(
                        new ListenSignal.ResourceUpdated("file:///a"),
                        new ListenSignal.ResourceUpdated("file:///a/c"),
                        new ListenSignal.ResourceUpdated("file:///a"));
        assertThat(afterTheFirst(all))
                .containsExactly(
                        new ListenSignal.ResourceUpdated("file:///a"),
                        new ListenSignal.ResourceUpdated("file:///a/c"),
                        new ListenSignal.ResourceUpdated("file:///ab"),
                        new ListenSignal.ResourceUpdated("file:///a"));
        assertThat(events)
                .extracting(event -> ((SessionEvent.ResourceUpdated) event).uri())
                .containsExactly("file:///b", "file:///a", "file:///a/c", "file:///ab", "file:///a");
    }

    @Test
    void allRequestedResourcesAreSubscribed() {
        peer.handshake("2025-11-25", WATCHING).always(SUBSCRIBE, "{}");
        listening(
                opened(),
                SubscriptionFilter.resources(
                        IntStream.range(0, 1000).mapToObj(i -> "file:///" + i).toArray(String[]::new)));
        assertThat(peer.receivedMethods().stream().filter(SUBSCRIBE::equals)).hasSize(1000);
    }

    @Test
    void rejectedSubscriptionFailsAndLeavesNoState() {
        peer.handshake("2025-11-25", WATCHING)
                .expect(SUBSCRIBE)
                .replyError(-32602, "no such resource")
                .expect(SUBSCRIBE)
                .reply("{}");
        McpSession session = opened();
        StepVerifier.create(session.resourceUpdates("file:///a")).verifyError(McpPeerErrorException.class);
        TestSubscriber<String> again = TestSubscriber.create();
        session.resourceUpdates("file:///a").subscribe(again);
        assertThat(again.isTerminated()).isFalse();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain(UNSUBSCRIBE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"resources\":{}}", "{\"resources\":{\"subscribe\":false,\"listChanged\":true}}"})
    void undeclaredSubscriptionIsNotRequested(String capabilities) {
        peer.handshake("2025-11-25", capabilities);
        StepVerifier.create(opened().resourceUpdates("file:///a"))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpProtocolException.class).hasMessageContaining("file:///a"));
        assertThat(peer.receivedMethods()).doesNotContain(SUBSCRIBE, UNSUBSCRIBE);
    }

    @Test
    void lostServerFailsAllSubscribers() {
        peer.handshake("2025-11-25", WATCHING)
                .expect(SUBSCRIBE)
                .reply("{}")
                .expect("ping")
                .close();
        McpSession session = opened();
        TestSubscriber<ListenSignal> watching = listening(session, SubscriptionFilter.resources("file:///a"));
        TestSubscriber<ListenSignal> listening = listening(session, SubscriptionFilter.lists());
        StepVerifier.create(session.ping()).verifyError(McpConnectionException.class);
        assertThat(watching.expectTerminalError()).isInstanceOf(McpConnectionException.class);
        assertThat(listening.expectTerminalError()).isInstanceOf(McpConnectionException.class);
    }

    @Test
    void closedSessionFailsAllWithoutUnsubscribing() {
        peer.handshake("2025-11-25", WATCHING).expect(SUBSCRIBE).reply("{}");
        McpSession session = opened();
        TestSubscriber<ListenSignal> watching = listening(session, SubscriptionFilter.resources("file:///a"));
        TestSubscriber<ListenSignal> listening = listening(session, SubscriptionFilter.lists());
        session.close().block();
        assertThat(watching.expectTerminalError()).isInstanceOf(McpClosedException.class);
        assertThat(listening.expectTerminalError()).isInstanceOf(McpClosedException.class);
        peer.verify();
        StepVerifier.create(session.listen(SubscriptionFilter.lists())).verifyError(McpClosedException.class);
    }

    @Test
    void slowSubscriberLosesOldestWithoutDelayingOthers() {
        peer.handshake("2025-11-25", WATCHING).expect(SUBSCRIBE).reply("{}");
        onPing();
        for (int i = 1; i <= 1000; i++) {
            peer.notify(UPDATED, uri("file:///a/" + i));
        }
        McpSession session = opened();
        TestSubscriber<ListenSignal> slow =
                TestSubscriber.builder().initialRequest(1).build();
        session.listen(SubscriptionFilter.resources("file:///a")).subscribe(slow);
        TestSubscriber<ListenSignal> quick = listening(session, SubscriptionFilter.resources("file:///a"));
        session.ping().block();
        assertThat(afterTheFirst(quick)).hasSize(1000);
        slow.request(2000);
        assertThat(afterTheFirst(slow))
                .hasSizeLessThan(400)
                .endsWith(new ListenSignal.ResourceUpdated("file:///a/1000"));
    }
}
