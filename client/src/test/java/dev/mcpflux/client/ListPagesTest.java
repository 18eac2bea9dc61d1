package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.ConnectionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Regular and irregular lists of a server, page by page. */
class ListPagesTest {

    private final ScriptedPeer peer = ScriptedPeer.named("s");
    private @Nullable McpSession session;
    private @Nullable Mono<List<SessionEvent>> all;

    private McpSession opened(UnaryOperator<SessionOptions.Builder> options) {
        peer.handshake("2025-11-25", "{'tools':{},'prompts':{},'resources':{}}");
        McpSession session = McpSession.create(
                peer.transport(), options.apply(SessionOptions.builder()).build());
        this.session = session;
        Mono<List<SessionEvent>> told = session.events().collectList().cache();
        told.subscribe();
        all = told;
        session.open().block();
        return session;
    }

    /** All events so far, read on another thread; ends the session. */
    private List<SessionEvent> events() {
        Objects.requireNonNull(session).close().block();
        return Objects.requireNonNull(Objects.requireNonNull(all).block());
    }

    private McpSession opened() {
        return opened(options -> options);
    }

    private static String page(@Nullable String next, String... names) {
        List<String> tools = new ArrayList<>();
        for (String name : names) {
            tools.add("{'name':'" + name + "'}");
        }
        return "{'tools':[" + String.join(",", tools) + "]" + (next == null ? "" : ",'nextCursor':'" + next + "'")
                + "}";
    }

    private void expectPages(String... pages) {
        for (String page : pages) {
            peer.expect("tools/list").reply(page);
        }
    }

    private void verifyTools(McpSession session, String... names) {
        StepVerifier.create(session.listTools().map(Tool::name))
                .expectNext(names)
                .verifyComplete();
        peer.verify();
    }

    private List<SessionEvent.ListCut> cuts() {
        return events().stream()
                .filter(SessionEvent.ListCut.class::isInstance)
                .map(SessionEvent.ListCut.class::cast)
                .toList();
    }

    @Test
    void repeatedCursorCompletesListWithElementsRead() {
        McpSession session = opened();
        expectPages(page("2", "a", "b"), page("2", "c", "d"));
        verifyTools(session, "a", "b", "c", "d");
        assertThat(cuts()).containsExactly(new SessionEvent.ListCut("tools/list", 4, "it repeats a cursor"));
    }

    @Test
    void repeatedPageEmitsEachToolOnce() {
        McpSession session = opened();
        expectPages(page("", "a", "b"), page("", "a", "b"));
        verifyTools(session, "a", "b");
        assertThat(cuts()).containsExactly(new SessionEvent.ListCut("tools/list", 2, "its next page was read before"));
    }

    @Test
    void newCursorsToSamePageCompleteList() {
        McpSession session = opened();
        expectPages(page("1", "a"), page("2", "a"));
        verifyTools(session, "a");
        assertThat(cuts()).hasSize(1);
    }

    @Test
    void emptyCursorIsRead() {
        McpSession session = opened();
        expectPages(page("", "a", "b"), page(null, "c"));
        verifyTools(session, "a", "b", "c");
        assertThat(cuts()).isEmpty();
        assertThat(peer.received()
                        .get(peer.received().size() - 1)
                        .at("/params/cursor")
                        .isString())
                .isTrue();
    }

    @Test
    void emptyPageDoesNotCompleteList() {
        McpSession session = opened();
        expectPages(page("1"), page("2"), page("3", "a"), page("4"), page(null, "b"));
        verifyTools(session, "a", "b");
        assertThat(cuts()).isEmpty();
    }

    @Test
    void cyclicCursorsCompleteList() {
        McpSession session = opened();
        expectPages(page("1", "a"), page("2", "b"), page("1", "c"));
        verifyTools(session, "a", "b", "c");
        assertThat(cuts()).hasSize(1);
    }

    @Test
    void endlessListCompletesAtPageLimit() {
        McpSession session = opened(options -> options.lists(new ListLimits(3, 1000, 1000)));
        expectPages(page("1", "a"), page("2", "b"), page("3", "c"));
        verifyTools(session, "a", "b", "c");
        assertThat(cuts()).containsExactly(new SessionEvent.ListCut("tools/list", 3, "it has more than 3 pages"));
    }

