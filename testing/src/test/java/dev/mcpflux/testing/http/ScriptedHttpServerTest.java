package dev.mcpflux.testing.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ScriptedHttpServerTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CALL = """
            {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x"}}""";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static HttpRequest.Builder to(ScriptedHttpServer server) {
        return HttpRequest.newBuilder(URI.create(server.url())).timeout(LIMIT);
    }

    private HttpResponse<String> post(ScriptedHttpServer server, String body) {
        try {
            return client.send(to(server).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String call(String method) {
        return CALL.replace("tools/call", method);
    }

    @Test
    void recordsWhatWasRequested() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.accepted())) {
            client.send(
                    to(server)
                            .header("X-One", "1")
                            .header("X-One", "2")
                            .POST(BodyPublishers.ofString(CALL))
                            .build(),
                    BodyHandlers.discarding());
            client.send(
                    to(server)
                            .POST(BodyPublishers.ofInputStream(
                                    () -> new ByteArrayInputStream("grant_type=é".getBytes(StandardCharsets.UTF_8))))
                            .build(),
                    BodyHandlers.discarding());
            client.send(to(server).DELETE().build(), BodyHandlers.discarding());
            assertThat(server.requests())
                    .extracting(RecordedRequest::httpMethod, RecordedRequest::body, RecordedRequest::method)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("POST", CALL, "tools/call"),
                            org.assertj.core.groups.Tuple.tuple("POST", "grant_type=é", ""),
                            org.assertj.core.groups.Tuple.tuple("DELETE", "", ""));
            RecordedRequest first = server.requests().get(0);
            assertThat(first.header("x-ONE")).isEqualTo("1, 2");
            assertThat(first.path()).isEqualTo("/mcp");
            assertThat(first.connection()).isEqualTo(1);
            assertThat(first.message().at("/params/name").asString()).isEqualTo("x");
            assertThat(server.count("tools/call")).isEqualTo(1);
            assertThat(server.requests(request -> request.httpMethod().equals("DELETE")))
                    .hasSize(1);
        }
    }

    @Test
    void sendsStatusHeadersAndBody() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                (request, reply) -> reply.status(503, "text/plain", "busy", "Retry-After: 1"))) {
            HttpResponse<String> response = post(server, CALL);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("busy");
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
        }
    }

    @Test
    void answersWithResultsAndErrors() {
        CallToolResult done = new CallToolResult(List.of(new Content.Text("done")), null, null, null);
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("tools/call")) {
                reply.result(done);
            } else {
                reply.error(-32602, "say \"please\"");
            }
        })) {
            assertThat(post(server, CALL).body()).isEqualTo("""
                    {"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"done"}]}}""");
            assertThat(post(server, call("ping")).body()).isEqualTo("""
                    {"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"say \\"please\\""}}""");
        }
    }

    @Test
    void sendsEvents() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.events("X-A: b")
                .notification("notifications/progress", "{\"progress\":1}")
                .event(reply.message("{}")))) {
            HttpResponse<String> response = post(server, CALL);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(response.headers().firstValue("X-A")).contains("b");
            assertThat(response.body()).isEqualTo("""
                    data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}

                    data: {"jsonrpc":"2.0","id":7,"result":{}}

                    """);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9})
    void breaksOffAtAnyByte(int bytes) throws IOException {
        String body = "0123456789";
        Gate read = new Gate();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
                    reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + body.substring(0, bytes))
                            .await(read)
                            .reset();
                });
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("GET /mcp HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            int head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".length();
            assertThat(new String(in.readNBytes(head + bytes), StandardCharsets.UTF_8))
                    .endsWith("\r\n\r\n" + body.substring(0, bytes));
            read.open();
            assertThatIOException().isThrownBy(in::read);
        }
    }

    @Test
    void brokenBodyIsShorterThanAnnounced() {
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.broken("application/json", "0123456789", 4))) {
            HttpRequest request = to(server).GET().build();
            assertThatIOException().isThrownBy(() -> client.send(request, BodyHandlers.ofString()));
        }
    }

    @Test
    void handlerThatThrowsClosesTheConnection() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            throw new IllegalStateException("a bug");
        })) {
            HttpRequest request = to(server).GET().build();
            assertThatIOException().isThrownBy(() -> client.send(request, BodyHandlers.ofString()));
            server.stop().block(LIMIT);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void gateHoldsTheResponseBack() throws Exception {
        Gate gate = new Gate();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start((request, reply) -> reply.await(gate).json("{}"))) {
            CompletableFuture<HttpResponse<String>> response =
                    client.sendAsync(to(server).GET().build(), BodyHandlers.ofString());
            gate.reached().block(LIMIT);
            assertThat(response).isNotDone();
            gate.open();
            assertThat(response.get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                            .body())
                    .isEqualTo("{}");
            assertThat(post(server, CALL).body()).as("an open gate stays open").isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resetIsSeenAsADisconnect(boolean reset) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Sinks.Empty<Void> gone = Sinks.empty();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            begun.countDown();
            reply.awaitDisconnect();
            gone.tryEmitEmpty();
        })) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write("GET /mcp HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                begun.await();
                // as a client does that closes the connection before it has read everything
                socket.setSoLinger(reset, 0);
            }
            gone.asMono().block(LIMIT);
        }
    }

    @Test
    void serverThatClosesSeesNoDisconnect() {
        CountDownLatch gone = new CountDownLatch(1);
        Gate begun = new Gate();
        ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            reply.await(begun);
            reply.awaitDisconnect();
            gone.countDown();
        });
        client.sendAsync(to(server).GET().build(), BodyHandlers.ofString());
        begun.reached().block(LIMIT);
        begun.open();
        server.stop().block(LIMIT);
        assertThat(gone.getCount()).isOne();
    }

    @Test
    void stopEndsWaitingHandlersAndConnections() {
        CountDownLatch interrupted = new CountDownLatch(1);
        Gate gate = new Gate();
        StepVerifier.create(Mono.usingWhen(
                        Mono.fromSupplier(() -> ScriptedHttpServer.start((request, reply) -> {
                            try {
                                reply.await(gate);
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                        })),
                        server -> {
                            client.sendAsync(to(server).GET().build(), BodyHandlers.ofString());
                            return gate.reached().thenReturn(server);
                        },
                        ScriptedHttpServer::stop))
                .assertNext(server -> assertThat(server.connections()).isZero())
                .expectComplete()
                .verify(LIMIT);
        assertThat(interrupted.getCount()).isZero();
    }

    @Test
    void portCanBeTakenAgainAfterTheEnd() {
        ScriptedHttpServer first = ScriptedHttpServer.start((request, reply) -> reply.json("1"));
        first.stop().then(first.stop()).block(LIMIT);
        try (ScriptedHttpServer second = ScriptedHttpServer.start((request, reply) -> reply.json("2"), first.port())) {
            assertThat(post(second, CALL).body()).isEqualTo("2");
        }
    }

    @Test
    void modernServerAnswersTheDiscovery() {
        try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) -> reply.json("more"))) {
            assertThat(post(server, call("server/discover")).body()).contains("\"supportedVersions\":[\"2026-07-28\"]");
            assertThat(post(server, CALL).body()).isEqualTo("more");
        }
    }

    @Test
    void legacyServerAnswersTheHandshake() throws Exception {
        try (ScriptedHttpServer server = ScriptedHttpServer.legacy((request, reply) -> reply.json("more"))) {
            assertThat(post(server, call("server/discover")).statusCode()).isEqualTo(400);
            assertThat(post(server, call("initialize")).headers().firstValue("Mcp-Session-Id"))
                    .contains("s-1");
            assertThat(post(server, call("notifications/initialized")).statusCode())
                    .isEqualTo(202);
            assertThat(client.send(to(server).GET().build(), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(405);
            assertThat(post(server, CALL).body()).isEqualTo("more");
        }
    }
}
