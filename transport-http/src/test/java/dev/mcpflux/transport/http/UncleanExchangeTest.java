package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** Requests and responses stay in step on each connection, or the connection is closed: no call gets another one's answer. */
class UncleanExchangeTest {

    private static final String HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
    private static final String PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    private static final Context ANN = headers("ann");
    private static final Context BOB = headers("bob");

    private static Context headers(String who) {
        return Context.of(HttpTransport.HEADERS, Map.of("Authorization", who));
    }

    /** What a call is answered with names its tool. */
    private static String own(RecordedRequest request) {
        return TEXT.replace(
                "done", request.message().path("params").path("name").asString());
    }

    private static McpSession open(ScriptedHttpServer server) {
        // one connection for each caller at a time, kept for as long as the test lasts
        return Scripts.open(
                transport(server)
                        .options(HttpOptions.builder()
                                .maxConnections(1)
                                .keepIdle(Duration.ofHours(1))
                                .build()),
                options -> options);
    }

    private static String call(McpSession session, String tool, Context who) {
        return session.callTool(tool, null)
                .map(CallToolResult::text)
                .contextWrite(who)
                .block(LIMIT);
    }

    private static int connection(ScriptedHttpServer server) {
        List<RecordedRequest> calls = server.requests(request -> request.is("tools/call"));
        return calls.get(calls.size() - 1).connection();
    }

    private static HttpHandler answering(HttpHandler first) {
        CountDownLatch once = new CountDownLatch(1);
        return modern((request, reply) -> {
            if (request.message().path("params").path("name").asString().equals("odd") && once.getCount() > 0) {
                once.countDown();
                first.handle(request, reply);
            } else {
                reply.result(own(request));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {CONTINUE, PROCESSING, HINTS, HINTS + HINTS, CONTINUE + PROCESSING + PROCESSING + HINTS})
    void informationalResponsesAreSkipped(String interim) {
        HttpHandler handler = modern((request, reply) -> reply.raw(interim).result(own(request)));
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (!request.is("tools/call")) {
                reply.raw(interim);
            }
            handler.handle(request, reply);
        })) {
            McpSession session = open(server);
            assertThat(call(session, "one", ANN)).isEqualTo("one");
            int used = connection(server);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            assertThat(call(session, "three", BOB)).isEqualTo("three");
            assertThat(call(session, "four", ANN)).isEqualTo("four");
            assertThat(connection(server)).isEqualTo(used);
            closed(session, server);
        }
    }

