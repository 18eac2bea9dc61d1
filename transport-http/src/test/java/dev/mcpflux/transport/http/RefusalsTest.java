package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.legacy;
import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.spi.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Refusals that say more than one thing at once, and messages that are never accepted. */
class RefusalsTest {

    private static final String ERROR = "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32077,"
            + "\"message\":\"slow down\",\"data\":{\"quota\":5}}}";

    private static HttpHandler refusing(int status, String... headers) {
        return (request, reply) -> reply.status(status, "application/json", ERROR, headers);
    }

    private static Throwable failureOf(McpSession session) {
        return catchThrowable(() -> session.callTool("x", null).block(LIMIT));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void refusalCarriesMaskedChallenges(int status) {
        HttpHandler refusal = (request, reply) -> reply.status(
                status,
                "text/plain",
                "no",
                "WWW-Authenticate: Bearer resource_metadata=\"https://h/m\", scope=\"a b\", realm=\"got s3cr3t-t0k3n\"",
                "WWW-Authenticate: Basic realm=x");
        try (ScriptedHttpServer server = ScriptedHttpServer.modern(refusal)) {
            McpSession session = open(transport(server).header("X-Key", "s3cr3t-t0k3n"), options -> options);
            assertThat(failureOf(session)).isInstanceOfSatisfying(McpHttpStatusException.class, e -> {
                assertThat(e.challenges()).extracting(AuthChallenge::scheme).containsExactly("Bearer", "Basic");
                AuthChallenge bearer = e.challenges().get(0);
                assertThat(bearer.parameter("resource_metadata")).contains("https://h/m");
                assertThat(bearer.parameter("scope")).contains("a b");
                assertThat(bearer.parameter("realm")).contains("got ${X-Key}");
            });
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource({"429, true", "503, true", "429, false", "503, false", "502, false", "408, false", "500, true"})
    void busyStatusAndErrorOfTheBodyAreBothKept(int status, boolean says) {
        for (boolean modern : new boolean[] {true, false}) {
            HttpHandler refusal = says ? refusing(status, "Retry-After: 7") : refusing(status);
            try (ScriptedHttpServer server = ScriptedHttpServer.start(modern ? modern(refusal) : legacy(refusal))) {
                McpSession session = open(server);
                assertThat(failureOf(session))
                        .hasMessageContaining("tools/call failed")
                        .hasMessageContaining(String.valueOf(status))
                        .hasMessageContaining("slow down (-32077)")
                        .isInstanceOfSatisfying(McpHttpStatusException.class, e -> {
                            assertThat(e.status()).isEqualTo(status);
                            assertThat(e.isTransient()).isTrue();
                            assertThat(e.retryAfter())
                                    .isEqualTo(says ? Optional.of(Duration.ofSeconds(7)) : Optional.empty());
                            assertThat(e.error()).hasValueSatisfying(error -> {
                                assertThat(error.code()).isEqualTo(-32077);
                                assertThat(error.data()).hasToString("{\"quota\":5}");
                            });
                        });
                closed(session, server);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void authorizationRefusalKeepsTheErrorOfTheBody(int status) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern(refusing(status)))) {
            McpSession session = open(server);
            assertThat(failureOf(session)).isInstanceOfSatisfying(McpHttpStatusException.class, e -> {
                assertThat(e.isAboutAuthorization()).isTrue();
                assertThat(e.error().orElseThrow().message()).isEqualTo("slow down");
            });
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 422, 500, 501})
    void errorOfTheBodyCountsWhereTheStatusSaysNoMore(int status) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern(refusing(status)))) {
            McpSession session = open(server);
            assertThat(failureOf(session))
                    .isInstanceOfSatisfying(
                            McpPeerErrorException.class,
                            e -> assertThat(e.error().code()).isEqualTo(-32077));
            closed(session, server);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "MODERN", "LEGACY"})
    void serverThatIsBusyWhileItIsOpenedSaysWhenToComeBack(EraPolicy era) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(refusing(503, "Retry-After: 9"))) {
            McpSession session = McpSession.create(
                    transport(server).build(), SessionOptions.builder().era(era).build());
            assertThatThrownBy(() -> session.open().block(LIMIT))
                    .isInstanceOfSatisfying(
                            McpHttpStatusException.class,
                            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(9)));
            closed(session, server);
        }
    }

    // what is never accepted

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messageThatIsNotAcceptedInTimeIsATimeout(boolean reply) {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, answer) -> answer.awaitDisconnect())) {
            Connection connection = transport(server).timer(time).build().connection();
            connection.open().block(LIMIT);
            Mono<Void> sent = reply
                    ? connection.reply(new JsonRpcMessage.Success(new RequestId.OfLong(5), new EmptyResult()))
                    : connection.notify(new JsonRpcMessage.Notification("notifications/x", null));
            Mono<Void> outcome = sent.cache();
            outcome.subscribe(none -> {}, e -> {});
            eventually(() -> server.requests().size() == 1);
            time.advanceTimeBy(HttpOptions.defaults().answerTimeout().plusSeconds(1));
            StepVerifier.create(outcome)
                    .expectErrorSatisfies(e -> assertThat(e)
                            .hasMessageContaining(reply ? "the answer to a request of the server" : "notifications/x")
                            .hasMessageContaining("HttpOptions.answerTimeout")
                            .isInstanceOfSatisfying(
                                    McpTimeoutException.class,
                                    timeout -> assertThat(timeout.isTransient()).isTrue()))
                    .verify(LIMIT);
            connection.close().block(LIMIT);
        }
    }

    @Test
    void streamWithoutAnEndpointIsATimeout() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                (request, answer) -> answer.events().raw(": here\n\n").awaitDisconnect())) {
            Connection connection =
                    transport(server).kind(HttpKind.SSE).timer(time).build().connection();
            Mono<Void> opened = connection.open();
            opened.subscribe(none -> {}, e -> {});
            eventually(() -> server.requests().size() == 1);
            time.advanceTimeBy(HttpOptions.defaults().answerTimeout().plusSeconds(1));
            StepVerifier.create(opened)
                    .expectErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(McpTimeoutException.class)
                            .hasMessageContaining("endpoint"))
                    .verify(LIMIT);
            connection.close().block(LIMIT);
        }
    }

    // redirects

    @Test
    void redirectIsResolvedAgainstTheAddressItCameFrom() {
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.path().equals("/mcp")) {
                reply.status(307, "", "", "Location: /a/b/?x=1", "Set-Cookie: hop=1; Path=/a");
            } else if (request.path().equals("/a/b/?x=1")) {
                reply.status(308, "", "", "Location: ../c", "Set-Cookie: second=2; Path=/");
            } else if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-" + sessions.incrementAndGet());
            } else if (request.is("tools/call")) {
                reply.result(Scripts.TEXT);
            } else {
                reply.status(request.httpMethod().equals("GET") ? 405 : 202, "", "");
            }
        })) {
            McpSession session =
                    open(transport(server).header("Authorization", "mine"), options -> options.era(EraPolicy.LEGACY));
            assertThat(Objects.requireNonNull(session.callTool("x", null).block(LIMIT))
                            .text())
                    .isEqualTo("done");
            closed(session, server);
            assertThat(server.requests(request -> request.path().equals("/a/c")))
                    .hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(request -> {
                        assertThat(request.header("cookie")).isEqualTo("hop=1; second=2");
                        assertThat(request.header("authorization")).isEqualTo("mine");
                    });
            // what was set by the way is sent from then on
            assertThat(server.requests(request -> request.path().equals("/mcp") && request.is("tools/call")))
                    .extracting(request -> request.header("cookie"))
                    .containsExactly("second=2");
        }
    }

    @Test
    void redirectsShowNoUserAndAreLimited() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> reply.status(
                307, "", "", "Location: http://somebody:pw@" + request.header("host") + "//evil.example.com/x")))) {
            McpSession session = open(server);
            assertThat(failureOf(session))
                    .isInstanceOf(McpHttpStatusException.class)
                    .hasMessageContaining("cannot be followed");
            assertThat(server.requests(request -> request.is("tools/call")))
                    .hasSize(6)
                    .allSatisfy(request ->
                            assertThat(request.header("authorization")).isNull());
            assertThat(server.requests().get(server.requests().size() - 1).path())
                    .isEqualTo("//evil.example.com/x");
            closed(session, server);
        }
    }

    @Test
    void cookiesOfARedirectBelongToTheirCaller() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) -> {
            if (request.path().equals("/mcp")) {
                reply.status(307, "", "", "Location: /to", "Set-Cookie: node=" + request.header("authorization"));
            } else {
                reply.result("{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\""
                        + request.header("cookie") + "\"}]}");
            }
        }))) {
            McpSession session = open(server);
            for (String who : new String[] {"ann", "bob", "ann"}) {
                assertThat(Objects.requireNonNull(session.callTool("x", null)
                                        .contextWrite(context ->
                                                context.put(HttpTransport.HEADERS, Map.of("Authorization", who)))
                                        .block(LIMIT))
                                .text())
                        .isEqualTo("node=" + who);
            }
            closed(session, server);
        }
    }
}
