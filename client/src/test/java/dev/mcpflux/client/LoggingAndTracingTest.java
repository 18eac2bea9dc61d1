package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Metadata of requests: log levels, traces and members of the application. */
class LoggingAndTracingTest {

    private static final RequestOptions LIMITS = RequestOptions.defaults();
    private static final String RESULT = "{'content':[]}";
    private static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    private static final String LOGGING = "{'tools':{},'logging':{}}";
    private static final LogMessage SAID = new LogMessage("info", "db", StringNode.valueOf("x"));
    private static final String SAYS = "{'level':'info','logger':'db','data':'x'}";
    private static final String SPAN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private McpSession opened() {
        return opened(SessionOptions.builder());
    }

    private McpSession opened(SessionOptions.Builder options) {
        McpSession session = McpSession.create(peer.transport(), options.build());
        session.open().block();
        return session;
    }

    private static TestSubscriber<ToolSignal> signals(McpSession session, RequestOptions options) {
        TestSubscriber<ToolSignal> subscriber = TestSubscriber.create();
        session.streamTool("t", null, options).subscribe(subscriber);
        return subscriber;
    }

    private static JsonNode meta(JsonNode message) {
        return message.path("params").path("_meta");
    }

    private static String level(JsonNode message) {
        return meta(message).path(LOG_LEVEL).asString("none");
    }

    // log messages

    @Test
    void unrequestedLogMessagesAreEvents() {
        peer.handshake("2025-11-25", LOGGING)
                .expect("tools/call")
                .notify("notifications/message", SAYS)
                .reply(RESULT);
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        TestSubscriber<ToolSignal> signals =
                signals(session, LIMITS.mutate().logLevel(LogLevel.DEBUG).build());
        assertThat(events).containsExactly(new SessionEvent.ServerLog(SAID));
        assertThat(signals.getReceivedOnNext()).singleElement().isInstanceOf(ToolSignal.Result.class);
    }

    @Test
    void requestedLogMessagesBelongToTheirCall() {
        peer.discovery(LOGGING)
                .expect("tools/call", m -> level(m).equals("warning"))
                .notify("notifications/message", SAYS)
                .reply(RESULT)
                .notify("notifications/message", SAYS);
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        TestSubscriber<ToolSignal> signals =
                signals(session, LIMITS.mutate().logLevel(LogLevel.WARNING).build());
        assertThat(signals.getReceivedOnNext())
                .containsExactly(
                        new ToolSignal.Log(SAID),
                        new ToolSignal.Result(new CallToolResult(List.of(), null, null, null)));
        assertThat(events).containsExactly(new SessionEvent.ServerLog(SAID), new SessionEvent.ServerLog(SAID));
        peer.verify();
    }

    @Test
    void ambiguousLogMessagesBelongToNoCall() {
        peer.discovery(LOGGING)
                .expect("tools/call")
                .expect("tools/call")
                .notify("notifications/message", SAYS)
                .reply(RESULT)
                .notify("notifications/message", SAYS)
                .expect("notifications/cancelled")
                .expect("tools/call")
                .notify("notifications/message", SAYS);
        McpSession session = opened();
        List<SessionEvent> events = new ArrayList<>();
        EventSink.direct(session.events()).subscribe(events::add);
        RequestOptions logged = LIMITS.mutate().logLevel(LogLevel.INFO).build();
        TestSubscriber<ToolSignal> first = signals(session, logged);
        TestSubscriber<ToolSignal> second = signals(session, logged);
        assertThat(second.getReceivedOnNext()).singleElement().isInstanceOf(ToolSignal.Result.class);
        assertThat(first.getReceivedOnNext()).containsExactly(new ToolSignal.Log(SAID));
        first.cancel();
        TestSubscriber<ToolSignal> third = signals(session, logged);
        assertThat(third.getReceivedOnNext()).containsExactly(new ToolSignal.Log(SAID));
        assertThat(first.getReceivedOnNext()).hasSize(1);
        assertThat(events).hasSize(3);
        peer.verify();
    }

    @Test
    void logMessagesDoNotReachOtherCalls() {
        peer.discovery(LOGGING)
                .expect("tools/call", m -> level(m).equals("info"))
                .expect("tools/call", m -> level(m).equals("none"))
                .notify("notifications/message", SAYS)
                .reply(RESULT);
        McpSession session = opened();
        TestSubscriber<ToolSignal> asked =
                signals(session, LIMITS.mutate().logLevel(LogLevel.INFO).build());
        TestSubscriber<ToolSignal> other = signals(session, LIMITS);
        assertThat(asked.getReceivedOnNext()).containsExactly(new ToolSignal.Log(SAID));
        assertThat(other.getReceivedOnNext()).singleElement().isInstanceOf(ToolSignal.Result.class);
    }

    // levels

    @ParameterizedTest
    @EnumSource(LogLevel.class)
    void legacyServerReceivesLevelOnce(LogLevel level) {
        peer.handshake("2025-11-25", LOGGING)
                .expectParams("logging/setLevel", Map.of("level", level.wire()))
                .reply("{}")
                .expect("tools/call", m -> meta(m).isMissingNode())
                .reply(RESULT);
        McpSession session = opened();
        StepVerifier.create(session.setLogLevel(level)).verifyComplete();
        session.callTool("t", null).block();
        peer.verify();
    }

