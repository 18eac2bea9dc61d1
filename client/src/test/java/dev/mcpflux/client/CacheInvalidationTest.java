package dev.mcpflux.client;

import static dev.mcpflux.client.CachingTest.hints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CachingTest.Operation;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpResourceNotFoundException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Results that are not cached, or no longer (specification 2026-07-28: server/utilities/caching). */
class CacheInvalidationTest {

    private static final String EVERYTHING = CachingTest.EVERYTHING;
    private static final String URI = CachingTest.URI;
    private static final RequestOptions USE = RequestOptions.defaults();

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

    private void script(Operation what, String... results) {
        peer.discovery(EVERYTHING);
        for (String result : results) {
            peer.expect(what.method).reply(result);
        }
    }

    // changes

    @Test
    void listChangeInvalidatesOnlyThatList() {
        String hints = hints(60_000);
        peer.discovery(EVERYTHING)
                .expect("tools/list")
                .reply(Operation.TOOLS.holding("t1", hints))
                .expect("prompts/list")
                .reply(Operation.PROMPTS.holding("p1", hints))
                .expect("resources/list")
                .reply(Operation.RESOURCES.holding("r1", hints))
                .expect("resources/templates/list")
                .reply(Operation.TEMPLATES.holding("m1", hints));
        says("notifications/tools/list_changed", "{}").expect("tools/list").reply(Operation.TOOLS.holding("t2", hints));
        says("notifications/prompts/list_changed", "{}")
                .expect("prompts/list")
                .reply(Operation.PROMPTS.holding("p2", hints));
        says("notifications/resources/list_changed", "{}")
                .expect("resources/list")
                .reply(Operation.RESOURCES.holding("r2", hints))
                .expect("resources/templates/list")
                .reply(Operation.TEMPLATES.holding("m2", hints));
        McpSession session = opened();
        assertThat(lists(session)).containsExactly("t1", "p1", "r1", "m1");
        session.ping().block();
        assertThat(lists(session)).containsExactly("t2", "p1", "r1", "m1");
        session.ping().block();
        assertThat(lists(session)).containsExactly("t2", "p2", "r1", "m1");
        session.ping().block();
        assertThat(lists(session)).containsExactly("t2", "p2", "r2", "m2");
        peer.verify();
    }

    private static List<String> lists(McpSession session) {
        return List.of(
                Operation.TOOLS.run(session),
                Operation.PROMPTS.run(session),
                Operation.RESOURCES.run(session),
                Operation.TEMPLATES.run(session));
    }

    /** Answers the next ping, then sends a notification. */
    private ScriptedPeer says(String notification, String params) {
        return peer.expect("server/discover")
                .reply("{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':{}}")
                .notify(notification, params);
    }

    @Test
    void resourceChangeInvalidatesItForAllPrincipals() {
        Operation what = Operation.READ;
        script(what, what.holding("alice's", hints(60_000)), what.holding("bob's", hints(60_000)));
        says("notifications/resources/updated", "{\"uri\":\"file:///b\"}");
        says("notifications/resources/updated", "{\"uri\":\"file:///a\"}")
                .expect(what.method)
                .reply(what.holding("alice's new", hints(60_000)))
                .expect(what.method)
                .reply(what.holding("bob's new", hints(60_000)));
        McpSession session = opened();
        what.runAs(session, "alice");
        what.runAs(session, "bob");
        session.ping().block();
        assertThat(what.runAs(session, "alice")).isEqualTo("alice's");
        session.ping().block();
        assertThat(what.runAs(session, "alice")).isEqualTo("alice's new");
        assertThat(what.runAs(session, "bob")).isEqualTo("bob's new");
        peer.verify();
    }

