package dev.mcpflux.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.http.HttpTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CredentialFilterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TEXT = "{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}";

    /** Gives each caller a token of its own, and a new one after each refusal. */
    private static final class Numbered implements CredentialSource {

        final List<String> refused = new CopyOnWriteArrayList<>();
        private final Map<Caller, Integer> numbers = new ConcurrentHashMap<>();

        @Override
        public Mono<Credentials> credentials(CredentialRequest request) {
            return Mono.fromSupplier(
                    () -> Credentials.bearer(token(request.caller(), numbers.getOrDefault(request.caller(), 1))));
        }

        private static String token(Caller caller, int number) {
            return (caller.anonymous() ? "nobody" : String.valueOf(caller.principal())) + "-" + number;
        }

        @Override
        public Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal) {
            return Mono.fromSupplier(() -> {
                refused.add(refusal.status() + " " + sent.headers().get("Authorization") + " "
                        + request.scopes().stream().sorted().toList());
                numbers.merge(request.caller(), 2, (a, b) -> a + 1);
                return true;
            });
        }
    }

    private static McpSession open(ScriptedHttpServer server, CredentialSource source) {
        String url = server.url();
        McpSession session = McpSession.create(
                HttpTransport.builder("srv", url)
                        .filter(CredentialFilter.create("srv", URI.create(url), source))
                        .build(),
                SessionOptions.defaults());
        session.open().block(LIMIT);
        return session;
    }

    private static Mono<String> call(McpSession session) {
        return session.callTool("x", null).map(CallToolResult::text);
    }

    /** Refuses a token with the number 1. */
    private static HttpHandler refusingFirst(HttpHandler handler) {
        return (request, reply) -> {
            if (String.valueOf(request.header("Authorization")).endsWith("-1")) {
                reply.status(
                        401,
                        "text/plain",
                        "expired",
                        "WWW-Authenticate: Bearer error=\"invalid_token\", scope=\"read\"");
            } else {
                handler.handle(request, reply);
            }
        };
    }

    @Test
    void everyVerbIsAuthorizedAnew() {
        Numbered source = new Numbered();
        HttpHandler legacy = HttpHandler.legacy((request, reply) -> reply.result(TEXT));
        try (ScriptedHttpServer server = ScriptedHttpServer.start(refusingFirst(legacy))) {
            McpSession session = open(server, source);
            assertThat(call(session).block(LIMIT)).isEqualTo("done");
            session.close().block(LIMIT);
            assertThat(source.refused)
                    .containsOnly("401 Bearer nobody-1 [read]")
                    .isNotEmpty();
            assertThat(server.requests())
                    .extracting(request -> request.header("Authorization"))
                    .contains("Bearer nobody-2");
            assertThat(server.requests())
                    .extracting(RecordedRequest::httpMethod)
                    .contains("POST", "GET", "DELETE");
            assertThat(server.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("Authorization")).startsWith("Bearer nobody-"));
        }
    }

    @Test
    void interleavedCallersShareNothing() {
        Numbered source = new Numbered();
        try (ScriptedHttpServer server =
                ScriptedHttpServer.modern(refusingFirst((request, reply) -> reply.result(TEXT)))) {
            McpSession session = open(server, source);
            for (int round = 0; round < 3; round++) {
                for (String caller : List.of("alice", "bob")) {
                    assertThat(call(session)
                                    .contextWrite(context -> context.put(Caller.PRINCIPAL, caller))
                                    .block(LIMIT))
                            .isEqualTo("done");
                }
            }
            assertThat(server.requests(request -> request.is("tools/call")))
                    .extracting(request -> request.header("Authorization"))
                    .containsExactly(
                            "Bearer alice-1",
                            "Bearer alice-2",
                            "Bearer bob-1",
                            "Bearer bob-2",
                            "Bearer alice-2",
                            "Bearer bob-2",
                            "Bearer alice-2",
                            "Bearer bob-2");
            assertThat(source.refused).containsExactly("401 Bearer alice-1 [read]", "401 Bearer bob-1 [read]");
            session.close().block(LIMIT);
        }
    }

    @Test
    void stepUpAsksForAllScopes() {
        Numbered source = new Numbered();
        try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) -> {
            String token = String.valueOf(request.header("Authorization"));
            if (token.endsWith("-3")) {
                reply.result(TEXT);
            } else {
                String scope = token.endsWith("-1") ? "read" : "write admin";
                reply.status(
                        403,
                        "text/plain",
                        "more",
                        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
            }
        })) {
            McpSession session = open(server, source);
            assertThat(call(session).block(LIMIT)).isEqualTo("done");
            assertThat(source.refused)
                    .containsExactly("403 Bearer nobody-1 [read]", "403 Bearer nobody-2 [admin, read, write]");
            session.close().block(LIMIT);
        }
    }

    @Test
    void fixedCredentialsAreNotSentAgain() {
        HttpHandler refusal = (request, reply) ->
                reply.status(401, "text/plain", "s3cr3t is no good", "WWW-Authenticate: Bearer realm=\"s3cr3t\"");
        try (ScriptedHttpServer server = ScriptedHttpServer.modern(refusal)) {
            McpSession session = open(server, CredentialSource.fixed(Credentials.bearer("s3cr3t")));
            assertThatThrownBy(() -> call(session).block(LIMIT))
                    .isInstanceOfSatisfying(
                            McpHttpStatusException.class,
                            e -> assertThat(e.challenges())
                                    .extracting(AuthChallenge::scheme)
                                    .containsExactly("Bearer"))
                    .hasMessageNotContaining("s3cr3t");
            assertThat(server.requests(request -> request.is("tools/call"))).hasSize(1);
            session.close().block(LIMIT);
        }
    }

    @Test
    void failedSourceFailsTheCallUnsent() {
        CredentialSource failing = new CredentialSource() {
            @Override
            public Mono<Credentials> credentials(CredentialRequest request) {
                return request.caller().anonymous()
                        ? Mono.empty()
                        : Mono.error(new McpAuthorizationException(
                                "srv", McpAuthorizationException.Reason.UNAVAILABLE, "there is no token", false, null));
            }

            @Override
            public Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal) {
                return Mono.empty();
            }
        };
        try (ScriptedHttpServer server = ScriptedHttpServer.modern((request, reply) -> reply.result(TEXT))) {
            McpSession session = open(server, failing);
            assertThatThrownBy(() -> call(session)
                            .contextWrite(context -> context.put(Caller.PRINCIPAL, "alice"))
                            .block(LIMIT))
                    .isInstanceOf(McpAuthorizationException.class)
                    .hasMessage("server 'srv': there is no token");
            assertThat(server.requests(request -> request.is("tools/call"))).isEmpty();
            assertThat(call(session).block(LIMIT)).isEqualTo("done");
            session.close().block(LIMIT);
        }
    }

    @Test
    void nothingShowsSecrets() {
        Credentials credentials = Credentials.bearer("s3cr3t");
        CredentialRequest request =
                new CredentialRequest("srv", Caller.ANONYMOUS, URI.create("https://h/s3cr3t"), Set.of("a"));
        assertThat(credentials + " " + request + " "
                        + CredentialFilter.create(
                                "srv", URI.create("https://h/s3cr3t"), CredentialSource.fixed(credentials)))
                .doesNotContain("s3cr3t")
                .contains("Authorization");
    }
}
