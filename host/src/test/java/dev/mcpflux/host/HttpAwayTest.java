package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.server.McpServerUnavailableException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.HttpTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.JsonNode;

/** Servers of the legacy era by HTTP that go away and come back, as they do when a new version of them is rolled out. */
class HttpAwayTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A server that can be stopped, and started again at the same address. It forgets everything meanwhile. */
    private static final class Restartable implements AutoCloseable {
        private final HttpKind kind;
        private final String session = "s-" + System.nanoTime();
        private int port;
        private int starts;
        private volatile HttpServer server;
        private volatile OutputStream events;
        private volatile int status;

        Restartable(HttpKind kind) {
            this.kind = kind;
        }

        Restartable start() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            port = server.getAddress().getPort();
            starts++;
            server.createContext("/", this::handle);
            server.start();
            return this;
        }

        void stop() {
            server.stop(0);
        }

        private void handle(HttpExchange http) throws IOException {
            byte[] body = http.getRequestBody().readAllBytes();
            if (status != 0) {
                http.sendResponseHeaders(status, -1);
                http.close();
            } else if (http.getRequestMethod().equals("GET")) {
                http.getResponseHeaders().add("Content-Type", "text/event-stream");
                http.sendResponseHeaders(200, 0);
                events = http.getResponseBody();
                event(kind == HttpKind.SSE ? "event: endpoint\ndata: /post\n\n" : ": here\n\n");
            } else if (http.getRequestMethod().equals("DELETE")) {
                answer(http, 200, "");
            } else {
                post(http, McpJson.mapper().readTree(body));
            }
        }

        private void post(HttpExchange http, JsonNode message) throws IOException {
            String method = message.path("method").asString();
            String id = session + starts;
            String result = method.equals("initialize")
                    ? "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                            + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}"
                    : "{\"content\":[{\"type\":\"text\",\"text\":\"start " + starts + "\"}]}";
            String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":" + result + "}";
            if (kind == HttpKind.SSE) {
                answer(http, 202, "");
                if (message.has("id")) {
                    event("data: " + answer + "\n\n");
                }
                return;
            }
            boolean begins = method.equals("initialize");
            if (!begins && !id.equals(http.getRequestHeaders().getFirst("Mcp-Session-Id"))) {
                answer(http, 404, "");
            } else {
                http.getResponseHeaders().add("Content-Type", "application/json");
                if (begins) {
                    http.getResponseHeaders().add("Mcp-Session-Id", id);
                }
                answer(http, message.has("id") ? 200 : 202, message.has("id") ? answer : "");
            }
        }

        private void event(String text) throws IOException {
            events.write(text.getBytes(StandardCharsets.UTF_8));
            events.flush();
        }

        private static void answer(HttpExchange http, int status, String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            http.getResponseBody().write(bytes);
            http.close();
        }

        McpHost open() {
            HttpTransport transport = HttpTransport.builder(
                            "it", "http://127.0.0.1:" + port + (kind == HttpKind.SSE ? "/sse" : "/mcp"))
                    .kind(kind)
                    .options(HttpOptions.builder()
                            .streamAttempts(2)
                            .streamDelay(Duration.ofMillis(1))
                            .maxStreamDelay(Duration.ofMillis(1))
                            .build())
                    .build();
            // by a clock that stands still no attempt takes long, however busy the machine is
            return McpHost.open(HostConfig.builder()
                            .session(session -> session.timer(VirtualTimeScheduler.create()))
                            .server(ServerDefinition.of(transport).with(o -> o.era(EraPolicy.LEGACY)))
                            .build())
                    .block(LIMIT);
        }

        @Override
        public void close() {
            stop();
        }
    }

    private static String call(McpHost host) {
        return host.callTool("it__t", null).map(CallToolResult::text).block(LIMIT);
    }

    private static McpException failure(McpHost host) {
        return host.callTool("it__t", null)
                .<McpException>map(result -> new McpConnectionException("it", "answered"))
                .onErrorResume(McpException.class, reactor.core.publisher.Mono::just)
                .block(LIMIT);
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "STREAMABLE"})
    void serverThatComesBackAnswersTheNextCall(HttpKind kind) {
        try (Restartable server = new Restartable(kind).start()) {
            McpHost host = server.open();
            assertThat(call(host)).isEqualTo("start 1");
            server.stop();
            for (int i = 0; i < 3; i++) {
                assertThat(failure(host))
                        .hasMessageContaining("'it'")
                        .matches(McpException::isTransient, "is transient");
            }
            server.start();
            assertThat(call(host)).isEqualTo("start 2");
            assertThat(host.servers().get(0).state()).isEqualTo(ServerState.READY);
            assertThat(call(host)).isEqualTo("start 2");
            host.close().block(LIMIT);
        }
    }

    /** It came back before anybody called. */
    @Test
    void callAfterAnUnseenAbsenceIsAnswered() {
        try (Restartable server = new Restartable(HttpKind.SSE).start()) {
            McpHost host = server.open();
            server.stop();
            eventually(() -> host.servers().get(0).state() == ServerState.BACKING_OFF);
            server.start();
            assertThat(Flux.range(0, 8)
                            .flatMap(i -> host.callTool("it__t", null))
                            .map(CallToolResult::text)
                            .distinct()
                            .collectList()
                            .block(LIMIT))
                    .containsExactly("start 2");
            // one attempt for all
            assertThat(host.servers().get(0).generation()).isEqualTo(2);
            host.close().block(LIMIT);
        }
    }

    @Test
    void serverThatStartsLaterThanItsHostIsReached() {
        try (Restartable server = new Restartable(HttpKind.STREAMABLE).start()) {
            server.stop();
            McpHost host = server.open();
            assertThat(host.servers().get(0).state()).isEqualTo(ServerState.BACKING_OFF);
            assertThat(failure(host)).matches(McpException::isTransient, "is transient");
            server.start();
            assertThat(call(host)).isEqualTo("start 2");
            host.close().block(LIMIT);
        }
    }

    /** Somebody has to do something first, and does it by a restart. */
    @ParameterizedTest
    @ValueSource(ints = {401, 403, 422})
    void refusedServerIsNotTriedByEachCall(int status) {
        try (Restartable server = new Restartable(HttpKind.STREAMABLE).start()) {
            server.status = status;
            McpHost host = server.open();
            McpException e = failure(host);
            assertThat(e).isInstanceOf(McpServerUnavailableException.class).hasCauseInstanceOf(McpException.class);
            assertThat(e.isTransient()).isFalse();
            assertThat(e.getCause()).isInstanceOf(McpHttpStatusException.class);
            assertThat(host.servers().get(0).generation()).isEqualTo(1);
            server.status = 0;
            assertThatThrownBy(() -> call(host)).isInstanceOf(McpServerUnavailableException.class);
            host.restart("it").block(LIMIT);
            assertThat(call(host)).isEqualTo("start 1");
            host.close().block(LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void serverThatSaysLaterIsTriedAgain(int status) {
        try (Restartable server = new Restartable(HttpKind.STREAMABLE).start()) {
            server.status = status;
            McpHost host = server.open();
            assertThat(failure(host).isTransient()).isTrue();
            server.status = 0;
            assertThat(call(host)).isEqualTo("start 1");
            host.close().block(LIMIT);
        }
    }
}
