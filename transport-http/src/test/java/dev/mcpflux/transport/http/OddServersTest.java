package dev.mcpflux.transport.http;

import static dev.mcpflux.testing.http.HttpHandler.legacy;
import static dev.mcpflux.testing.http.HttpHandler.modern;
import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.open;
import static dev.mcpflux.transport.http.Scripts.transport;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.FrameMemory;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Termination;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Servers that answer in ways that nobody wrote down, each changed in one thing. */
class OddServersTest {

    private static String called(McpSession session) {
        return Objects.requireNonNull(session.callTool("x", null).block(LIMIT)).text();
    }

    // what a body is called

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void jsonThatIsCalledEventsIsRead(boolean modern) {
        HttpHandler json = (request, reply) -> reply.status(200, "text/event-stream", "\n " + reply.message(TEXT));
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern ? modern(json) : legacy(json))) {
            McpSession session = open(server);
            assertThat(called(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: %s\n\n",
                "data: %s",
                "event: message\r\nid: 1\r\ndata: %s\r\n\r\n",
                ": hello\n\ndata:%s\n\n"
            })
    void eventsThatAreCalledJsonAreRead(String event) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.json(String.format(event, reply.message(TEXT)))))) {
            McpSession session = open(server);
            assertThat(called(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\ndata: %s\n\n", "retry: 5\ndata: %s\n\n", "unknown: 1\ndata: %s\n\n"})
    void eventsOfAKnownLengthAreRead(String event) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern((request, reply) ->
                reply.status(200, "text/event-stream", String.format(event, reply.message(TEXT)))))) {
            McpSession session = open(server);
            assertThat(called(session)).isEqualTo("done");
            closed(session, server);
        }
    }

    @Test
    void memoryOfEventsThatAreCalledJsonIsGivenBack() {
        String large = TEXT.replace("done", "x".repeat(2 * 1024 * 1024));
        long before = FrameMemory.HELD.taken();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.start(modern((request, reply) -> reply.json("data: " + reply.message(large))))) {
            McpSession session = open(server);
            assertThat(called(session)).hasSize(2 * 1024 * 1024);
            eventually(() -> FrameMemory.HELD.taken() == before);
            closed(session, server);
        }
    }

    // whose answer it is

    /** A server that mixes up two calls that wait, and answers one by the id of the other. */
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void answerUnderTheIdOfAnotherCallersRequestIsNotHis(boolean modern, boolean stream) {
        Map<String, String> ids = new ConcurrentHashMap<>();
        HttpHandler mixing = (request, reply) -> {
            String who = String.valueOf(request.header("authorization"));
            ids.put(who, request.message().path("id").toString());
            eventually(() -> ids.size() >= 2);
            if (who.equals("alice")) {
                String secret = "{\"jsonrpc\":\"2.0\",\"id\":" + ids.get("bob")
                        + ",\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"of alice\"}]}}";
                if (stream) {
                    reply.events().event(secret);
                } else {
                    reply.json(secret);
                }
            } else {
                eventually(() -> ids.containsKey("alice has failed"));
                reply.result(TEXT);
            }
        };
        try (ScriptedHttpServer server = ScriptedHttpServer.start(modern ? modern(mixing) : legacy(mixing))) {
            McpSession session = open(server);
            Mono<Object> alice = session.callTool("x", null)
                    .contextWrite(Context.of(HttpTransport.HEADERS, Map.of("Authorization", "alice")))
                    .<Object>map(CallToolResult::text)
                    .onErrorResume(Mono::just)
                    .doOnNext(failure -> ids.put("alice has failed", ""));
            Mono<Object> bob = session.callTool("x", null)
                    .contextWrite(Context.of(HttpTransport.HEADERS, Map.of("Authorization", "bob")))
                    .map(CallToolResult::text);
            Object[] both = Mono.zip(alice, bob)
                    .map(pair -> new Object[] {pair.getT1(), pair.getT2()})
                    .block(LIMIT);
            assertThat(Objects.requireNonNull(both)[1]).isEqualTo("done");
            assertThat(both[0]).isInstanceOf(stream ? McpConnectionException.class : McpProtocolException.class);
            closed(session, server);
        }
    }

    // redirects

    @Test
    void redirectThatOnlyWantsACookieIsFollowed() {
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.header("cookie") == null) {
                reply.status(307, "", "", "Location: " + request.path(), "Set-Cookie: seen=1");
            } else {
                modern((again, answer) -> answer.result(TEXT)).handle(request, reply);
            }
        })) {
            McpSession session = open(server);
            assertThat(called(session)).isEqualTo("done");
            assertThat(server.count("tools/call")).isEqualTo(1);
            closed(session, server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void redirectThatChangesTheMethodIsAnError(int status) {
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                modern((request, reply) -> reply.status(status, "text/html", "<p>log in</p>", "Location: /login")))) {
            McpSession session = open(server);
            assertThat(catchThrowable(() -> called(session)))
                    .isInstanceOf(McpHttpStatusException.class)
                    .hasMessageContaining("cannot be followed");
            assertThat(server.requests(request -> request.path().equals("/login")))
                    .isEmpty();
            closed(session, server);
        }
    }

    // HTTP+SSE

    /** Answers what is posted to HTTP+SSE by the handler, and else as a server does. */
    private static ScriptedHttpServer older(AtomicReference<@Nullable HttpReply> stream, HttpHandler call) {
        return ScriptedHttpServer.start((request, reply) -> {
            if (request.httpMethod().equals("GET")) {
                stream.set(reply);
                reply.events()
                        .raw("event: endpoint\ndata: /message?sessionId=1\n\n")
                        .awaitDisconnect();
            } else if (request.is("tools/call")) {
                call.handle(request, reply);
            } else {
                reply.accepted();
                if (request.is("initialize")) {
                    Objects.requireNonNull(stream.get())
                            .event("{\"jsonrpc\":\"2.0\",\"id\":"
                                    + request.message().path("id") + ",\"result\":" + initialized("2024-11-05") + "}");
                }
            }
        });
    }

    private static Throwable refusedByOlder(HttpHandler refusal, boolean lost) {
        AtomicReference<@Nullable HttpReply> stream = new AtomicReference<>();
        try (ScriptedHttpServer server = older(stream, refusal)) {
            McpSession session = open(transport(server).kind(HttpKind.SSE), options -> options.era(EraPolicy.LEGACY));
            AtomicReference<@Nullable Termination> ended = new AtomicReference<>();
            session.onTermination().subscribe(ended::set);
            Throwable failure = catchThrowable(() -> called(session));
            if (lost) {
                session.onTermination().block(LIMIT);
            } else {
                assertThat(ended.get()).isNull();
            }
            closed(session, server);
            return failure;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | text/plain | Could not find session",
                "404 | text/plain | Session not found",
                "400 | text/plain | No transport found for sessionId",
                "400 | text/plain | Invalid session ID",
                "410 | text/plain | gone",
            })
    void forgottenSessionOfTheOlderTransportIsLost(int status, String type, String text) {
        assertThat(refusedByOlder((request, reply) -> reply.status(status, type, text), true))
                .isInstanceOf(McpConnectionException.class)
                .hasMessageContaining("has forgotten the session")
                .satisfies(e -> assertThat(((McpException) e).isTransient()).isTrue());
    }

    @Test
    void errorAsTheAnswerToAPostOfTheOlderTransport() {
        Throwable failure = refusedByOlder(
                (request, reply) -> reply.status(
                        400,
                        "application/json",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"server-error\",\"error\":{\"code\":-32602,\"message\":\"bad\"}}"),
                false);
        assertThat(failure)
                .isInstanceOfSatisfying(
                        McpPeerErrorException.class,
                        e -> assertThat(e.error().code()).isEqualTo(-32602));
    }

    @Test
    void busyServerOfTheOlderTransportSaysWhenToComeBack() {
        Throwable failure = refusedByOlder(
                (request, reply) -> reply.status(
                        429,
                        "application/json",
                        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"busy\"}}",
                        "Retry-After: 3"),
                false);
        assertThat(failure).isInstanceOfSatisfying(McpHttpStatusException.class, e -> {
            assertThat(e.retryAfter())
                    .hasValueSatisfying(wait -> assertThat(wait).hasSeconds(3));
            assertThat(e.error()).isPresent();
        });
    }
}
