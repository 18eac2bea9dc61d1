package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/** The rows of docs/fault-matrix.md that are about HTTP. */
class HttpFaultMatrixTest {

    private static McpException failure(HttpTransport.Builder transport) {
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        Throwable e = session.open()
                .<Throwable>map(peer -> new AssertionError("opened"))
                .onErrorResume(Mono::just)
                .block(LIMIT);
        session.close().block(LIMIT);
        assertThat(e).isInstanceOf(McpException.class);
        return (McpException) e;
    }

    private static Throwable callFails(McpSession session) {
        return session.callTool("x", null)
                .<Throwable>map(result -> new AssertionError("answered"))
                .onErrorResume(Mono::just)
                .block(LIMIT);
    }

    // reaching a server

    @Test
    void connectionRefusedIsReported() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        McpException e = failure(HttpTransport.builder("srv", "http://127.0.0.1:" + port + "/s3cr3t?key=s3cr3t"));
        assertThat(e)
                .isInstanceOf(McpStartException.class)
                .hasMessage("server 'srv': server/discover failed: http://127.0.0.1:" + port
                        + " cannot be reached: the connection was refused");
    }

    @Test
    void theHostIsNotKnown() {
        McpException e = failure(HttpTransport.builder("srv", "http://no-such-host.invalid/mcp"));
        assertThat(e)
                .isInstanceOf(McpStartException.class)
                .hasMessageContaining("the host of http://no-such-host.invalid is not known (DNS)");
    }

    @Test
    void theOtherSideSpeaksNoTls() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.status(400, "", ""))) {
            McpException e = failure(HttpTransport.builder("srv", "https://127.0.0.1:" + server.port() + "/mcp"));
            assertThat(e)
                    .isInstanceOf(McpStartException.class)
                    .hasMessageContaining("TLS with https://127.0.0.1:" + server.port() + " failed");
        }
    }

    @Test
    void theCertificateIsNotTrusted() {
        try (TlsServer server = new TlsServer(false, HttpServerRequest::protocol)) {
            McpException e = failure(server.stranger());
            assertThat(e).isInstanceOf(McpStartException.class).hasMessageContaining("TLS with https://localhost");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereTlsNegotiatesItHttp2IsSpoken(boolean two) {
        try (TlsServer server = new TlsServer(two, HttpServerRequest::protocol)) {
            McpSession session = open(server.transport(), options -> options);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo(two ? "HTTP/2.0" : "HTTP/1.1");
            session.close().block(LIMIT);
        }
    }

    @Test
    void anAnswerMayBeCompressed() {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .compress(true)
                .handle((request, response) -> request.receive()
                        .aggregate()
                        .asString()
                        .flatMap(body -> {
                            var message = dev.mcpflux.jsonrpc.McpJson.mapper().readTree(body);
                            String result = message.path("method").asString().equals("server/discover")
                                    ? "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}"
                                    : TEXT.replace(
                                            "done",
                                            request.requestHeaders().get("Accept-Encoding") + " " + "x".repeat(10_000));
                            return response.header("Content-Type", "application/json")
                                    .sendString(Mono.just("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id")
                                            + ",\"result\":" + result + "}"))
                                    .then();
                        }))
                .bindNow(LIMIT);
        McpSession session =
                open(HttpTransport.builder("srv", "http://127.0.0.1:" + server.port() + "/mcp"), options -> options);
        assertThat(session.callTool("x", null).block(LIMIT).text())
                .contains("gzip")
                .hasSizeGreaterThan(10_000);
        session.close().block(LIMIT);
        server.disposeNow();
    }

    // which era

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | text/plain       | ``
            400 | text/html        | <h1>Bad Request</h1>
            404 | text/html        | <h1>Not Found</h1>
            405 | ``               | ``
            406 | text/plain       | Not Acceptable
            415 | text/plain       | Unsupported
            422 | application/json | {"detail":"no"}
            400 | application/json | {"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Server not initialized"}}
            404 | application/json | {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}
            200 | application/json | {"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params"}}
            400 | application/json | {"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Session not found"}}
            400 | application/json | {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2025-06-18"],"requested":"2026-07-28"}}}
            200 | text/html        | <h1>Welcome</h1>
            """)
    void otherErrorsMeanALegacyServer(int status, String type, String body) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("server/discover")) {
                reply.status(status, type, body);
            } else if (request.is("initialize")) {
                reply.result(initialized("2025-06-18"));
            } else {
                reply.accepted();
            }
        })) {
            McpSession session = open(server);
            assertThat(session.peer().revision().wire()).isEqualTo("2025-06-18");
            assertThat(server.count("server/discover")).isEqualTo(1);
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | {"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"Header mismatch"}}
            400 | {"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"needs more","data":{"requiredCapabilities":{}}}}
            400 | {"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2099-01-01"],"requested":"2026-07-28"}}}
            401 | ``
            403 | {"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"forbidden"}}
            500 | ``
            503 | {"error":"down"}
            429 | ``
            """)
    void modernAndNeutralErrorsCauseNoFallback(int status, String body) {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.status(status, "application/json", body))) {
            assertThat(failure(transport(server))).isNotNull();
            assertThat(server.count("initialize")).isZero();
            assertThat(server.count("server/discover")).isEqualTo(1);
        }
    }

    @Test
    void revisionNamedByTheServerIsRetried() {
        AtomicLong asked = new AtomicLong();
        HttpHandler server = modern((request, reply) -> reply.result(TEXT));
        try (ScriptedHttpServer scripted = ScriptedHttpServer.start((request, reply) -> {
            if (asked.incrementAndGet() == 1) {
                reply.status(
                        400,
                        "application/json",
                        reply.errorMessage(
                                -32022,
                                "Unsupported protocol version",
                                "{\"supported\":[\"2026-07-28\"],\"requested\":\"2026-07-28\"}"));
            } else {
                server.handle(request, reply);
            }
        })) {
            McpSession session = open(scripted);
            assertThat(scripted.count("server/discover")).isEqualTo(2);
            closed(session, scripted);
        }
    }

    @Test
    void theEraIsRememberedForTheOrigin() {
        EraMemory memory = new EraMemory();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(HttpHandler.legacy((request, reply) -> reply.accepted()))) {
            for (String name : List.of("one", "two")) {
                McpSession session = open(HttpTransport.builder(name, server.url()), options -> options, memory);
                closed(session, server);
            }
            assertThat(server.count("server/discover")).isEqualTo(1);
            assertThat(server.count("initialize")).isEqualTo(2);
        }
    }

    // answers

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | text/plain       | what is this                        | answered 400
            401 | text/plain       | who are you                         | wants to know who asks
            403 | text/html        | <p>no</p>                           | answered 403
            404 | text/plain       | ``                                  | answered 404
            500 | application/json | {"error":"s3cr3t-token"}            | ${Authorization}
            502 | text/html        | <p>bad gateway</p>                  | answered 502
            """)
    void aStatusIsToldInWords(int status, String type, String body, String expected) {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.status(status, type, body)))) {
            McpSession session = open(transport(server).header("Authorization", "s3cr3t-token"), options -> options);
            Throwable e = callFails(session);
            assertThat(e)
                    .isInstanceOfSatisfying(
                            McpHttpStatusException.class,
                            http -> assertThat(http.status()).isEqualTo(status))
                    .hasMessageContaining("server 'srv': tools/call failed")
                    .hasMessageContaining(expected);
            assertThat(e.toString()).doesNotContain("s3cr3t");
            assertThat(((McpException) e).isTransient()).isEqualTo(status >= 500);
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource({"429, 7, 7", "503, 120, 120", "429, soon, -1"})
    void aServerMaySayWhenToComeBack(int status, String header, long seconds) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.status(status, "", "", "Retry-After: " + header)))) {
            McpSession session = open(server);
            Throwable e = callFails(session);
            assertThat(e).isInstanceOfSatisfying(McpHttpStatusException.class, http -> {
                assertThat(http.retryAfter().map(Duration::toSeconds).orElse(-1L))
                        .isEqualTo(seconds);
                assertThat(http.isTransient()).isTrue();
            });
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            text/html                      | <h1>Welcome</h1>                                   | text/html (200) in place of a message
            text/plain; a=application/json | {}                                                 | text/plain (200) in place of a message
            ``                             | ``                                                 | an empty answer (200) in place of a message
            application/json               | ``                                                 | no response to it
            application/json               | {"jsonrpc":"2.0","id":                             | no response to it
            application/json               | {"jsonrpc":"2.0","id":99,"result":{}}              | its id is 99, and not
            application/json               | []                                                 | no response to it
            application/json               | {"jsonrpc":"2.0","method":"notifications/x"}       | no response to it
            """)
    void anAnswerThatIsNoneFailsItsCallAtOnce(String type, String body, String expected) {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.status(200, type, body)))) {
            McpSession session = open(server);
            assertThat(callFails(session))
                    .isInstanceOf(McpProtocolException.class)
                    .hasMessageContaining(expected);
            assertThat(session.pendingRequests()).isZero();
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the length says more than there is
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"jsonrpc\":\"2.0\"",
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ndata: {\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":",
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Ty",
                ""
            })
    void anAnswerThatBreaksOffSaysThatTheOutcomeIsNotKnown(String answer) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.raw(answer).thenClose()))) {
            McpSession session = open(server);
            assertThat(callFails(session))
                    .isInstanceOf(McpConnectionException.class)
                    .hasMessageContaining("whether the request was carried out is not known");
            assertThat(server.count("tools/call")).isEqualTo(1);
            closed(session, server);
        }
    }

    @Test
    void crashedServerFailsCallsUnderWay() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            reply.events().raw(": here\n\n");
            reply.reset();
        }))) {
            McpSession session = open(server);
            assertThat(callFails(session)).isInstanceOf(McpConnectionException.class);
            closed(session, server);
        }
    }

    @Test
    void readOverAStaleConnectionIsRepeatedOnce() {
        AtomicLong asked = new AtomicLong();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            if (asked.incrementAndGet() == 1) {
                reply.reset();
            } else {
                reply.result("{\"resultType\":\"complete\",\"tools\":[]}");
            }
        }))) {
            McpSession session = open(server);
            assertThat(session.listTools().collectList().block(LIMIT)).isEmpty();
            assertThat(server.count("tools/list")).isEqualTo(2);
            closed(session, server);
        }
    }

    @Test
    void aServerThatDripsIsATimeOut() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            reply.events();
            while (true) {
                reply.raw(": ");
                Thread.sleep(1);
            }
        }))) {
            McpSession session =
                    open(transport(server), options -> options.request(RequestOptions.within(Duration.ofMillis(200))));
            assertThat(callFails(session)).isInstanceOf(McpTimeoutException.class);
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aBodyWithoutEndIsNotHeld(String type) {
        AtomicLong written = new AtomicLong();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n")
                    .thenClose();
            byte[] some = ("data: " + "x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
            // until the client has had enough
            int most = type.equals("application/json") ? 1024 : 64;
            for (int i = 0; i < most; i++) {
                reply.output().write(some, i == 0 ? 0 : 6, some.length - 6);
                written.addAndGet(some.length);
            }
        }))) {
            McpSession session = open(
                    transport(server)
                            .options(HttpOptions.builder()
                                    .maxMessageBytes(1 << 20)
                                    .build()),
                    options -> options);
            if (type.equals("application/json")) {
                assertThat(callFails(session))
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("longer than the limit of 1048576 bytes");
                eventually(() -> server.connections() <= 1);
                assertThat(written.get()).isLessThan(64L << 20);
            } else {
                // an event is skipped to its end: all of it runs through without being held
                assertThat(callFails(session))
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessageContaining("longer than the limit of 1048576 bytes");
            }
            closed(session, server);
        }
    }

    // redirects

    @Test
    void aRedirectIsFollowedWithinTheOriginOnly() {
        try (ScriptedHttpServer elsewhere = ScriptedHttpServer.start((request, reply) -> reply.status(500, "", ""));
                ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
                    if (request.path().equals("/mcp") && request.is("server/discover")) {
                        reply.status(307, "", "", "Location: /moved");
                    } else if (request.is("tools/call")) {
                        reply.status(308, "", "", "Location: " + elsewhere.url() + "?token=s3cr3t");
                    } else {
                        modern((q, r) -> r.result(TEXT)).handle(request, reply);
                    }
                })) {
            McpSession session = open(transport(server).header("Authorization", "s3cr3t-token"), options -> options);
            assertThat(server.requests()).extracting(RecordedRequest::path).containsExactly("/mcp", "/moved");
            assertThat(server.requests().get(1).header("mcp-method")).isEqualTo("server/discover");
            assertThat(callFails(session))
                    .hasMessageContaining("redirects to http://127.0.0.1:" + elsewhere.port()
                            + ", which is another origin, so it is not followed (308)")
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
            assertThat(elsewhere.requests()).isEmpty();
            closed(session, server);
        }
    }

    // who asks

    @Test
    void headersOfOneCallGoWithThatCallOnly() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(TEXT)))) {
            McpSession session = open(server);
            for (String user : List.of("a", "b")) {
                session.callTool("x", null)
                        .contextWrite(context -> context.put(HttpTransport.HEADERS, Map.of("Authorization", user)))
                        .block(LIMIT);
            }
            session.callTool("x", null).block(LIMIT);
            assertThat(server.requests(request -> request.is("tools/call")))
                    .extracting(request -> request.header("authorization"))
                    .containsExactly("a", "b", null);
            closed(session, server);
        }
    }

    @Test
    void anErrorOfTheProtocolComesAsOne() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern(
                (request, reply) -> reply.status(400, "application/json", reply.errorMessage(-32602, "no", ""))))) {
            McpSession session = open(server);
            assertThat(callFails(session)).isInstanceOf(McpPeerErrorException.class);
            closed(session, server);
        }
    }
}
