package dev.mcpflux.transport.http;

import static dev.mcpflux.transport.http.Scripts.LIMIT;
import static dev.mcpflux.transport.http.Scripts.TEXT;
import static dev.mcpflux.transport.http.Scripts.closed;
import static dev.mcpflux.transport.http.Scripts.eventually;
import static dev.mcpflux.transport.http.Scripts.initialized;
import static dev.mcpflux.transport.http.Scripts.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.ClientHandlers;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.McpException;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Roots;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Sessions that a server has forgotten, in the words of servers; and streams that end and come back. */
class LostSessionTest {

    /** A server whose sessions are numbered, and that refuses calls in the first one. */
    private static HttpHandler forgetting(AtomicInteger sessions, boolean always, HttpHandler refusal) {
        return (request, reply) -> {
            if (request.is("server/discover")) {
                reply.status(400, "text/plain", "what?");
            } else if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-" + sessions.incrementAndGet());
            } else if (request.httpMethod().equals("GET")) {
                reply.status(405, "", "");
            } else if (!request.is("tools/call")) {
                reply.accepted();
            } else if (always || "s-1".equals(request.header("mcp-session-id"))) {
                refusal.handle(request, reply);
            } else {
                reply.result(TEXT);
            }
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | text/plain | Session not found",
                "404 | text/html | <p>gone</p>",
                "410 | text/plain | Gone",
                "400 | JSON -32600 | Bad Request: No valid session ID provided",
                "400 | JSON -32600 | Session not found",
                "400 | JSON -32000 | Bad Request: Server not initialized",
                "400 | JSON -32000 | Bad Request: No valid session ID provided",
                "400 | JSON -32001 | Session not found",
                "400 | JSON -32603 | Invalid session: s-1",
                "400 | JSON 4711 | the sessionId is unknown",
                "400 | text/plain | Invalid session ID",
                "400 | text/plain | Mcp-Session-Id has expired",
                "400 | text/plain | session_id does not exist",
                "400 | text/html | <p>Unknown session</p>",
            })
    void forgottenSessionIsBegunAnewAndTheCallAnswered(int status, String type, String text) {
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(forgetting(sessions, false, (request, reply) -> {
            if (type.startsWith("JSON")) {
                reply.status(
                        status,
                        "application/json",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"server-error\",\"error\":{\"code\":" + type.substring(5)
                                + ",\"message\":\"" + text + "\"}}");
            } else {
                reply.status(status, type, text);
            }
        }))) {
            McpSession session = open(server);
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(sessions).hasValue(2);
            assertThat(server.count("tools/call")).isEqualTo(3);
            closed(session, server);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | text/plain | Bad Request",
                "400 | text/plain | the argument 'city' is missing",
                "400 | text/plain | cannot book a training session",
                "401 | text/plain | session expired",
                "403 | text/plain | no session",
                "422 | text/plain | invalid session",
                "500 | text/plain | session not found",
            })
    void otherRefusalsBeginNoSession(int status, String type, String text) {
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(
                forgetting(sessions, true, (request, reply) -> reply.status(status, type, text)))) {
            McpSession session = open(server);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                        .isInstanceOf(McpException.class)
                        .hasMessageContaining(String.valueOf(status));
            }
            assertThat(sessions).hasValue(1);
            closed(session, server);
        }
    }

    /** It seems to be about the session, and is not: that is found out once. */
    @Test
    void refusalThatComesAgainRenewsNoMore() {
        AtomicInteger sessions = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start(forgetting(
                sessions,
                true,
                (request, reply) ->
                        reply.status(400, "text/plain", "invalid session of training " + calls.incrementAndGet())))) {
            McpSession session = open(server);
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> session.callTool("x", null).block(LIMIT))
                        .hasMessageContaining("of training");
            }
            assertThat(sessions).hasValue(2);
            closed(session, server);
        }
    }

    /** Nothing came of the second attempt, so the third one begins where the first one ended. */
    @Test
    void resumedStreamThatBreaksAtOnceKeepsItsCursor() {
        AtomicInteger gets = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("server/discover")) {
                reply.status(400, "text/plain", "what?");
            } else if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-1");
            } else if (request.is("tools/call")) {
                // the second event is cut: it has not come
                reply.events().raw("id: 1\ndata:\n\nid: 2\ndata: {\"jsonrpc\":\"2.0\",");
            } else if (request.httpMethod().equals("GET") && request.header("last-event-id") != null) {
                switch (gets.incrementAndGet()) {
                    case 1 -> reply.events();
                    case 2 -> reply.events().raw("id: 3\ndata: {");
                    default ->
                        reply.events()
                                .event("{\"jsonrpc\":\"2.0\",\"id\":"
                                        + server(request).message().path("id") + ",\"result\":" + TEXT + "}");
                }
            } else if (request.httpMethod().equals("GET")) {
                reply.status(405, "", "");
            } else {
                reply.accepted();
            }
        })) {
            McpSession session = open(server);
            last = server;
            assertThat(session.callTool("x", null).block(LIMIT).text()).isEqualTo("done");
            assertThat(server.requests(
                            request -> request.httpMethod().equals("GET") && request.header("last-event-id") != null))
                    .extracting(request -> request.header("last-event-id"))
                    .containsExactly("1", "1", "1");
            closed(session, server);
        }
    }

    private ScriptedHttpServer last;

    private RecordedRequest server(RecordedRequest ignored) {
        List<RecordedRequest> calls = Objects.requireNonNull(last).requests(request -> request.is("tools/call"));
        return calls.get(calls.size() - 1);
    }

    /** It is given up, and tried again when the next call is answered. */
    @Test
    void streamThatWasGivenUpIsOpenedAgainByTheNextCall() {
        AtomicInteger gets = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("server/discover")) {
                reply.status(400, "text/plain", "what?");
            } else if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-1");
            } else if (request.is("tools/call")) {
                reply.result(TEXT);
            } else if (request.httpMethod().equals("GET")) {
                reply.events("X-Get: " + gets.incrementAndGet()).raw("retry: 0\n\n");
            } else {
                reply.accepted();
            }
        })) {
            // three attempts in a row
            McpSession session = open(server);
            eventually(() -> gets.get() == 4);
            eventually(() -> {
                session.callTool("x", null).block(LIMIT);
                return gets.get() >= 5;
            });
            closed(session, server);
        }
    }

    // what is no request

    private static McpSession withRoots(ScriptedHttpServer server, Sinks.Many<Integer> changes) {
        ClientHandlers handlers = ClientHandlers.builder()
                .roots(List.of(new Roots.Root("file:///a", null, null)))
                .rootsChanges(changes.asFlux())
                .elicitation(question -> Mono.just(Elicitation.ElicitResult.decline()))
                .build();
        return open(
                Scripts.transport(server),
                options -> options.era(EraPolicy.LEGACY).handlers(handlers));
    }

    private static List<String> sessionsOf(ScriptedHttpServer server, String method) {
        return server.requests(request -> request.is(method)).stream()
                .map(request -> String.valueOf(request.header("mcp-session-id")))
                .toList();
    }

    @Test
    void notificationBeginsASessionAnewAndIsSentInIt() {
        Sinks.Many<Integer> changes = Sinks.many().multicast().directBestEffort();
        SessionServer sessions = new SessionServer((session, request, reply) -> reply.result(TEXT));
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = withRoots(server, changes);
            sessions.forget("1");
            changes.tryEmitNext(1);
            eventually(() -> server.count("notifications/roots/list_changed") == 2);
            assertThat(sessionsOf(server, "notifications/roots/list_changed")).containsExactly("1", "2");
            session.callTool("x", null).block(LIMIT);
            assertThat(sessionsOf(server, "tools/call")).containsExactly("2");
            closed(session, server);
        }
    }

    @Test
    void notificationThatIsAlwaysRefusedIsSentTwice() {
        Sinks.Many<Integer> changes = Sinks.many().multicast().directBestEffort();
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-" + sessions.incrementAndGet());
            } else if (request.httpMethod().equals("GET")) {
                reply.status(405, "", "");
            } else if (request.is("notifications/roots/list_changed")) {
                reply.status(404, "", "");
            } else if (request.is("tools/call")) {
                reply.result(TEXT);
            } else {
                reply.accepted();
            }
        })) {
            McpSession session = withRoots(server, changes);
            changes.tryEmitNext(1);
            eventually(() -> server.count("notifications/roots/list_changed") == 2);
            session.callTool("x", null).block(LIMIT);
            closed(session, server);
            assertThat(sessions).hasValue(2);
            assertThat(server.count("notifications/roots/list_changed")).isEqualTo(2);
        }
    }

    @Test
    void initializedThatIsRefusedBeginsASessionAnew() {
        AtomicInteger sessions = new AtomicInteger();
        try (ScriptedHttpServer server = ScriptedHttpServer.start((request, reply) -> {
            if (request.is("initialize")) {
                reply.result(initialized("2025-11-25"), "Mcp-Session-Id: s-" + sessions.incrementAndGet());
            } else if (request.httpMethod().equals("GET")) {
                reply.status(405, "", "");
            } else if (!"s-2".equals(request.header("mcp-session-id"))) {
                // as a replica that the session was not begun at
                reply.status(404, "", "");
            } else if (request.is("tools/call")) {
                reply.result(TEXT);
            } else {
                reply.accepted();
            }
        })) {
            McpSession session = open(Scripts.transport(server), options -> options.era(EraPolicy.LEGACY));
            session.callTool("x", null).block(LIMIT);
            closed(session, server);
            assertThat(sessionsOf(server, "notifications/initialized")).containsExactly("s-1", "s-2");
        }
    }

    @Test
    void answerOfAForgottenSessionIsNotSentInANewOne() throws Exception {
        SessionServer sessions = new SessionServer((session, request, reply) -> reply.result(TEXT));
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = withRoots(server, Sinks.many().multicast().directBestEffort());
            eventually(() -> sessions.streams.containsKey("1"));
            sessions.forget("1");
            sessions.streams
                    .get("1")
                    .event("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
                            + "{\"message\":\"m\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}");
            // its stream is there again without a call
            eventually(() -> sessions.streams.containsKey("2"));
            assertThat(server.requests(request -> request.message().has("result")))
                    .hasSize(1);
            session.callTool("x", null).block(LIMIT);
            assertThat(sessionsOf(server, "tools/call")).containsExactly("2");
            closed(session, server);
        }
    }

    @Test
    void cancellationInAForgottenSessionIsNotSentAgain() {
        AtomicInteger calls = new AtomicInteger();
        SessionServer sessions = new SessionServer((session, request, reply) -> {
            if (calls.incrementAndGet() == 1) {
                reply.awaitDisconnect();
            } else {
                reply.result(TEXT);
            }
        });
        try (ScriptedHttpServer server = ScriptedHttpServer.start(sessions)) {
            McpSession session = withRoots(server, Sinks.many().multicast().directBestEffort());
            Disposable call = session.callTool("x", null).subscribe();
            eventually(() -> calls.get() == 1);
            sessions.forget("1");
            call.dispose();
            eventually(() -> sessions.streams.containsKey("2"));
            session.callTool("x", null).block(LIMIT);
            closed(session, server);
            assertThat(sessionsOf(server, "notifications/cancelled")).containsExactly("1");
            assertThat(sessionsOf(server, "tools/call")).containsExactly("1", "2");
        }
    }
}
