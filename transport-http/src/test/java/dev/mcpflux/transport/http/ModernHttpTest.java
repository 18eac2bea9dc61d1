package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolEra;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.subscriber.TestSubscriber;

/** Streamable HTTP of the modern era: one request, one POST, one response. */
class ModernHttpTest {

    private static final String TOOLS = """
            {"resultType":"complete","ttlMs":60000,"cacheScope":"public","tools":[
            {"name":"route","inputSchema":{"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}},
              "query":{"type":"string"}}}},
            {"name":"bad","inputSchema":{"type":"object","properties":{"x":{"type":"number","x-mcp-header":"X"}}}},
            {"name":"plain","inputSchema":{"type":"object"}}]}""".replace("\n", "");

    @Test
    void headersRepeatMethodAndName() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) ->
                reply.result(request.is("tools/call") ? TEXT : "{\"resultType\":\"complete\",\"contents\":[]}")))) {
            McpSession session = open(server);
            assertThat(session.peer().era()).isEqualTo(ProtocolEra.MODERN);
            session.callTool("grüß", Map.of("a", 1)).block(LIMIT);
            session.readResource("file:///a%20b?c=d").block(LIMIT);
            closed(session, server);
            assertThat(server.requests()).allSatisfy(request -> {
                assertThat(request.httpMethod()).isEqualTo("POST");
                assertThat(request.header("accept")).contains("application/json", "text/event-stream");
                assertThat(request.header("content-type")).isEqualTo("application/json");
                assertThat(request.header("mcp-protocol-version"))
                        .isEqualTo("2026-07-28")
                        .isEqualTo(request.message()
                                .path("params")
                                .path("_meta")
                                .path("io.modelcontextprotocol/protocolVersion")
                                .asString());
                assertThat(request.header("mcp-method")).isEqualTo(request.method());
                assertThat(request.header("mcp-session-id")).isNull();
            });
            assertThat(server.requests())
                    .extracting(request -> request.header("mcp-name"))
                    .containsExactly(null, "=?base64?Z3LDvMOf?=", "file:///a%20b?c=d");
        }
    }

    @Test
    void argumentsStandInTheHeadersThatTheListNames() {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.result(request.is("tools/list") ? TOOLS : TEXT)))) {
            McpSession session = open(server);
            EventSink.direct(session.events())
                    .ofType(SessionEvent.Link.class)
                    .subscribe(link -> events.add(link.event()));
            assertThat(session.listTools().map(Tool::name).collectList().block(LIMIT))
                    .containsExactly("route", "plain");
            session.callTool("route", Map.of("region", " eu ", "deep", Map.of("n", 42), "query", "secret"))
                    .block(LIMIT);
            RecordedRequest call = server.requests().get(2);
            assertThat(call.header("mcp-param-region")).isEqualTo("=?base64?IGV1IA==?=");
            assertThat(call.header("mcp-param-n")).isEqualTo("42");
            assertThat(call.headers().keySet()).noneMatch(name -> name.contains("query"));
            assertThatThrownBy(() -> session.callTool("route", Map.of("deep", Map.of("n", 0.5)))
                            .block(LIMIT))
                    .isInstanceOf(McpValidationException.class)
                    .hasMessageContaining("/deep/n");
            closed(session, server);
        }
        assertThat(events)
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                ConnectionEvent.ToolLeftOut.class,
                                left -> assertThat(left.tool()).isEqualTo("bad")));
    }

    @Test
    void callRefusedForItsHeadersIsRetriedWithANewList() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            if (request.is("tools/list")) {
                reply.result(TOOLS);
            } else if (request.header("mcp-param-region") == null) {
                reply.status(400, "application/json", reply.errorMessage(-32020, "Header mismatch", ""));
            } else {
                reply.result(TEXT);
            }
        }))) {
            McpSession session = open(server);
            assertThat(session.callTool("route", Map.of("region", "eu")).block(LIMIT))
                    .extracting(CallToolResult::text)
                    .isEqualTo("done");
            assertThat(server.requests())
                    .extracting(RecordedRequest::method)
                    .containsExactly("server/discover", "tools/call", "tools/list", "tools/call");
            assertThat(server.requests().get(1).message().path("id"))
                    .isNotEqualTo(server.requests().get(3).message().path("id"));
            // once, and no more
            assertThatThrownBy(() -> session.callTool("plain", null).block(LIMIT))
                    .isInstanceOf(McpHeaderMismatchException.class);
            assertThat(server.count("tools/call")).isEqualTo(4);
            closed(session, server);
        }
    }

    @Test
    void cancellingClosesTheStreamAndSaysNothingElse() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            reply.events().raw(": here\n\n");
            begun.countDown();
            reply.awaitDisconnect();
            gone.countDown();
        }))) {
            McpSession session = open(server);
            Disposable call = session.callTool("slow", null).subscribe();
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            call.dispose();
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(session.pendingRequests()).isZero();
            closed(session, server);
            assertThat(server.requests())
                    .extracting(RecordedRequest::method)
                    .containsExactly("server/discover", "tools/call");
        }
    }

    @Test
    void aStreamThatBreaksOffSaysThatTheOutcomeIsNotKnown() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.events()
                // an id is for resumption, which this era does not have
                .raw("id: 1\nretry: 1\ndata:\n\n")))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("server 'srv': tools/call failed")
                    .hasMessageContaining("whether the request was carried out is not known");
            assertThat(server.requests())
                    .noneMatch(request -> request.httpMethod().equals("GET"));
            assertThat(server.count("tools/call")).isEqualTo(1);
            // the connection goes on
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .isInstanceOf(McpConnectionException.class);
            assertThat(server.count("tools/call")).isEqualTo(2);
            closed(session, server);
        }
    }

    @Test
    void streamOfChangesIsResumed() {
        AtomicInteger listened = new AtomicInteger();
        List<SessionEvent> events = new CopyOnWriteArrayList<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("server/discover")) {
                reply.result("{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
                        + "\"capabilities\":{\"tools\":{\"listChanged\":true}}}");
                return;
            }
            String meta = "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
                    + request.message().path("id") + "}";
            reply.events()
                    .event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{"
                            + meta + ",\"notifications\":{\"toolsListChanged\":true}}}")
                    .raw(": keep-alive\r\n");
            if (listened.incrementAndGet() == 1) {
                reply.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\",\"params\":{" + meta
                        + "}}");
                reply.reset();
            } else {
                reply.awaitDisconnect();
            }
        })) {
            McpSession session = open(transport(server), options -> options);
            EventSink.direct(session.events())
                    .ofType(SessionEvent.ListChanged.class)
                    .subscribe(events::add);
            eventually(() -> listened.get() >= 2);
            // what changed between the two was told by nobody
            eventually(() -> !events.isEmpty());
            closed(session, server);
        }
    }

    /** Far fewer than a limit in number would let through: a mebibyte waits, and what the two ends of TCP hold. */
    @Test
    void unrequestedProgressIsBoundedInBytes() {
        String padding = "x".repeat(1_000_000);
        AtomicLong written = new AtomicLong();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.events();
            String token = request.message()
                    .path("params")
                    .path("_meta")
                    .path("progressToken")
                    .toString();
            for (int i = 1; i <= 1000; i++) {
                reply.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                        + token + ",\"progress\":" + i + ",\"message\":\"" + padding + "\"}}");
                written.incrementAndGet();
            }
        })) {
            Connection connection = transport(server).build().connection();
            connection.open().block(LIMIT);
            TestSubscriber<JsonRpcMessage> slow =
                    TestSubscriber.builder().initialRequest(3).build();
            connection.exchange(callWithProgress()).subscribe(slow);
            eventually(() -> slow.getReceivedOnNext().size() == 3);
            // until the pipe is full: it does not move any more
            AtomicLong before = new AtomicLong(-1);
            AtomicInteger still = new AtomicInteger();
            eventually(() -> {
                long now = written.get();
                still.set(now == before.getAndSet(now) ? still.get() + 1 : 0);
                return still.get() > 150;
            });
            assertThat(written.get()).isLessThan(40);
            slow.cancel();
            connection.close().block(LIMIT);
            eventually(() -> server.connections() == 0);
        }
    }

    @Test
    void slowSubscriberAppliesBackpressure() {
        int count = 20_000;
        String padding = "x".repeat(2_000);
        AtomicLong written = new AtomicLong();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.events();
            String token = request.message()
                    .path("params")
                    .path("_meta")
                    .path("progressToken")
                    .toString();
            for (int i = 1; i <= count; i++) {
                reply.event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                        + token + ",\"progress\":" + i + ",\"message\":\"" + padding + "\"}}");
                written.incrementAndGet();
            }
            reply.event(reply.message(TEXT));
        })) {
            Connection connection = transport(server).build().connection();
            connection.open().block(LIMIT);
            TestSubscriber<JsonRpcMessage> slow =
                    TestSubscriber.builder().initialRequest(10).build();
            connection.exchange(callWithProgress()).subscribe(slow);
            eventually(() -> slow.getReceivedOnNext().size() == 10);
            // until the pipe is full: it does not move any more
            AtomicLong before = new AtomicLong(-1);
            AtomicInteger still = new AtomicInteger();
            eventually(() -> {
                long now = written.get();
                still.set(now == before.getAndSet(now) ? still.get() + 1 : 0);
                return still.get() > 150;
            });
            assertThat(written.get()).isLessThan(count);
            assertThat(slow.getReceivedOnNext()).hasSize(10);
            slow.request(Long.MAX_VALUE);
            slow.block(LIMIT);
            assertThat(slow.getReceivedOnNext()).hasSize(count + 1);
            connection.close().block(LIMIT);
            eventually(() -> server.connections() == 0);
        }
    }

    @Test
    void jsonRpcErrorCountsUnderAnyStatusAndType() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            String body =
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32601,\"message\":\"no such method\"}}";
            reply.status(
                    request.message().path("params").path("name").asString("").equals("a") ? 404 : 500,
                    "text/plain",
                    body);
        }))) {
            McpSession session = open(server);
            for (String tool : List.of("a", "b")) {
                assertThatThrownBy(() -> session.callTool(tool, null).block(LIMIT))
                        .isInstanceOfSatisfying(
                                McpPeerErrorException.class,
                                e -> assertThat(e.error().code()).isEqualTo(-32601));
            }
            closed(session, server);
        }
    }

    private static RequestSpec callWithProgress() {
        return RequestSpec.of(
                        "tools/call", RequestEffect.MAY_ACT, new CallToolParams("x", null, null), CallToolResult.class)
                .withMeta((id, context) -> new RequestMeta(id));
    }
}
