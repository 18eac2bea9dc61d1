package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class HttpExchangeFilterTest {

    private static final String ATTEMPT = "X-Attempt";

    /** Numbers the attempts of each request, on a thread of its own, and sends it again while it is answered 401. */
    private static final class Numbering implements HttpExchangeFilter {

        final List<String> heads = new CopyOnWriteArrayList<>();

        @Override
        public Mono<Map<String, String>> headers(Request request) {
            return Mono.fromSupplier(() -> Map.of(ATTEMPT, String.valueOf(request.attempt())))
                    .subscribeOn(Schedulers.parallel());
        }

        @Override
        public Mono<Boolean> sendAgain(Request request, Response response) {
            return Mono.fromSupplier(() -> {
                        heads.add(request.method() + " " + response.status());
                        return response.status() == 401;
                    })
                    .subscribeOn(Schedulers.parallel());
        }
    }

    /** Refuses the first attempt of each request. */
    private static HttpHandler refusing(HttpHandler handler) {
        return (request, reply) -> {
            if ("1".equals(request.header(ATTEMPT))) {
                reply.status(401, "text/plain", "who are you?");
            } else {
                handler.handle(request, reply);
            }
        };
    }

    /** Each kind of request of these was sent twice in a row, with one body. */
    private static void assertAllSentTwice(ScriptedHttpServer server, String... kinds) {
        for (String kind : kinds) {
            List<RecordedRequest> sent = server.requests(request ->
                    (request.httpMethod() + " " + request.method()).strip().equals(kind));
            assertThat(sent)
                    .as(kind)
                    .extracting(request -> request.header(ATTEMPT))
                    .containsExactly("1", "2");
            assertThat(sent)
                    .as(kind)
                    .extracting(RecordedRequest::body)
                    .containsOnly(sent.get(0).body());
        }
        assertThat(server.requests())
                .allSatisfy(request -> assertThat(request.header(ATTEMPT)).isNotNull());
    }

    @Test
    void everyStreamableRequestPassesAndIsReplayed() {
        Numbering filter = new Numbering();
        HttpHandler legacy = HttpHandler.legacy((request, reply) -> reply.result(TEXT));
        try (ScriptedHttpServer server = ScriptedHttpServer.start(refusing(legacy))) {
            McpSession session = open(transport(server).filter(filter), options -> options);
            assertThat(session.callTool("x", null).map(CallToolResult::text).block(LIMIT))
                    .isEqualTo("done");
            closed(session, server);
            assertAllSentTwice(
                    server,
                    "POST server/discover",
                    "POST initialize",
                    "POST notifications/initialized",
                    "GET",
                    "POST tools/call",
                    "DELETE");
            assertThat(filter.heads).contains("POST 401", "POST 200", "GET 401", "GET 405", "DELETE 401", "DELETE 202");
        }
    }

    /** A filter that holds requests back until it is told otherwise, or until their 401 was dealt with. */
    private static final class HoldingBack implements HttpExchangeFilter {
        final TestPublisher<Map<String, String>> credentials = TestPublisher.create();

        @Override
        public Mono<Map<String, String>> headers(Request request) {
            return credentials.mono();
        }

        @Override
        public Mono<Boolean> sendAgain(Request request, Response response) {
            return Mono.empty();
        }
    }

    @Test
    void loginThatTakesLongDoesNotDecideTheEra() {
        HoldingBack filter = new HoldingBack();
        VirtualTimeScheduler timer = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) -> reply.result(TEXT))) {
            McpSession session = McpSession.create(
                    transport(server).filter(filter).build(),
                    SessionOptions.builder()
                            .timer(timer)
                            .startTimeout(Duration.ofMinutes(10))
                            .build());
            Mono<Void> opened = session.open().then().cache();
            opened.subscribe();
            eventually(() -> filter.credentials.subscribeCount() == 1);
            timer.advanceTimeBy(Duration.ofMinutes(5));
            assertThat(filter.credentials.subscribeCount())
                    .as("no handshake beside the probe")
                    .isOne();
            filter.credentials.emit(Map.of());
            opened.block(LIMIT);
            assertThat(server.requests()).extracting(RecordedRequest::method).containsExactly("server/discover");
            closed(session, server);
        }
    }

    /** A server that speaks HTTP+SSE only. */
    private static HttpHandler sse() {
        AtomicReference<HttpReply> stream = new AtomicReference<>();
        return (request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply.events().raw("event: endpoint\ndata: /messages\n\n"));
                reply.awaitDisconnect();
                return;
            }
            if (request.is("initialize")) {
                stream.get().event(reply.message(Scripts.initialized("2024-11-05")));
            } else if (request.is("tools/call")) {
                stream.get().event(reply.message(TEXT));
            }
            reply.accepted();
        };
    }

    @Test
    void everyRequestOfHttpSsePassesAndIsReplayed() {
        Numbering filter = new Numbering();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(refusing(sse()))) {
            McpSession session =
                    open(transport(server).kind(HttpKind.SSE).filter(filter), options -> options.era(EraPolicy.LEGACY));
            assertThat(session.callTool("x", null).map(CallToolResult::text).block(LIMIT))
                    .isEqualTo("done");
            closed(session, server);
            assertAllSentTwice(server, "GET", "POST initialize", "POST notifications/initialized", "POST tools/call");
            assertThat(filter.heads).contains("GET 401", "GET 200", "POST 401", "POST 202");
        }
    }

    @Test
    void attemptsAreBounded() {
        Numbering filter = new Numbering();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.modern((request, reply) -> reply.status(401, "text/plain", "who are you?"))) {
            McpSession session = open(transport(server).filter(filter), options -> options);
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .isInstanceOfSatisfying(
                            McpHttpStatusException.class,
                            e -> assertThat(e.status()).isEqualTo(401));
            assertThat(server.requests(request -> request.is("tools/call")))
                    .extracting(request -> request.header(ATTEMPT))
                    .containsExactly("1", "2", "3");
            assertThat(filter.heads).filteredOn("POST 401"::equals).hasSize(HttpExchangeFilter.MAX_ATTEMPTS);
            closed(session, server);
        }
    }

    /** Answers with one publisher of headers, and sends nothing again. */
    private static HttpExchangeFilter waitingFor(Mono<Map<String, String>> headers) {
        return new HttpExchangeFilter() {
            @Override
            public Mono<Map<String, String>> headers(Request request) {
                return headers;
            }

            @Override
            public Mono<Boolean> sendAgain(Request request, Response response) {
                return Mono.empty();
            }
        };
    }

    @Test
    void cancelBeforeTheHeadersLeavesNothing() {
        TestPublisher<Map<String, String>> headers = TestPublisher.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.result("{}"))) {
            Connection connection =
                    transport(server).filter(waitingFor(headers.mono())).build().connection();
            connection.open().block(LIMIT);
            Mono<Void> call = connection
                    .exchange(RequestSpec.of("ping", RequestEffect.READS, null, Object.class))
                    .then();
            Mono<Void> notification = connection.notify(new JsonRpcMessage.Notification("x", null));
            Stream.of(call, notification).forEach(each -> {
                Disposable waiting = each.subscribe();
                headers.assertSubscribers(1);
                waiting.dispose();
                headers.assertNoSubscribers();
            });
            assertThat(connection.pendingExchanges()).isZero();
            // closing as well: it cancels what still waits
            Disposable waiting = call.onErrorComplete().subscribe();
            headers.assertSubscribers(1);
            connection.close().block(LIMIT);
            headers.assertNoSubscribers();
            waiting.dispose();
            assertThat(server.requests()).isEmpty();
            eventually(() -> server.connections() == 0);
        }
    }

    @Test
    void valuesOfHeadersAreMasked() {
        try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) ->
                reply.status(403, "text/plain", "not allowed: " + request.header("authorization")))) {
            HttpExchangeFilter filter = waitingFor(Mono.just(Map.of("Authorization", "s3cr3t-t0k3n")));
            McpSession session = open(transport(server).filter(filter), options -> options);
            assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                    .hasMessageContaining("not allowed")
                    .hasMessageNotContaining("s3cr3t");
            assertThat(server.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("authorization")).isEqualTo("s3cr3t-t0k3n"));
            closed(session, server);
        }
    }

    @Test
    void failingHeadersFailTheRequestUnsent() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> reply.result("{}"))) {
            McpHttpStatusException problem = new McpHttpStatusException("srv", "no token", 401, null);
            Connection connection = transport(server)
                    .filter(waitingFor(Mono.error(problem)))
                    .build()
                    .connection();
            connection.open().block(LIMIT);
            assertThatThrownBy(() -> connection
                            .exchange(RequestSpec.of("ping", RequestEffect.READS, null, Object.class))
                            .blockLast(LIMIT))
                    .isSameAs(problem);
            assertThat(server.requests()).isEmpty();
            connection.close().block(LIMIT);
        }
    }
}
