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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/** Answers as servers give them, and what can be made of them. */
class AnswersTest {

    private static String call(McpSession session) {
        return session.callTool("x", null).block(LIMIT).text();
    }

    // media types

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "APPLICATION/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "Application/Json ; Charset=\"utf-8\"",
                "application/vnd.mcp+json",
                "application/problem+json; x=y",
                "text/json"
            })
    void jsonIsReadUnderAnyJsonMediaType(String type) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.status(200, type, "\uFEFF \n" + reply.message(TEXT))))) {
            McpSession session = open(server);
            assertThat(call(session)).isEqualTo("done");
            assertThat(call(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"event: message\ndata: ", "data: ", "id: 7\ndata:", ": hello\n\ndata: ", "retry: 5\ndata: "})
    void eventsWithoutAMediaTypeAreRead(String before) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.raw(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + before + reply.message(TEXT) + "\n\n")
                .thenClose()))) {
            McpSession session = open(server);
            assertThat(call(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "text/html,<p>hi</p>,text/html",
        "text/plain,'{}',text/plain",
        "application/octet-stream,'{}',application/octet-stream",
        "'',<p>hi</p>,a body of no media type",
        "'','',an empty answer"
    })
    void wrongTypeIsNamed(String type, String body, String named) {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.status(200, type, body)))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session))
                    .isInstanceOf(McpProtocolException.class)
                    .hasMessageContaining("server 'srv'")
                    .hasMessageContaining("answered with " + named + " (200)");
            closed(session, server);
        }
    }

    // ids

    @ParameterizedTest
    @ValueSource(strings = {"\"server-error\"", "0", "null", "\"ID\"", "99999999999999999999"})
    void errorUnderAnotherIdIsThatOfTheRequest(String id) {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.json("{\"jsonrpc\":\"2.0\",\"id\":"
                        + id.replace("ID", request.message().path("id").toString())
                        + ",\"error\":{\"code\":-32050,\"message\":\"too tired\"}}")))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session))
                    .isInstanceOf(McpPeerErrorException.class)
                    .hasMessageContaining("too tired");
            closed(session, server);
        }
    }

    @Test
    void errorUnderAnotherIdIsThatOfTheRequestInAStream() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.events()
                .event(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"server-error\",\"error\":{\"code\":-32050,\"message\":\"too tired\"}}")
                .awaitDisconnect()))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session))
                    .isInstanceOf(McpPeerErrorException.class)
                    .hasMessageContaining("too tired");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resultUnderTheIdAsTextIsTaken(boolean stream) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            String answer =
                    "{\"jsonrpc\":\"2.0\",\"id\":\"" + request.message().path("id") + "\",\"result\":" + TEXT + "}";
            if (stream) {
                reply.events().event(answer);
            } else {
                reply.json(answer);
            }
        }))) {
            McpSession session = open(server);
            assertThat(call(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    /** What is out of step stays so: its connection is not used again. */
    @Test
    void resultUnderAnotherIdFailsTheRequest() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            if (request.message().path("params").path("name").asString().equals("odd")) {
                reply.json("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":" + TEXT + "}");
            } else {
                reply.result(TEXT);
            }
        }))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> session.callTool("odd", null).block(LIMIT))
                    .isInstanceOf(McpProtocolException.class)
                    .hasMessageContaining("a response to another request: its id is 4711, and not");
            List<RecordedRequest> requests = server.requests();
            int used = requests.get(requests.size() - 1).connection();
            assertThat(call(session)).isEqualTo("done");
            assertThat(requests.get(requests.size() - 1).connection()).isNotEqualTo(used);
            closed(session, server);
        }
    }

    // HTTP+SSE

    @ParameterizedTest
    @CsvSource({"?s=4,/mcp?s=4", "post?s=4,/post?s=4", "/a/../post,/a/../post", "'',/mcp"})
    void endpointIsResolvedByTheStandard(String endpoint, String path) {
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                reply.events()
                        .raw("event: endpoint\ndata: " + endpoint + "\n\n")
                        .awaitDisconnect();
            } else {
                reply.accepted();
                if (request.is("initialize")) {
                    stream.get().event(reply.message(initialized("2024-11-05")));
                }
            }
        })) {
            McpSession session = open(
                    transport(server).kind(HttpKind.SSE), options -> options.era(dev.mcpflux.client.EraPolicy.LEGACY));
            assertThat(server.requests(request -> request.is("initialize"))
                            .get(0)
                            .path())
                    .isEqualTo(path.replace("/a/../post", "/post"));
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endpointOfAnotherOriginNamesBoth(boolean auto) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.events()
                        .raw("event: endpoint\ndata: http://u:s3cr3t@example.org/message?k=s3cr3t\n\n")
                        .awaitDisconnect();
            } else {
                reply.status(405, "", "");
            }
        })) {
            McpSession session = McpSession.create(
                    transport(server).kind(auto ? HttpKind.AUTO : HttpKind.SSE).build(), SessionOptions.defaults());
            assertThatThrownBy(() -> session.open().block(LIMIT))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining(
                            "of another origin, http://example.org instead of http://127.0.0.1:" + server.port())
                    .hasMessageContaining(auto ? "405" : "origin")
                    .hasMessageNotContaining("s3cr3t");
            eventually(() -> server.connections() == 0);
        }
    }

    @Test
    void neitherTransportSaysWhyForBoth() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                reply.status(200, "text/html", "<p>hi</p>");
            } else {
                reply.status(404, "text/plain", "nothing here");
            }
        })) {
            McpSession session = McpSession.create(transport(server).build(), SessionOptions.defaults());
            assertThatThrownBy(() -> session.open().block(LIMIT))
                    .isInstanceOf(McpHttpStatusException.class)
                    .hasMessageContaining("initialize failed")
                    .hasMessageContaining("404")
                    .hasMessageContaining("nothing here")
                    .hasMessageContaining("HTTP+SSE: it answers GET with text/html instead of a stream of events");
            eventually(() -> server.connections() == 0);
        }
    }

    // headers

    @Test
    void headersOfTheProtocolAreIgnoredWithAWarning() {
        Logger logger = (Logger) LoggerFactory.getLogger(HttpConnection.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.result(TEXT)))) {
            HttpTransport.Builder transport = transport(server)
                    .header("Content-Type", "s3cr3t-1")
                    .header("accept", "s3cr3t-2")
                    .header("MCP-Protocol-Version", "s3cr3t-3")
                    .header("User-Agent", "mine");
            McpSession session = open(transport, options -> options);
            Map<String, String> ofCall = Map.of("Mcp-Session-Id", "s3cr3t-4", "HOST", "s3cr3t-5", "X-Own", "yes");
            for (int i = 0; i < 3; i++) {
                assertThat(session.callTool("x", null)
                                .contextWrite(Context.of(HttpTransport.HEADERS, ofCall))
                                .block(LIMIT)
                                .text())
                        .isEqualTo("done");
            }
            assertThat(server.requests()).allSatisfy(request -> {
                assertThat(request.headers().values()).noneMatch(value -> value.contains("s3cr3t"));
                assertThat(request.header("user-agent")).isEqualTo("mine");
            });
            assertThat(server.requests(request -> request.is("tools/call")))
                    .allSatisfy(request -> assertThat(request.header("x-own")).isEqualTo("yes"));
            closed(session, server);
            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .filteredOn(text -> text.contains("is ignored"))
                    .hasSize(5)
                    .allSatisfy(text -> assertThat(text).contains("[srv]").doesNotContain("s3cr3t"))
                    .anySatisfy(text -> assertThat(text).contains("'Content-Type'"));
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
        }
    }
}