    @Test
    void endlessListCompletesAtElementLimit() {
        McpSession session = opened(options -> options.lists(new ListLimits(100, 4, 1000)));
        expectPages(page("1", "a", "b"), page("2", "c", "d"));
        verifyTools(session, "a", "b", "c", "d");
        assertThat(cuts()).containsExactly(new SessionEvent.ListCut("tools/list", 4, "it has more than 4 elements"));
    }

    @Test
    void endlessListCompletesAtByteLimit() {
        McpSession session = opened(options -> options.lists(new ListLimits(100, 100, 180)));
        String name = "x".repeat(150);
        expectPages(page("1", name + 1), page("2", name + 2));
        verifyTools(session, name + 1, name + 2);
        assertThat(cuts()).containsExactly(new SessionEvent.ListCut("tools/list", 2, "it has more than 180 bytes"));
    }

    @Test
    void longCursorsCountAsBytes() {
        McpSession session = opened(options -> options.lists(new ListLimits(100, 100, 1000)));
        expectPages(page("1" + "x".repeat(700), "a"), page("2" + "x".repeat(700), "b"));
        verifyTools(session, "a", "b");
        assertThat(cuts()).hasSize(1);
    }

    @Test
    void endlessListCompletesAtTimeout() {
        StepVerifier.withVirtualTime(() -> {
                    McpSession session = opened();
                    for (int i = 1; i < 4; i++) {
                        peer.expect("tools/list").delay(Duration.ofSeconds(4)).reply(page("" + i, "t" + i));
                    }
                    return session.listTools(RequestOptions.within(Duration.ofSeconds(60), Duration.ofSeconds(10)))
                            .map(Tool::name);
                })
                .thenAwait(Duration.ofSeconds(20))
                .expectNext("t1", "t2", "t3")
                .verifyComplete();
        assertThat(cuts())
                .singleElement()
                .satisfies(cut -> assertThat(cut.reason()).startsWith("reading it took longer than"));
    }

    @Test
    void allListsAreReadPageByPage() {
        McpSession session = opened();
        peer.always("prompts/list", "{'prompts':[{'name':'a'}],'nextCursor':''}")
                .always("resources/list", "{'resources':[{'uri':'a'}],'nextCursor':''}")
                .always("resources/templates/list", "{'resourceTemplates':[{'uriTemplate':'a'}],'nextCursor':''}");
        StepVerifier.create(session.listPrompts().map(Prompts.Prompt::name))
                .expectNext("a")
                .verifyComplete();
        StepVerifier.create(session.listResources().map(Resources.Resource::uri))
                .expectNext("a")
                .verifyComplete();
        StepVerifier.create(session.listResourceTemplates().map(Resources.ResourceTemplate::uriTemplate))
                .expectNext("a")
                .verifyComplete();
        assertThat(cuts()).hasSize(3);
    }

    // invalid elements

    @Test
    void invalidElementIsSkippedWithEvent() {
        McpSession session = opened();
        expectPages("{'tools':[{'name':'a'},null,{'name':'b','icons':5}]}");
        verifyTools(session, "a", "b");
        assertThat(events())
                .contains(
                        new SessionEvent.Link(
                                new ConnectionEvent.ElementDropped("tools/list", "/tools/1", null, "it is null")),
                        new SessionEvent.Link(new ConnectionEvent.ElementDropped(
                                "tools/list", "/tools/2/icons", "b", "expected an object, found a number (5)")));
    }

    @Test
    void invalidNotificationPartIsSkippedWithEvent() {
        McpSession session = opened();
        peer.expect("tools/call")
                .notify("notifications/message", "{'level':'info','data':1,'logger':{}}")
                .reply("{'content':[]}");
        session.callTool("a", null).block();
        assertThat(events())
                .contains(new SessionEvent.Link(new ConnectionEvent.ElementDropped(
                        "notifications/message", "/logger", null, "expected a text, found an object")));
        assertThat(events()).anyMatch(SessionEvent.ServerLog.class::isInstance);
    }
}
