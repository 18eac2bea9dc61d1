package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long results are cached, and for which callers (specification 2026-07-28: server/utilities/caching). */
class CachingTest {

    static final String EVERYTHING = "{'tools':{},'prompts':{},'resources':{}}";
    static final String URI = "file:///a";
    private static final RequestOptions USE = RequestOptions.defaults();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedPeer peer = ScriptedPeer.named("s");

    /** The cacheable operations, each with the member that names its single element. */
    enum Operation {
        TOOLS(
                "tools/list",
                "\"tools\":[{\"name\":\"%s\",\"inputSchema\":{}}]",
                (s, l) -> s.listTools(l).map(Tool::name).single()),
        PROMPTS(
                "prompts/list",
                "\"prompts\":[{\"name\":\"%s\"}]",
                (s, l) -> s.listPrompts(l).map(Prompts.Prompt::name).single()),
        RESOURCES(
                "resources/list",
                "\"resources\":[{\"uri\":\"file:///a\",\"name\":\"%s\"}]",
                (s, l) -> s.listResources(l).map(Resources.Resource::name).single()),
        TEMPLATES(
                "resources/templates/list",
                "\"resourceTemplates\":[{\"uriTemplate\":\"file:///{a}\",\"name\":\"%s\"}]",
                (s, l) -> s.listResourceTemplates(l)
                        .map(Resources.ResourceTemplate::name)
                        .single()),
        READ(
                "resources/read",
                "\"contents\":[{\"uri\":\"file:///a\",\"text\":\"%s\"}]",
                (s, l) -> s.readResource(URI, l).map(Resources.ReadResourceResult::text)),
        DISCOVER(
                "server/discover",
                "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{},\"instructions\":\"%s\"",
                (s, l) -> s.discover(l).map(PeerInfo::instructions));

        final String method;
        private final String members;
        final BiFunction<McpSession, RequestOptions, Mono<String>> run;

        Operation(String method, String members, BiFunction<McpSession, RequestOptions, Mono<String>> run) {
            this.method = method;
            this.members = members;
            this.run = run;
        }

        /** A result with this element and these hints. */
        String holding(String name, String hints) {
            return "{\"resultType\":\"complete\"," + members.formatted(name) + hints + "}";
        }

        String run(McpSession session) {
            return run(session, USE);
        }

        String run(McpSession session, RequestOptions options) {
            return String.valueOf(run.apply(session, options).block());
        }

        String runAs(McpSession session, String principal) {
            return String.valueOf(run.apply(session, USE)
                    .contextWrite(ctx -> ctx.put(CallContext.PRINCIPAL, principal))
                    .block());
        }
    }

    static String hints(long ttl, String scope) {
        return ",\"ttlMs\":" + ttl + ",\"cacheScope\":\"" + scope + "\"";
    }

    static String hints(long ttl) {
        return hints(ttl, "private");
    }

    private McpSession opened() {
        McpSession session = McpSession.create(
                peer.transport(), SessionOptions.builder().timer(time).build());
        session.open().block();
        return session;
    }

    private void script(Operation what, String... results) {
        peer.discovery(EVERYTHING);
        for (String result : results) {
            peer.expect(what.method).reply(result);
        }
    }

    // freshness

