package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Completions.CompletionReference;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.testing.ScriptedPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** The operations of a session other than tool calls. */
class OperationsTest {

    private static final String EVERYTHING = "{'tools':{},'prompts':{},'resources':{},'completions':{},'logging':{}}";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        return opened(SessionOptions.defaults());
    }

    private McpSession opened(SessionOptions options) {
        McpSession session = McpSession.create(peer.transport(), options);
        session.open().block();
        return session;
    }

    private static String json(Object value) {
        return McpJson.mapper().writeValueAsString(value);
    }

    // lists

    private enum Listing {
        TOOLS("tools/list", "tools", "name", s -> s.listTools().map(t -> t.name())),
        PROMPTS("prompts/list", "prompts", "name", s -> s.listPrompts().map(Prompts.Prompt::name)),
        RESOURCES("resources/list", "resources", "uri", s -> s.listResources().map(Resources.Resource::uri)),
        TEMPLATES(
                "resources/templates/list",
                "resourceTemplates",
                "uriTemplate",
                s -> s.listResourceTemplates().map(Resources.ResourceTemplate::uriTemplate));

        private final String method;
        private final String member;
        private final String key;
        private final Function<McpSession, Flux<String>> list;

        Listing(String method, String member, String key, Function<McpSession, Flux<String>> list) {
            this.method = method;
            this.member = member;
            this.key = key;
            this.list = list;
        }

        String page(String first, String second, String next) {
            return "{\"" + member + "\":[{\"" + key + "\":\"" + first + "\"},{\"" + key + "\":\"" + second + "\"}]"
                    + (next == null ? "" : ",\"nextCursor\":\"" + next + "\"") + "}";
        }
    }

    @ParameterizedTest
    @EnumSource(Listing.class)
    void pagesAreReadAtMostOneAhead(Listing what) {
        peer.handshake("2025-11-25", EVERYTHING)
                .expect(what.method, m -> m.path("params").isMissingNode())
                .reply(what.page("a", "b", ""))
                .expect(what.method, m -> m.at("/params/cursor").asString("x").isEmpty())
                .reply(what.page("c", "d", "3"))
                .expect(what.method, m -> m.at("/params/cursor").asString().equals("3"))
                .reply(what.page("e", "f", null));
        TestSubscriber<String> all = TestSubscriber.builder().initialRequest(1).build();
        what.list.apply(opened()).subscribe(all);
        assertThat(all.getReceivedOnNext()).containsExactly("a");
        assertThat(peer.receivedMethods().stream().filter(what.method::equals)).hasSizeLessThanOrEqualTo(2);
        all.request(Long.MAX_VALUE);
        assertThat(all.getReceivedOnNext()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(all.isTerminatedComplete()).isTrue();
        peer.verify();
    }

    @ParameterizedTest
    @EnumSource(Listing.class)
    void repeatedCursorEndsTheList(Listing what) {
        peer.handshake("2025-11-25", EVERYTHING)
                .expect(what.method)
                .reply(what.page("a", "b", ""))
                .expect(what.method)
                .reply(what.page("c", "d", ""));
        StepVerifier.create(what.list.apply(opened()))
                .expectNext("a", "b", "c", "d")
                .verifyComplete();
    }

    @ParameterizedTest
    @EnumSource(Listing.class)
    void cancellingListCancelsCurrentPage(Listing what) {
        peer.handshake("2025-11-25", EVERYTHING).expect(what.method).expect("notifications/cancelled");
        TestSubscriber<String> all = TestSubscriber.create();
        what.list.apply(opened()).subscribe(all);
        all.cancel();
        peer.verify();
    }

    // prompts

    @Test
    void promptsAreListedWithAllMembers() {
        String prompt = "{\"name\":\"p\",\"title\":\"P\",\"description\":\"d\",\"arguments\":[{\"name\":\"a\","
                + "\"title\":\"A\",\"description\":\"e\",\"required\":true}],\"icons\":[{\"src\":\"data:,\","
                + "\"mimeType\":\"image/png\",\"sizes\":[\"48x48\"],\"theme\":\"dark\"}],\"_meta\":{\"k\":1}}";
        peer.discovery(EVERYTHING).expect("prompts/list").reply("{\"prompts\":[" + prompt + "]}");
        assertThat(json(opened().listPrompts().single().block())).isEqualTo(prompt);
    }

    @Test
    void promptIsRenderedWithArguments() {
        String result = "{\"description\":\"d\",\"messages\":["
                + "{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"hi\",\"_meta\":{\"a\":1}}},"
                + "{\"role\":\"assistant\",\"content\":{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///a\","
                + "\"text\":\"x\",\"_meta\":{\"b\":2}},\"annotations\":{\"audience\":[\"user\"],\"priority\":1.0}}}],"
                + "\"_meta\":{\"c\":3}}";
        peer.handshake("2025-11-25", EVERYTHING)
                .expectParams("prompts/get", "{'name':'p','arguments':{'a':'1'}}")
                .reply(result)
                .expectParams("prompts/get", "{'name':'p'}")
                .reply("{'messages':[]}")
                .expect("prompts/get")
                .replyError(-32602, "Unknown prompt");
        McpSession session = opened();
        Prompts.GetPromptResult read = session.getPrompt("p", Map.of("a", "1")).block();
        assertThat(json(read)).isEqualTo(result);
        assertThat(session.getPrompt("p", Map.of()).block()).isNotNull();
        StepVerifier.create(session.getPrompt("q", Map.of()))
                .verifyErrorSatisfies(e -> assertThat(e).isExactlyInstanceOf(McpPeerErrorException.class));
        peer.verify();
    }

    // resources

    @Test
    void resourcesAreListedWithAllMembers() {
        String common = "\"name\":\"n\",\"title\":\"T\",\"description\":\"d\",\"mimeType\":\"text/plain\","
                + "\"annotations\":{\"audience\":[\"assistant\"],\"priority\":0.5,\"lastModified\":\"2025-01-12T15:00:58Z\"}";
        String icons = "\"icons\":[{\"src\":\"data:,\"}],\"_meta\":{\"k\":1}}";
        String resource = "{\"uri\":\"file:///a\"," + common + ",\"size\":5," + icons;
        String template = "{\"uriTemplate\":\"file:///{a}\"," + common + "," + icons;
        peer.discovery(EVERYTHING)
                .expect("resources/list")
                .reply("{\"resources\":[" + resource + "]}")
                .expect("resources/templates/list")
                .reply("{\"resourceTemplates\":[" + template + "]}");
        McpSession session = opened();
        assertThat(json(session.listResources().single().block())).isEqualTo(resource);
        assertThat(json(session.listResourceTemplates().single().block())).isEqualTo(template);
    }

    @Test
    void resourceIsReadAsTextAndBytes() {
        peer.handshake("2024-11-05", EVERYTHING)
                .expectParams("resources/read", "{'uri':'file:///d'}")
                .reply("{'contents':[{'uri':'file:///d/a','mimeType':'text/plain','text':'one'},"
                        + "{'uri':'file:///d/b','blob':'aGk=','_meta':{'k':1}},"
                        + "{'uri':'file:///d/c','text':'two'}],'_meta':{'l':2}}");
        Resources.ReadResourceResult read = opened().readResource("file:///d").block();
        assertThat(read.text()).isEqualTo("one\ntwo");
        assertThat(read.contents()).extracting(Content.ResourceContents::blob).containsExactly(null, "aGk=", null);
        assertThat(String.valueOf(read.contents().get(1).meta())).isEqualTo("{\"k\":1}");
        assertThat(String.valueOf(read.meta())).isEqualTo("{\"l\":2}");
        peer.verify();
    }

    // completion

    /**
     * MCP Apps: a tool names its user interface in {@code _meta}. The interface is a resource like any other, listed or
     * not.
     */
    @Test
    void toolUiIsReadAsResource() {
        peer.discovery("{'tools':{},'resources':{},'extensions':{'io.modelcontextprotocol/ui':{}}}")
                .expect("tools/list")
                .reply("{'resultType':'complete','ttlMs':0,'cacheScope':'public','tools':[{'name':'chart',"
                        + "'inputSchema':{'type':'object'},'_meta':{'ui':{'resourceUri':'ui://chart'}}}]}")
                .expect("resources/read", m -> m.at("/params/uri").asString().equals("ui://chart"))
                .reply("{'resultType':'complete','ttlMs':0,'cacheScope':'public','contents':[{'uri':"
                        + "'ui://chart','mimeType':'text/html;profile=mcp-app','text':'<p>chart</p>'}]}");
        StepVerifier.create(McpSession.use(
                        peer.transport(),
                        SessionOptions.builder().extension(Extensions.UI).build(),
                        s -> s.listTools()
                                .map(tool ->
                                        String.valueOf(tool.meta()).replaceAll(".*resourceUri\":\"([^\"]+).*", "$1"))
                                .concatMap(s::readResource)
                                .map(Resources.ReadResourceResult::text)))
                .expectNext("<p>chart</p>")
                .verifyComplete();
        peer.verify();
    }

    @Test
    void completionSendsResolvedArguments() {
        peer.handshake("2025-06-18", EVERYTHING)
                .expectParams(
                        "completion/complete",
                        "{'ref':{'type':'ref/prompt','name':'p'},'argument':{'name':'a','value':'py'},"
                                + "'context':{'arguments':{'b':'1'}}}")
                .reply("{'completion':{'values':['python','pypy'],'total':10,'hasMore':true}}")
                .expectParams(
                        "completion/complete",
                        "{'ref':{'type':'ref/resource','uri':'file:///{a}'},'argument':{'name':'a','value':''}}")
                .reply("{}");
        McpSession session = opened();
        StepVerifier.create(session.complete(CompletionReference.prompt("p"), "a", "py", Map.of("b", "1")))
                .expectNext(new Completions.Completion(List.of("python", "pypy"), 10, true))
                .verifyComplete();
        StepVerifier.create(session.complete(CompletionReference.resource("file:///{a}"), "a", "", Map.of()))
                .expectNext(Completions.Completion.NONE)
                .verifyComplete();
        peer.verify();
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05,false", "2025-03-26,false", "2025-06-18,true", "2025-11-25,true"})
    void olderServersReceiveNoResolvedArguments(String revision, boolean told) {
        peer.handshake(revision, EVERYTHING)
                .expect("completion/complete", m -> m.path("params").has("context") == told)
                .reply("{'completion':{'values':[]}}");
        opened().complete(CompletionReference.prompt("p"), "a", "", Map.of("b", "1"))
                .block();
        peer.verify();
    }

    @ParameterizedTest
    @CsvSource({"2024-11-05,true", "2025-03-26,false", "2025-11-25,false"})
    void undeclaredCompletionIsOnlyTriedOn2024Servers(String revision, boolean asked) {
        peer.handshake(revision, "{'prompts':{}}").always("completion/complete", "{'completion':{'values':[]}}");
        StepVerifier.create(opened().complete(CompletionReference.prompt("p"), "a", "", Map.of()))
                .expectNext(Completions.Completion.NONE)
                .verifyComplete();
        assertThat(peer.receivedMethods().contains("completion/complete")).isEqualTo(asked);
    }

    // ping

    @Test
    void anyResponseAnswersPing() {
        peer.handshake().expect("ping", m -> m.path("params").isMissingNode()).reply("{}");
        StepVerifier.create(opened().ping()).verifyComplete();
        peer.verify();

        ScriptedPeer modern = ScriptedPeer.named("m").discovery().discovery();
        McpSession session = McpSession.create(modern.transport(), SessionOptions.defaults());
        session.open().block();
        StepVerifier.create(session.ping()).verifyComplete();
        modern.verify();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unansweredPingTimesOut(boolean modern) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        if (modern) {
            peer.discovery().expect("server/discover").expect("notifications/cancelled");
        } else {
            peer.handshake().expect("ping").expect("notifications/cancelled");
        }
        McpSession session = opened(SessionOptions.builder()
                .timer(time)
                .request(RequestOptions.within(Duration.ofSeconds(3)))
                .build());
        TestSubscriber<Void> ping = TestSubscriber.create();
        session.ping().subscribe(ping);
        time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(ping.expectTerminalError()).isInstanceOf(McpTimeoutException.class);
        peer.verify();
    }

    // batches

    @Test
    void batchDeliversAllMessages() {
        peer.handshake("2025-03-26", EVERYTHING)
                .expect("tools/call")
                .raw("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\","
                        + "\"data\":1}},{\"jsonrpc\":\"2.0\",\"id\":\"r\",\"method\":\"roots/list\"},"
                        + "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}},"
                        + "7,{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}]")
                .expect("response:\"r\"", m -> m.path("result").toString().equals("{\"roots\":[]}"));
        McpSession session = opened(SessionOptions.builder()
                .handlers(ClientHandlers.builder().roots(List.of()).build())
                .build());
        List<String> events = new ArrayList<>();
        EventSink.direct(session.events())
                .map(event -> event.getClass().getSimpleName())
                .subscribe(events::add);
        CallToolResult result = session.callTool("t", null).block();
        assertThat(result.text()).isEqualTo("hi");
        assertThat(events).containsExactly("ServerLog", "Link", "ListChanged");
        peer.verify();
    }
}