    @Test
    void cacheIsInvalidatedBeforeSubscribersAreNotified() {
        Operation what = Operation.TOOLS;
        peer.discovery("{'tools':{'listChanged':true}}")
                .expect("subscriptions/listen")
                .expect(what.method)
                .reply(what.holding("old", hints(60_000)));
        says("notifications/tools/list_changed", "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":2}}")
                .expect(what.method)
                .reply(what.holding("new", hints(60_000)));
        McpSession session = opened();
        what.run(session);
        AtomicReference<String> seen = new AtomicReference<>();
        EventSink.direct(session.events())
                .ofType(SessionEvent.ListChanged.class)
                .flatMap(changed -> what.run.apply(session, USE))
                .subscribe(seen::set);
        session.ping().block();
        assertThat(seen).hasValue("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notifications/tools/list_changed", "notifications/resources/updated"})
    void changeDuringRequestPreventsCaching(String notification) {
        Operation what = notification.contains("tools") ? Operation.TOOLS : Operation.READ;
        peer.discovery(EVERYTHING)
                .expect(what.method)
                .notify(notification, "{'uri':'file:///a'}")
                .reply(what.holding("stale", hints(60_000)))
                .expect(what.method)
                .reply(what.holding("new", hints(60_000)));
        McpSession session = opened();
        assertThat(what.run(session)).isEqualTo("stale");
        assertThat(what.run(session)).isEqualTo("new");
        assertThat(what.run(session)).isEqualTo("new");
        peer.verify();
    }

    @Test
    void invalidCursorDropsAllPages() {
        Operation what = Operation.TOOLS;
        peer.discovery(EVERYTHING)
                .expect(what.method)
                .reply(what.holding("a", ",\"nextCursor\":\"2\"" + hints(60_000)))
                .expect(what.method, m -> m.at("/params/cursor").asString().equals("2"))
                .replyError(-32602, "Invalid cursor")
                .expect(what.method, m -> m.at("/params/cursor").isMissingNode())
                .reply(what.holding("b", hints(60_000)));
        McpSession session = opened();
        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext("a")
                .verifyErrorSatisfies(e -> assertThat(e).isExactlyInstanceOf(McpPeerErrorException.class));
        assertThat(what.run(session)).isEqualTo("b");
        peer.verify();
    }

    @Test
    void errorIsNotCached() {
        Operation what = Operation.READ;
        peer.discovery(EVERYTHING).expect(what.method).replyError(-32602, "Resource not found");
        peer.expect(what.method).reply(what.holding("there", hints(0)));
        McpSession session = opened();
        StepVerifier.create(session.readResource(URI)).verifyError(McpResourceNotFoundException.class);
        assertThat(what.run(session)).isEqualTo("there");
    }

    // rounds

    @Test
    void resultOfRetryIsNotCached() {
        Operation what = Operation.READ;
        String question = "{\"resultType\":\"input_required\",\"requestState\":\"q\",\"inputRequests\":{\"k\":"
                + "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"?\"}}}}";
        peer.discovery(EVERYTHING);
        for (int i = 1; i <= 2; i++) {
            peer.expect(what.method, m -> m.at("/params/requestState").isMissingNode())
                    .reply(question)
                    .expect(
                            what.method,
                            m -> m.at("/params/requestState").asString().equals("q"))
                    .reply(what.holding("answered " + i, hints(60_000, "public")));
        }
        peer.expect(what.method, m -> m.at("/params/requestState").isMissingNode())
                .reply(what.holding("at once", hints(60_000)));
        McpSession session = opened(options -> options.handlers(ClientHandlers.builder()
                .elicitation(asked -> Mono.just(Elicitation.ElicitResult.accept(Map.of())))
                .build()));
        assertThat(what.run(session)).isEqualTo("answered 1");
        assertThat(what.run(session)).isEqualTo("answered 2");
        assertThat(what.run(session)).isEqualTo("at once");
        assertThat(what.run(session)).isEqualTo("at once");
        peer.verify();
    }

    // limits

    @Test
    void fullCacheStoresOnceStaleResultsAreEvicted() {
        peer.discovery(EVERYTHING);
        read("memo://a", "a1", 1000);
        read("memo://b", "b1", 5000);
        read("memo://c", "c1", 5000);
        read("memo://c", "c2", 5000);
        McpSession session = opened(options -> options.maxCachedResults(2));
        assertThat(List.of(text(session, "memo://a"), text(session, "memo://b"), text(session, "memo://c")))
                .containsExactly("a1", "b1", "c1");
        assertThat(List.of(text(session, "memo://a"), text(session, "memo://b")))
                .containsExactly("a1", "b1");
        time.advanceTimeBy(Duration.ofMillis(1000));
        assertThat(text(session, "memo://c")).isEqualTo("c2");
        assertThat(List.of(text(session, "memo://b"), text(session, "memo://c")))
                .containsExactly("b1", "c2");
        peer.verify();
    }

    @Test
    void refreshReplacesResultInFullCache() {
        peer.discovery(EVERYTHING);
        read("memo://a", "old", 1000);
        read("memo://a", "new", 1000);
        McpSession session = opened(options -> options.maxCachedResults(1));
        text(session, "memo://a");
        session.readResource("memo://a", USE.mutate().cache(CachePolicy.REFRESH).build())
                .block();
        assertThat(text(session, "memo://a")).isEqualTo("new");
        peer.verify();
    }

    @Test
    void limitOfZeroDisablesCache() {
        peer.discovery(EVERYTHING);
        read("memo://a", "1", 1000);
        read("memo://a", "2", 1000);
        McpSession session = opened(options -> options.maxCachedResults(0));
        assertThat(text(session, "memo://a")).isEqualTo("1");
        assertThat(text(session, "memo://a")).isEqualTo("2");
    }

    @Test
    void cacheIsLimitedInBytes() {
        peer.discovery(EVERYTHING);
        read("memo://a", "x".repeat(1000), 1000);
        read("memo://b", "y".repeat(1000), 1000);
        read("memo://b", "z".repeat(1000), 1000);
        McpSession session = opened(options -> options.maxCachedBytes(1500));
        text(session, "memo://a");
        text(session, "memo://b");
        assertThat(text(session, "memo://a")).startsWith("x");
        assertThat(text(session, "memo://b")).startsWith("z");
        peer.verify();
    }

    private void read(String uri, String text, long ttl) {
        peer.expect("resources/read", m -> m.at("/params/uri").asString().equals(uri))
                .reply(Operation.READ.holding(text, hints(ttl)));
    }

    private static String text(McpSession session, String uri) {
        return session.readResource(uri).map(Resources.ReadResourceResult::text).block();
    }
}