    @ParameterizedTest
    @EnumSource(Operation.class)
    void freshResultIsServedUntilTtlExpires(Operation what) {
        script(what, what.holding("old", hints(1000)), what.holding("new", hints(1000)));
        McpSession session = opened();
        assertThat(what.run(session)).isEqualTo("old");
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(what.run(session)).isEqualTo("old");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(what.run(session)).isEqualTo("new");
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",\"ttlMs\":0,\"cacheScope\":\"public\"", ",\"ttlMs\":-1", ",\"cacheScope\":\"public\""})
    void resultWithoutTtlIsNotCached(String hints) {
        for (Operation what : List.of(Operation.TOOLS, Operation.READ)) {
            ScriptedPeer one = ScriptedPeer.named("s")
                    .discovery(EVERYTHING)
                    .expect(what.method)
                    .reply(what.holding("first", hints))
                    .expect(what.method)
                    .reply(what.holding("second", hints));
            McpSession session = McpSession.create(one.transport(), SessionOptions.defaults());
            session.open().block();
            assertThat(what.run(session)).isEqualTo("first");
            assertThat(what.run(session)).isEqualTo("second");
            one.verify();
        }
    }

    @Test
    void ttlStartsWhenResultArrives() {
        script(Operation.READ, Operation.READ.holding("old", hints(1000)), Operation.READ.holding("new", hints(1000)));
        McpSession session = opened();
        Mono<Resources.ReadResourceResult> later = session.readResource(URI);
        time.advanceTimeBy(Duration.ofMillis(5000));
        later.block();
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(Operation.READ.run(session)).isEqualTo("old");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(Operation.READ.run(session)).isEqualTo("new");
    }

    @Test
    void hugeTtlDoesNotOverflow() {
        script(Operation.TOOLS, Operation.TOOLS.holding("a", hints(Long.MAX_VALUE)));
        McpSession session = opened();
        Operation.TOOLS.run(session);
        time.advanceTimeBy(Duration.ofDays(365));
        assertThat(Operation.TOOLS.run(session)).isEqualTo("a");
        peer.verify();
    }

    @Test
    void eachPageHasItsOwnTtl() {
        peer.discovery(EVERYTHING)
                .expect("tools/list", m -> m.at("/params/cursor").isMissingNode())
                .reply(Operation.TOOLS.holding("a", ",\"nextCursor\":\"\"" + hints(5000)))
                .expect("tools/list", m -> m.at("/params/cursor").asString().isEmpty())
                .reply(Operation.TOOLS.holding("b", ",\"nextCursor\":\"2\"" + hints(1000)))
                .expect("tools/list", m -> m.at("/params/cursor").asString().equals("2"))
                .reply(Operation.TOOLS.holding("c", hints(5000)))
                .expect("tools/list", m -> m.at("/params/cursor").asString("x").isEmpty())
                .reply(Operation.TOOLS.holding("b2", ",\"nextCursor\":\"2\"" + hints(1000)));
        McpSession session = opened();
        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext("a", "b", "c")
                .verifyComplete();
        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext("a", "b", "c")
                .verifyComplete();
        time.advanceTimeBy(Duration.ofMillis(1000));
        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext("a", "b2", "c")
                .verifyComplete();
        StepVerifier.create(session.listToolsPage("")
                        .map(page -> page.tools().get(0).name()))
                .expectNext("b2")
                .verifyComplete();
        peer.verify();
    }

    // policies

    @ParameterizedTest
    @EnumSource(Operation.class)
    void refreshIsCachedAndBypassIsNot(Operation what) {
        script(what, what.holding("1", hints(1000)), what.holding("2", hints(1000)), what.holding("3", hints(1000)));
        McpSession session = opened();
        assertThat(what.run(session)).isEqualTo("1");
        assertThat(what.run(session, USE.mutate().cache(CachePolicy.REFRESH).build()))
                .isEqualTo("2");
        assertThat(what.run(session)).isEqualTo("2");
        assertThat(what.run(session, USE.mutate().cache(CachePolicy.BYPASS).build()))
                .isEqualTo("3");
        assertThat(what.run(session)).isEqualTo("2");
        peer.verify();
    }

    @Test
    void uncacheableRefreshRemovesCachedResult() {
        script(
                Operation.TOOLS,
                Operation.TOOLS.holding("1", hints(1000)),
                Operation.TOOLS.holding("2", hints(0)),
                Operation.TOOLS.holding("3", hints(0)));
        McpSession session = opened();
        Operation.TOOLS.run(session);
        assertThat(Operation.TOOLS.run(
                        session, USE.mutate().cache(CachePolicy.REFRESH).build()))
                .isEqualTo("2");
        assertThat(Operation.TOOLS.run(session)).isEqualTo("3");
    }

    // principals

    @ParameterizedTest
    @EnumSource(Operation.class)
    void privateResultIsCachedPerPrincipal(Operation what) {
        script(
                what,
                what.holding("alice's", hints(1000)),
                what.holding("bob's", hints(1000)),
                what.holding("nobody's", hints(1000)));
        McpSession session = opened();
        assertThat(what.runAs(session, "alice")).isEqualTo("alice's");
        assertThat(what.runAs(session, "bob")).isEqualTo("bob's");
        assertThat(what.run(session)).isEqualTo("nobody's");
        assertThat(what.runAs(session, "alice")).isEqualTo("alice's");
        assertThat(what.runAs(session, "bob")).isEqualTo("bob's");
        assertThat(what.run(session)).isEqualTo("nobody's");
        peer.verify();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void publicResultIsCachedForAll(Operation what) {
        script(what, what.holding("ours", hints(1000, "public")));
        McpSession session = opened();
        assertThat(what.runAs(session, "alice")).isEqualTo("ours");
        assertThat(what.runAs(session, "bob")).isEqualTo("ours");
        assertThat(what.run(session)).isEqualTo("ours");
        peer.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"cacheScope\":\"friends\"", ",\"cacheScope\":\"PUBLIC\""})
    void missingOrUnknownScopeIsPrivate(String scope) {
        Operation what = Operation.READ;
        script(what, what.holding("alice's", ",\"ttlMs\":1000" + scope), what.holding("bob's", ",\"ttlMs\":1000"));
        McpSession session = opened();
        assertThat(what.runAs(session, "alice")).isEqualTo("alice's");
        assertThat(what.runAs(session, "bob")).isEqualTo("bob's");
    }
}