    @Test
    void legacyServerReceivesSessionLevelAtStart() {
        peer.handshake("2024-11-05", LOGGING)
                .expectParams("logging/setLevel", "{'level':'error'}")
                .reply("{}");
        opened(SessionOptions.builder().logLevel(LogLevel.ERROR));
        peer.verify();
    }

    @Test
    void rejectedLevelDoesNotFailSession() {
        peer.handshake("2025-11-25", LOGGING).expect("logging/setLevel").replyError(-32601, "no");
        assertThat(opened(SessionOptions.builder().logLevel(LogLevel.ERROR)).peer())
                .isNotNull();
    }

    @Test
    void levelIsNotSentWithoutLoggingCapability() {
        peer.handshake("2025-11-25", "{'tools':{}}");
        McpSession session = opened(SessionOptions.builder().logLevel(LogLevel.ERROR));
        StepVerifier.create(session.setLogLevel(LogLevel.DEBUG)).verifyComplete();
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized");
    }

    @Test
    void modernRequestsCarryLevel() {
        peer.discovery(LOGGING)
                .expect("tools/call", m -> level(m).equals("none"))
                .reply(RESULT)
                .expect("tools/call", m -> level(m).equals("notice"))
                .reply(RESULT)
                .expect("tools/list", m -> level(m).equals("notice"))
                .reply("{'tools':[]}")
                .expect("tools/call", m -> level(m).equals("emergency"))
                .reply(RESULT);
        McpSession session = opened();
        session.callTool("t", null).block();
        StepVerifier.create(session.setLogLevel(LogLevel.NOTICE)).verifyComplete();
        session.callTool("t", null).block();
        session.listTools().blockLast();
        session.callTool("t", null, LIMITS.mutate().logLevel(LogLevel.EMERGENCY).build())
                .block();
        peer.verify();
        assertThat(peer.receivedMethods()).doesNotContain("logging/setLevel");
    }

    @Test
    void modernRequestsCarrySessionLevelFromStart() {
        peer.discovery(LOGGING)
                .expect("tools/call", m -> level(m).equals("error"))
                .reply(RESULT);
        opened(SessionOptions.builder().logLevel(LogLevel.ERROR))
                .callTool("t", null)
                .block();
        peer.verify();
    }

    /** "The server MUST NOT deliver it on a subscriptions/listen stream", so no log messages are requested there. */
    @Test
    void subscriptionRequestsNoLogMessages() {
        peer.discovery("{'tools':{'listChanged':true}}")
                .expect("subscriptions/listen", m -> !meta(m).has("io.modelcontextprotocol/logLevel"));
        opened(SessionOptions.builder().logLevel(LogLevel.ERROR));
        peer.verify();
    }

    // traces

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void traceComesFromSubscriberContext(boolean modern) {
        (modern ? peer.discovery() : peer.handshake())
                .expect("tools/call", m -> traced(m).equals(SPAN + " a=1 b=2"))
                .reply(RESULT)
                .expect(
                        "tools/call",
                        m -> traced(m).equals(SPAN + " - -")
                                && meta(m).path("progressToken").equals(m.path("id")))
                .reply(RESULT)
                .expect("tools/list", m -> traced(m).equals(SPAN + " - -"))
                .reply("{'tools':[]}")
                .expect("tools/call", m -> traced(m).equals("- - -"))
                .reply(RESULT);
        McpSession session = opened();
        session.callTool("t", null)
                .contextWrite(ctx -> ctx.put(CallContext.TRACEPARENT, SPAN)
                        .put(CallContext.TRACESTATE, "a=1")
                        .put(CallContext.BAGGAGE, "b=2"))
                .block();
        spanned(session.streamTool("t", null)).blockLast();
        spanned(session.listTools()).blockLast();
        session.callTool("t", null).block();
        peer.verify();
    }

    private static <T> Flux<T> spanned(Flux<T> flux) {
        return flux.contextWrite(ctx -> ctx.put(CallContext.TRACEPARENT, SPAN));
    }

    private static String traced(JsonNode message) {
        return meta(message).path("traceparent").asString("-") + " "
                + meta(message).path("tracestate").asString("-") + " "
                + meta(message).path("baggage").asString("-");
    }

    // members of the application

    @Test
    void applicationMetaIsSentWithTrace() {
        Map<String, Object> mine = Map.of("com.example/tenant", "t1", "com.example/list", List.of(1, 2));
        peer.discovery()
                .expect(
                        "tools/call",
                        m -> names(meta(m))
                                        .equals(Set.of(
                                                "com.example/list",
                                                "com.example/tenant",
                                                "io.modelcontextprotocol/clientCapabilities",
                                                "io.modelcontextprotocol/clientInfo",
                                                "io.modelcontextprotocol/protocolVersion"))
                                && meta(m).path("com.example/list").toString().equals("[1,2]"))
                .reply(RESULT);
        opened().callTool("t", null, LIMITS.mutate().meta(mine).build()).block();
        peer.verify();

        ScriptedPeer legacy = ScriptedPeer.named("l")
                .handshake()
                .expectParams("tools/call", "{'name':'t','_meta':{'com.example/tenant':'t1'}}")
                .reply(RESULT);
        McpSession session = McpSession.create(legacy.transport(), SessionOptions.defaults());
        session.open().block();
        session.callTool(
                        "t",
                        null,
                        LIMITS.mutate().meta(Map.of("com.example/tenant", "t1")).build())
                .block();
        legacy.verify();
    }

    private static Set<String> names(JsonNode node) {
        return new TreeSet<>(node.propertyNames());
    }
}
