package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The metadata of every request of the modern era (2026-07-28: basic, _meta). */
class ModernMetaTest {

    private static final String PREFIX = "io.modelcontextprotocol/";
    private static final String BARE = "{\"" + PREFIX + "protocolVersion\":\"2026-07-28\",\"" + PREFIX
            + "clientInfo\":{\"name\":\"c\",\"version\":\"7\"},\"" + PREFIX + "clientCapabilities\":{}}";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private static SessionOptions.Builder options() {
        return SessionOptions.builder().clientInfo(new Implementation("c", "7"));
    }

    private McpSession opened(SessionOptions options) {
        McpSession session = McpSession.create(peer.transport(), options);
        session.open().block();
        return session;
    }

    private JsonNode meta(int message) {
        return peer.received().get(message).at("/params/_meta");
    }

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private ScriptedPeer answeringAll() {
        return peer.discovery("{'tools':{},'prompts':{},'resources':{},'completions':{},'logging':{}}")
                .always("tools/list", "{'resultType':'complete','tools':[]}")
                .always("tools/call", "{'resultType':'complete','content':[]}")
                .always("prompts/list", "{'resultType':'complete','prompts':[]}")
                .always("prompts/get", "{'resultType':'complete','messages':[]}")
                .always("resources/list", "{'resultType':'complete','resources':[]}")
                .always("resources/templates/list", "{'resultType':'complete','resourceTemplates':[]}")
                .always("resources/read", "{'resultType':'complete','contents':[]}");
    }

    @Test
    void requestsCarryVersionClientAndCapabilities() {
        answeringAll();
        McpSession session = opened(options().build());
        session.listTools().blockLast();
        session.callTool("t", Map.of("a", 1)).block();
        session.listPrompts().blockLast();
        session.getPrompt("p", Map.of()).block();
        session.listResources().blockLast();
        session.listResourceTemplates().blockLast();
        session.readResource("file:///a").block();
        assertThat(peer.receivedMethods())
                .containsExactly(
                        "server/discover",
                        "tools/list",
                        "tools/call",
                        "prompts/list",
                        "prompts/get",
                        "resources/list",
                        "resources/templates/list",
                        "resources/read");
        assertThat(peer.received())
                .allSatisfy(message -> assertThat(message.at("/params/_meta")).isEqualTo(json(BARE)));
    }

    @Test
    void handlersAndExtensionsAreDeclared() {
        answeringAll();
        ClientHandlers handlers = ClientHandlers.builder()
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.decline()))
                .urlElicitation(question -> Mono.just(Elicitation.ElicitResult.decline()))
                .samplingWithTools(question -> Mono.empty())
                .roots(List.of())
                .rootsChanges(Mono.never())
                .build();
        McpSession session = opened(options()
                .handlers(handlers)
                .extension(Extensions.UI)
                .extension("com.example/x", json("{'depth':3}"))
                .build());
        session.callTool("t", null).block();
        JsonNode expected = json("{'roots':{},'sampling':{'tools':{}},'elicitation':{'form':{},'url':{}},"
                + "'extensions':{'io.modelcontextprotocol/ui':{'mimeTypes':['text/html;profile=mcp-app']},"
                + "'com.example/x':{'depth':3}}}");
        assertThat(peer.received())
                .allSatisfy(message -> assertThat(
                                message.path("params").path("_meta").path(PREFIX + "clientCapabilities"))
                        .isEqualTo(expected));
    }

    @Test
    void singleHandlerIsDeclared() {
        answeringAll();
        opened(options()
                .handlers(ClientHandlers.builder()
                        .urlElicitation(question -> Mono.empty())
                        .sampling(question -> Mono.empty())
                        .build())
                .build());
        assertThat(meta(0).path(PREFIX + "clientCapabilities"))
                .isEqualTo(json("{'sampling':{},'elicitation':{'url':{}}}"));
    }

    @Test
    void requestedLogLevelIsSent() {
        answeringAll();
        McpSession session = opened(options().build());
        session.callTool(
                        "t",
                        null,
                        RequestOptions.builder().logLevel(LogLevel.DEBUG).build())
                .block();
        session.callTool("t", null).block();
        session.setLogLevel(LogLevel.WARNING).block();
        session.callTool("t", null).block();
        session.callTool(
                        "t",
                        null,
                        RequestOptions.builder().logLevel(LogLevel.ERROR).build())
                .block();
        session.listTools().blockLast();
        assertThat(peer.received().stream()
                        .map(message -> message.path("params")
                                .path("_meta")
                                .path(PREFIX + "logLevel")
                                .asString("-")))
                .containsExactly("-", "debug", "-", "warning", "error", "warning");
        assertThat(peer.receivedMethods()).doesNotContain("logging/setLevel");
    }

    @Test
    void sessionLogLevelIsSentFromFirstRequest() {
        answeringAll();
        McpSession session = opened(options().logLevel(LogLevel.NOTICE).build());
        session.callTool("t", null).block();
        assertThat(meta(0).path(PREFIX + "logLevel").asString()).isEqualTo("notice");
        assertThat(meta(1).path(PREFIX + "logLevel").asString()).isEqualTo("notice");
    }

    @Test
    void progressTokenIsIdAndOnlySentOnDemand() {
        answeringAll();
        McpSession session = opened(options().build());
        session.streamTool("t", null).blockLast();
        session.callTool("t", null).block();
        JsonNode first = peer.received().get(1);
        assertThat(first.at("/params/_meta/progressToken")).isEqualTo(first.path("id"));
        assertThat(meta(1).size()).isEqualTo(4);
        assertThat(meta(2)).isEqualTo(json(BARE));
    }

    @Test
    void applicationMetaIsSent() {
        answeringAll();
        McpSession session = opened(options().build());
        session.callTool(
                        "t",
                        null,
                        RequestOptions.builder()
                                .meta(Map.of("com.example/tenant", "blue"))
                                .build())
                .contextWrite(context -> context.put(CallContext.TRACEPARENT, "00-ab-cd-01")
                        .put(CallContext.TRACESTATE, "v=1")
                        .put(CallContext.BAGGAGE, "k=v"))
                .block();
        assertThat(meta(1))
                .isEqualTo(json(BARE.substring(0, BARE.length() - 1)
                        + ",\"traceparent\":\"00-ab-cd-01\",\"tracestate\":\"v=1\",\"baggage\":\"k=v\","
                        + "\"com.example/tenant\":\"blue\"}"));
    }
}
