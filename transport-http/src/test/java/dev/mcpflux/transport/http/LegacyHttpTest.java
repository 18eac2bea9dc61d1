package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.legacy;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.ProtocolEra;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Outbound;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Streamable HTTP of the legacy era, and HTTP+SSE. */
class LegacyHttpTest {

    private static List<ConnectionEvent> events(McpSession session) {
        List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
        EventSink.direct(session.events()).ofType(SessionEvent.Link.class).subscribe(link -> events.add(link.event()));
        return events;
    }

    /** The stream is waited for as long as it takes: no time passes. */
    private static HttpTransport.Builder withoutHaste(ScriptedHttpServer server) {
        return transport(server).timer(VirtualTimeScheduler.create());
    }

    private static McpSession openWithoutHaste(ScriptedHttpServer server) {
        return open(withoutHaste(server), options -> options);
    }

    @Test
    void aSessionGoesWithEveryRequestAndIsEnded() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> reply.result(TEXT)))) {
            McpSession session = openWithoutHaste(server);
            assertThat(session.peer().era()).isEqualTo(ProtocolEra.LEGACY);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            closed(session, server);
            RecordedRequest initialize =
                    server.requests(request -> request.is("initialize")).get(0);
            assertThat(initialize.header("mcp-session-id")).isNull();
            assertThat(initialize.header("mcp-protocol-version")).isNull();
            assertThat(initialize.header("mcp-method")).isNull();
            assertThat(initialize.message().path("params").has("_meta")).isFalse();
            List<RecordedRequest> after =
                    server.requests().subList(2, server.requests().size());
            assertThat(after)
                    .extracting(request -> request.httpMethod() + " " + request.method())
                    .containsExactly("POST notifications/initialized", "GET ", "POST tools/call", "DELETE ");
            assertThat(after).allSatisfy(request -> {
                assertThat(request.header("mcp-session-id")).isEqualTo("s-1");
                assertThat(request.header("mcp-protocol-version")).isEqualTo("2025-11-25");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 501})
    void aServerThatOffersNeitherStreamNorEndIsNoneTheWorse(int status) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("POST")) {
                legacy((q, r) -> r.result(TEXT)).handle(request, reply);
            } else {
                reply.status(status, "text/html", "<p>no</p>");
            }
        })) {
            McpSession session = openWithoutHaste(server);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            closed(session, server);
            assertThat(server.requests(request -> request.httpMethod().equals("GET")))
                    .hasSize(1);
        }
    }

    @Test
    void serverStreamIsOpenBeforeTheFirstCall() throws Exception {
        CountDownLatch streaming = new CountDownLatch(1);
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        CountDownLatch answered = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                streaming.countDown();
                reply.events().raw(": here\r\n").awaitDisconnect();
            } else if (request.is("tools/call")) {
                stream.get().event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}");
                assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
                reply.result(TEXT);
            } else {
                if (request.method().isEmpty() && request.message().has("result")) {
                    answered.countDown();
                    reply.accepted();
                    return;
                }
                legacy((q, r) -> r.accepted()).handle(request, reply);
            }
        })) {
            McpSession session = open(
                    withoutHaste(server),
                    options -> options.handlers(
                            ClientHandlers.builder().roots(List.of()).build()));
            assertThat(streaming.getCount()).isZero();
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(server.requests(request -> request.message().has("result")))
                    .singleElement()
                    .satisfies(request -> {
                        assertThat(request.message().path("id").asString()).isEqualTo("q");
                        assertThat(request.header("mcp-session-id")).isEqualTo("s-1");
                    });
            closed(session, server);
        }
    }

    @Test
    void answerOverTheLimitOnTheServersStreamFails() {
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        CountDownLatch streaming = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                streaming.countDown();
                reply.events().raw(": here\r\n").awaitDisconnect();
            } else if (request.is("tools/call")) {
                assertThat(streaming.await(30, TimeUnit.SECONDS)).isTrue();
                stream.get().event(reply.message(LARGE));
                reply.awaitDisconnect();
            } else {
                legacy((q, r) -> r.accepted()).handle(request, reply);
            }
        })) {
            McpSession session = open(
                    withoutHaste(server)
                            .options(HttpOptions.builder()
                                    .maxMessageBytes(10_000)
                                    .build()),
                    options -> options);
            assertTooLong(session);
            closed(session, server);
        }
    }

    private static final String LARGE = "{\"content\":[{\"type\":\"text\",\"text\":\"" + "x".repeat(20_000) + "\"}]}";

    private static void assertTooLong(McpSession session) {
        assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                .isInstanceOf(McpProtocolException.class)
                .hasMessageContaining("server 'srv'")
                .hasMessageContaining("limit of 10000 bytes (HttpOptions.maxMessageBytes)");
    }

    @Test
    void questionsAndProgressComeByTheStreamOfTheCall() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> {
            if (request.is("tools/call")) {
                reply.events()
                        .event("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")
                        .event(
                                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                                        + request.message()
                                                .path("params")
                                                .path("_meta")
                                                .path("progressToken")
                                        + ",\"progress\":1}}")
                        .event(reply.message(TEXT));
            } else {
                reply.accepted();
            }
        }))) {
            McpSession session = open(server);
            assertThat(session.streamTool("x", null).collectList().block(LIMIT)).hasSize(2);
            eventually(() -> server.requests().stream()
                    .anyMatch(request -> request.message().has("result")));
            closed(session, server);
        }
    }

    @Test
    void cancellingNotifiesTheServer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> {
            reply.events().raw(": here\n\n");
            begun.countDown();
            reply.awaitDisconnect();
        }))) {
            McpSession session = open(server);
            Disposable call = session.callTool("slow", null).subscribe();
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            call.dispose();
            eventually(() -> server.count("notifications/cancelled") == 1);
            RecordedRequest cancelled = server.requests(request -> request.is("notifications/cancelled"))
                    .get(0);
            assertThat(cancelled.message().path("params").path("requestId"))
                    .isEqualTo(server.requests(request -> request.is("tools/call"))
                            .get(0)
                            .message()
                            .path("id"));
            closed(session, server);
        }
    }

    // resumption

    @Test
    void aStreamThatBreaksOffIsTakenUpWhereItWas() {
        AtomicInteger resumed = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> {
            if (request.is("tools/call")) {
                reply.events().raw("id: e-1\nretry: 1\ndata:\n\n");
            } else if (resumed.incrementAndGet() == 1) {
                reply.events().raw("id: e-2\ndata:\n\n");
            } else {
                Object id = server(request);
                reply.events()
                        .raw("id: e-3\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + TEXT + "}\n\n");
                reply.awaitDisconnect();
            }
        }))) {
            McpSession session = open(server);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(server.requests(request -> request.httpMethod().equals("GET")))
                    .extracting(request -> request.header("last-event-id"))
                    .containsExactly(null, "e-1", "e-2");
            assertThat(server.count("tools/call")).isEqualTo(1);
            closed(session, server);
        }
    }

    /** The id of the first call of this client, after the probe and initialize. */
    private static Object server(RecordedRequest request) {
        return 3;
    }

    @Test
    void unresumableStreamHasAnUnknownOutcome() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> {
            if (request.is("tools/call")) {
                reply.events().raw("id: e-1\nretry: 1\ndata:\n\n");
            } else {
                reply.status(405, "", "");
            }
        }))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("does not let it be taken up again (405")
                    .hasMessageContaining("whether the request was carried out is not known");
            closed(session, server);
        }
    }

    @Test
    void aStreamOfWhichNothingComesIsNotTakenUpForEver() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events();
            } else {
                legacy((q, r) -> r.result(TEXT)).handle(request, reply);
            }
        })) {
            McpSession session = McpSession.create(transport(server).build(), SessionOptions.defaults());
            List<ConnectionEvent> events = events(session);
            session.open().block(LIMIT);
            eventually(() -> events.stream().anyMatch(ConnectionEvent.StreamEnded.class::isInstance));
            assertThat(server.requests(request -> request.httpMethod().equals("GET")))
                    .hasSize(4);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            closed(session, server);
        }
    }

    // sessions that are forgotten

    @ParameterizedTest
    @ValueSource(
            strings = {
                "404|text/plain|gone",
                "404|application/json|{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"Session not found\"}}",
                "400|application/json|{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"Bad Request: No valid session ID provided\"}}"
            })
    void forgottenSessionIsRenewedOnceForAllCalls(String refusal) {
        String[] words = refusal.split("\\|");
        Set<String> known = ConcurrentHashMap.newKeySet();
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            String id = request.header("mcp-session-id");
            if (request.is("initialize")) {
                String fresh = "s-" + sessions.incrementAndGet();
                known.add(fresh);
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: " + fresh);
            } else if (id != null && !known.contains(id)) {
                reply.status(Integer.parseInt(words[0]), words[1], words[2]);
            } else {
                legacy((q, r) -> r.result(TEXT)).handle(request, reply);
            }
        })) {
            McpSession session = open(server);
            List<ConnectionEvent> events = events(session);
            known.clear();
            List<String> answers = Flux.range(0, 10)
                    .flatMap(i -> session.callTool("x", null))
                    .map(CallToolResult::text)
                    .collectList()
                    .block(LIMIT);
            assertThat(answers).hasSize(10).containsOnly("done");
            assertThat(sessions).hasValue(2);
            assertThat(events.stream().filter(ConnectionEvent.SessionRenewed.class::isInstance))
                    .hasSize(1);
            assertThat(server.count("notifications/initialized")).isEqualTo(2);
            assertThat(server.requests(request -> request.is("initialize"))
                            .get(1)
                            .header("mcp-session-id"))
                    .isNull();
            closed(session, server);
            assertThat(server.requests(request -> request.httpMethod().equals("DELETE")))
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request.header("mcp-session-id")).isEqualTo("s-2"));
        }
    }

    /** Without a call: else what the server tells of itself would be missed until the next one. */
    @ParameterizedTest
    @ValueSource(strings = {"id: e-1\n: here\n\n", ": here\n\n"})
    void aForgottenSessionIsFoundOutByItsStream(String beginning) throws Exception {
        AtomicInteger sessions = new AtomicInteger();
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            String id = request.header("mcp-session-id");
            if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-" + sessions.incrementAndGet());
            } else if (id != null && !id.equals("s-" + sessions.get())) {
                reply.status(404, "text/plain", "gone");
            } else if (request.httpMethod().equals("GET")) {
                stream.set(reply.events().raw(beginning));
                reply.awaitDisconnect();
            } else {
                legacy((q, r) -> r.result(TEXT)).handle(request, reply);
            }
        })) {
            McpSession session = open(server);
            List<ConnectionEvent> events = events(session);
            List<SessionEvent> told = new CopyOnWriteArrayList<>();
            EventSink.direct(session.events())
                    .ofType(SessionEvent.ServerLog.class)
                    .subscribe(told::add);
            eventually(() -> stream.get() != null);
            HttpReply first = stream.get();
            String line = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                    + "\"params\":{\"level\":\"info\",\"data\":\"here\"}}";
            first.event(line);
            eventually(() -> told.size() == 1);
            sessions.incrementAndGet();
            first.reset();
            eventually(() -> stream.get() != first);
            assertThat(server.requests(request -> request.httpMethod().equals("GET")))
                    .last()
                    .satisfies(request ->
                            assertThat(request.header("mcp-session-id")).isEqualTo("s-3"));
            stream.get().event(line);
            eventually(() -> told.size() == 2);
            eventually(() -> events.stream().anyMatch(ConnectionEvent.SessionRenewed.class::isInstance));
            assertThat(server.count("initialize")).isEqualTo(2);
            closed(session, server);
        }
    }

    @Test
    void secondRefusalInANewSessionFails() {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(legacy((request, reply) -> reply.status(404, "text/plain", "gone")))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .isInstanceOfSatisfying(
                            McpHttpStatusException.class,
                            e -> assertThat(e.status()).isEqualTo(404));
            assertThat(server.count("initialize")).isEqualTo(2);
            assertThat(server.count("tools/call")).isEqualTo(2);
            closed(session, server);
        }
    }

    @Test
    void aServerThatIsGoneForGoodIsLost() {
        ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events().raw(": here\n\n").awaitDisconnect();
            } else {
                legacy((q, r) -> r.awaitDisconnect()).handle(request, reply);
            }
        });
        McpSession session = open(server);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        session.callTool("x", null).subscribe(result -> {}, failure::set);
        eventually(() -> server.count("tools/call") == 1);
        server.close();
        Termination end = session.onTermination().block(LIMIT);
        assertThat(end.kind()).isEqualTo(Termination.Kind.LOST);
        assertThat(end.reason()).contains("cannot be reached: the connection was refused");
        eventually(() -> failure.get() != null);
        assertThat(failure.get()).isInstanceOf(McpConnectionException.class);
        session.close().block(LIMIT);
    }

    // who asks

    @Test
    void headersAreThoseOfTheTransportAndOfTheCaller() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(legacy((request, reply) -> reply.result(TEXT)))) {
            McpSession session =
                    McpSession.create(transport(server).header("X-Team", "a").build(), SessionOptions.defaults());
            session.open()
                    .contextWrite(context -> context.put(HttpTransport.HEADERS, Map.of("Authorization", "Bearer one")))
                    .block(LIMIT);
            session.callTool("x", null)
                    .contextWrite(context -> context.put(HttpTransport.HEADERS, Map.of("Authorization", "Bearer one")))
                    .block(LIMIT);
            closed(session, server);
            assertThat(server.requests()).allSatisfy(request -> {
                assertThat(request.header("x-team")).isEqualTo("a");
                assertThat(request.header("authorization")).isEqualTo("Bearer one");
            });
            assertThat(server.count("tools/call")).isEqualTo(1);
        }
    }

    // revisions

    @Test
    void batchesAreTakenApart() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize")) {
                reply.result(initialized("2025-03-26"));
            } else if (request.is("tools/call")) {
                reply.json("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}," + reply.message(TEXT) + "]");
            } else {
                legacy((q, r) -> r.accepted()).handle(request, reply);
            }
        })) {
            McpSession session = open(server);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(server.requests(request -> request.is("tools/call"))
                            .get(0)
                            .header("mcp-protocol-version"))
                    .isNull();
            closed(session, server);
        }
    }

    @Test
    void answersThatAreNotAcceptedAreBoundedInBytes() throws Exception {
        // it accepts connections, as the system does for it, and reads nothing
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Connection connection = HttpTransport.builder("srv", "http://127.0.0.1:" + server.getLocalPort() + "/mcp")
                    .build()
                    .connection();
            List<ConnectionEvent> events = new CopyOnWriteArrayList<>();
            EventSink.direct(connection.events()).subscribe(events::add);
            connection.open().block(LIMIT);
            Map<String, String> large = Map.of("text", "x".repeat(1 << 20));
            AtomicReference<Throwable> failure = new AtomicReference<>();
            int most = (int) (Outbound.MAX_WAITING_BYTES >> 20) + 10;
            for (int i = 0; i < most && failure.get() == null; i++) {
                connection
                        .reply(new JsonRpcMessage.Success(RequestId.of(i), large))
                        .subscribe(null, failure::set);
            }
            assertThat(failure.get())
                    .isInstanceOf(McpOverloadException.class)
                    .hasMessageStartingWith("server 'srv': it does not accept what it is sent: ")
                    .hasMessageEndingWith("bytes wait already; the limit is " + Outbound.MAX_WAITING_BYTES);
            assertThat(events)
                    .singleElement()
                    .satisfies(e -> assertThat(e).asString().contains("result of "));
            connection.close().block(LIMIT);
        }
    }

    // HTTP+SSE

    @Test
    void theOlderTransportIsTheLastResort() {
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                reply.events()
                        .raw("event: endpoint\ndata: /message?session=1\n\n")
                        .awaitDisconnect();
            } else if (request.path().equals("/mcp")) {
                reply.status(405, "text/html", "<p>no</p>");
            } else {
                if (request.is("initialize")) {
                    stream.get().event(reply.message(initialized("2024-11-05")));
                } else if (request.is("tools/call")) {
                    stream.get().event(reply.message(TEXT));
                }
                reply.status(202, "text/plain", "Accepted");
            }
        })) {
            McpSession session = open(server);
            assertThat(session.peer().revision().wire()).isEqualTo("2024-11-05");
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            closed(session, server);
            assertThat(server.requests())
                    .extracting(request -> request.httpMethod() + " " + request.path() + " " + request.method())
                    .containsExactly(
                            "POST /mcp server/discover",
                            "POST /mcp initialize",
                            "GET /mcp ",
                            "POST /message?session=1 initialize",
                            "POST /message?session=1 notifications/initialized",
                            "POST /message?session=1 tools/call");
        }
    }

    @Test
    void answerOverTheLimitByTheOlderTransportFails() {
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                reply.events()
                        .raw("event: endpoint\ndata: /message?session=1\n\n")
                        .awaitDisconnect();
            } else {
                if (request.is("initialize")) {
                    stream.get().event(reply.message(initialized("2024-11-05")));
                } else if (request.is("tools/call")) {
                    stream.get().event(reply.message(LARGE));
                } else if (request.is("ping")) {
                    stream.get().event(reply.message("{}"));
                } else if (request.is("server/discover")) {
                    stream.get().event(reply.errorMessage(-32601, "no", ""));
                }
                reply.accepted();
            }
        })) {
            McpSession session = open(
                    transport(server)
                            .kind(HttpKind.SSE)
                            .options(HttpOptions.builder()
                                    .maxMessageBytes(10_000)
                                    .build()),
                    options -> options);
            assertTooLong(session);
            session.ping().block(LIMIT);
            closed(session, server);
        }
    }

    @Test
    void messagesAreNotPostedToAnotherOrigin() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events().raw("event: endpoint\ndata: http://example.org/message\n\n");
                reply.awaitDisconnect();
            } else {
                reply.status(404, "", "");
            }
        })) {
            McpSession session =
                    McpSession.create(transport(server).kind(HttpKind.SSE).build(), SessionOptions.defaults());
            assertThatThrownBy(() -> session.open().block(LIMIT))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("of another origin, http://example.org");
            eventually(() -> server.connections() == 0);
        }
    }

    /** It may be carried out, so giving up its POST is not enough. */
    @Test
    void cancellingAnUnacceptedCallNotifiesTheServer() {
        CountDownLatch given = new CountDownLatch(1);
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                reply.events().raw("event: endpoint\ndata: /message\n\n").awaitDisconnect();
            } else if (request.is("tools/call")) {
                assertThat(given.await(30, TimeUnit.SECONDS)).isTrue();
                reply.accepted();
            } else {
                reply.accepted();
                if (request.is("server/discover")) {
                    stream.get().event(reply.errorMessage(-32601, "Method not found", ""));
                } else if (request.is("initialize")) {
                    stream.get().event(reply.message(initialized("2024-11-05")));
                }
            }
        })) {
            McpSession session = open(transport(server).kind(HttpKind.SSE), options -> options);
            Disposable call = session.callTool("x", null).subscribe();
            eventually(() -> server.count("tools/call") == 1);
            call.dispose();
            assertThat(server.count("notifications/cancelled")).isZero();
            given.countDown();
            eventually(() -> server.count("notifications/cancelled") == 1);
            RecordedRequest asked = server.requests(r -> r.is("tools/call")).get(0);
            assertThat(server.requests(r -> r.is("notifications/cancelled"))
                            .get(0)
                            .message()
                            .path("params")
                            .path("requestId"))
                    .isEqualTo(asked.message().path("id"));
            closed(session, server);
        }
    }

    /** Nobody is told of an error that nobody waits for. */
    @Test
    void committedMessageEndsQuietlyWithTheConnection() {
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events().raw("event: endpoint\ndata: /message\n\n");
            }
            reply.awaitDisconnect();
        })) {
            Connection connection = transport(server).kind(HttpKind.SSE).build().connection();
            connection.open().block(LIMIT);
            Disposable telling = connection
                    .notify(new JsonRpcMessage.Notification("notifications/x", null))
                    .subscribe();
            eventually(() -> server.count("notifications/x") == 1);
            telling.dispose();
            connection.close().block(LIMIT);
            eventually(() -> server.connections() == 0);
            assertThat(dropped).isEmpty();
        } finally {
            Hooks.resetOnErrorDropped();
        }
    }

    @Test
    void unacceptedMessageEndsWithTheConnection() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events().raw("event: endpoint\ndata: /message\n\n");
            }
            reply.awaitDisconnect();
        })) {
            McpSession session = McpSession.create(
                    transport(server)
                            .kind(HttpKind.SSE)
                            .options(HttpOptions.builder()
                                    .answerTimeout(Duration.ofMinutes(5))
                                    .build())
                            .build(),
                    SessionOptions.defaults());
            session.open().onErrorComplete().subscribe();
            eventually(() -> server.count("server/discover") == 1);
            closed(session, server);
        }
    }

    @Test
    void whenNothingIsThereTheFirstRefusalIsTold() {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.status(404, "text/plain", "no such page"))) {
            McpSession session = McpSession.create(transport(server).build(), SessionOptions.defaults());
            assertThatThrownBy(() -> session.open().block(LIMIT))
                    .isInstanceOf(McpHttpStatusException.class)
                    .hasMessageContaining("initialize failed: http://127.0.0.1:" + server.port() + " answered 404")
                    .hasMessageContaining("no such page");
            eventually(() -> server.connections() == 0);
        }
    }

    @Test
    void aSessionThatIsClosedWhileItOpensLeavesNothing() {
        for (int i = 0; i < 10; i++) {
            try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.awaitDisconnect())) {
                McpSession session = McpSession.create(transport(server).build(), SessionOptions.defaults());
                Disposable opening = session.open().onErrorComplete().subscribe();
                if (i % 2 == 0) {
                    eventually(() -> server.count("server/discover") == 1);
                }
                session.close().block(Duration.ofSeconds(30));
                opening.dispose();
                eventually(() -> server.connections() == 0);
            }
        }
    }
}