    @Test
    void informationalResponsesMayComeInPieces() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            for (char c : (HINTS + PROCESSING).toCharArray()) {
                reply.raw(String.valueOf(c));
            }
            reply.result(own(request));
        }))) {
            McpSession session = open(server);
            assertThat(call(session, "one", ANN)).isEqualTo("one");
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            closed(session, server);
        }
    }

    @Test
    void informationalResponsesPrecedeStreams() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.raw(HINTS).events().event(reply.message(own(request)))))) {
            McpSession session = open(server);
            assertThat(call(session, "one", ANN)).isEqualTo("one");
            closed(session, server);
        }
    }

    @Test
    void informationalResponsesAreSkippedOverHttp2() {
        try (TlsServer server = new TlsServer(true, request -> {
            for (String status : List.of("103", "102", "103")) {
                request.withConnection(connection -> connection
                        .channel()
                        .write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status))));
            }
            return request.protocol();
        })) {
            McpSession session = Scripts.open(server.transport(), options -> options);
            assertThat(call(session, "one", ANN)).isEqualTo("HTTP/2.0");
            assertThat(call(session, "two", ANN)).isEqualTo("HTTP/2.0");
            session.close().block(LIMIT);
        }
    }

    /** It speaks another protocol from there on. */
    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: h2c\r\n", "Upgrade: websocket\r\n", ""})
    void switchedProtocolFailsTheCall(String header) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(answering((request, reply) -> reply.raw(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" + header + "\r\n")
                .result(own(request))))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session, "odd", ANN))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("101 Switching Protocols")
                    .hasMessageStartingWith("server 'srv'");
            int used = connection(server);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            assertThat(connection(server)).isNotEqualTo(used);
            closed(session, server);
        }
    }

    /** A response is right, and what follows it is not: the next call must not be given it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Ty",
                "HTTP/1.1 103 Early Hints\r\n\r\n",
                "H",
                "}",
                "\r\n",
                "0\r\n\r\n"
            })
    void moreThanTheResponseClosesItsConnection(String more) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(answering((request, reply) -> {
            String body = reply.message(own(request));
            // in one piece
            reply.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body + more);
        }))) {
            McpSession session = open(server);
            assertThat(call(session, "odd", ANN)).isEqualTo("odd");
            int used = connection(server);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            assertThat(call(session, "three", BOB)).isEqualTo("three");
            assertThat(call(session, "four", ANN)).isEqualTo("four");
            assertThat(server.requests(request -> request.connection() == used && request.is("tools/call")))
                    .hasSize(1);
            closed(session, server);
        }
    }

    @Test
    void answersOfSomebodyElseAreNeverGiven() {
        CountDownLatch sent = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(answering((request, reply) -> {
            // its own answer, and one for whoever comes next
            String own = reply.message(own(request));
            String next = own.replace("odd", "secret of ann")
                    .replace(
                            "\"id\":" + request.message().path("id"),
                            "\"id\":" + (request.message().path("id").asLong() + 1));
            reply.json(own).json(next);
            sent.countDown();
        }))) {
            McpSession session = open(server);
            Flux<String> both = Flux.just("odd", "a", "b", "c", "d")
                    .concatMap(tool -> session.callTool(tool, null)
                            .map(CallToolResult::text)
                            .contextWrite(tool.equals("odd") || tool.compareTo("b") > 0 ? ANN : BOB));
            assertThat(both.collectList().block(LIMIT)).containsExactly("odd", "a", "b", "c", "d");
            closed(session, server);
        }
    }

    @Test
    void unrequestedBytesCloseAnIdleConnection() {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedHttpServer server = ScriptedHttpServer.start(answering((request, reply) -> {
            reply.result(own(request));
            answered.await();
            reply.result(own(request));
            reply.awaitDisconnect();
            gone.countDown();
        }))) {
            McpSession session = open(server);
            assertThat(call(session, "odd", ANN)).isEqualTo("odd");
            answered.countDown();
            eventually(() -> gone.getCount() == 0);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no HTTP at all\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: x\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}}0\r\n\r\n"
            })
    void unreadableResponseClosesItsConnection(String response) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(answering((request, reply) -> reply.raw(response)))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session, "odd", ANN)).isInstanceOf(McpException.class);
            int used = connection(server);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            assertThat(call(session, "three", BOB)).isEqualTo("three");
            assertThat(server.requests(request -> request.connection() == used && request.is("tools/call")))
                    .hasSize(1);
            closed(session, server);
        }
    }

    /** The server closes the connection in the middle of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
                "Content-Length: 100\r\n\r\n{}"
            })
    void truncatedBodyFailsItsCall(String rest) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                answering((request, reply) -> reply.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest)
                        .thenClose()))) {
            McpSession session = open(server);
            assertThatThrownBy(() -> call(session, "odd", ANN)).isInstanceOf(McpException.class);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            closed(session, server);
        }
    }

    @Test
    void cancelledExchangeClosesItsConnection() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(answering((RecordedRequest request, HttpReply reply) -> {
                    reply.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
                    begun.countDown();
                    reply.awaitDisconnect();
                    gone.countDown();
                }))) {
            McpSession session = open(server);
            Disposable call = session.callTool("odd", null).contextWrite(ANN).subscribe(result -> {}, e -> {});
            eventually(() -> begun.getCount() == 0);
            call.dispose();
            eventually(() -> gone.getCount() == 0);
            assertThat(call(session, "two", ANN)).isEqualTo("two");
            closed(session, server);
        }
    }
}
