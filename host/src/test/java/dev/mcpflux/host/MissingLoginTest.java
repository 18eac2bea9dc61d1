package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.config.ServerAuthorization;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.http.HttpExchangeFilter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

/** A server that needs a login, beside others. */
class MissingLoginTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final URI PAGE = URI.create("https://as/authorize?state=1");

    /** Fails every request for want of a login, until there is one. */
    private static final class Login implements HttpExchangeFilter {
        final TestPublisher<ConnectionEvent> events = TestPublisher.create();
        final @Nullable URI page;
        volatile boolean loggedIn;

        Login(@Nullable URI page) {
            this.page = page;
        }

        @Override
        public Mono<Map<String, String>> headers(Request request) {
            return loggedIn
                    ? Mono.empty()
                    : Mono.error(() -> new McpAuthorizationRequiredException("web", "it needs a login", page, null));
        }

        @Override
        public Mono<Boolean> sendAgain(Request request, Response response) {
            return Mono.empty();
        }

        @Override
        public Flux<ConnectionEvent> events() {
            return events.flux();
        }
    }

    private static HostConfig config(ScriptedHttpServer server, ScriptedHttpServer other, Login login) {
        return HostConfig.builder()
                .server(ServerDefinition.http("web", server.url()).withAuthorization(ServerAuthorization.filter(login)))
                .server(ServerDefinition.http("other", other.url()))
                .build();
    }

    private static ScriptedHttpServer server() {
        return ScriptedHttpServer.modern((request, reply) -> reply.result(
                request.is("tools/list")
                        ? "{\"resultType\":\"complete\",\"tools\":[{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\"}}]}"
                        : "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}"));
    }

    private static void missing(McpHost host, @Nullable URI page) {
        assertThatThrownBy(() -> host.callTool("web__x", Map.of()).block(LIMIT))
                .isInstanceOfSatisfying(McpAuthorizationRequiredException.class, e -> {
                    assertThat(e.server()).isEqualTo("web");
                    assertThat(e.url()).isEqualTo(page);
                    assertThat(e.getMessage()).isEqualTo("server 'web': it needs a login");
                });
    }

    @Test
    void callsFailWithThePageAndSucceedAfterTheLogin() {
        Login login = new Login(PAGE);
        try (ScriptedHttpServer server = server();
                ScriptedHttpServer other = server()) {
            String text = McpHost.useOne(
                            config(server, other, login),
                            host -> Mono.fromCallable(() -> {
                                        missing(host, PAGE);
                                        missing(host, PAGE);
                                        assertThat(host.server("web").status().state())
                                                .isEqualTo(ServerState.FAILED);
                                        assertThat(host.callTool("other__x", Map.of())
                                                        .block(LIMIT))
                                                .isNotNull();
                                        login.loggedIn = true;
                                        return String.valueOf(host.callTool("web__x", Map.of())
                                                .map(CallToolResult::text)
                                                .block(LIMIT));
                                    })
                                    .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()))
                    .block(LIMIT);
            assertThat(text).isEqualTo("done");
            assertThat(server.requests()).isNotEmpty();
        }
    }

    @Test
    void stateOfTheServerSaysItAndNoListDoes() {
        Login login = new Login(PAGE);
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        try (ScriptedHttpServer server = server();
                ScriptedHttpServer other = server()) {
            List<String> tools = McpHost.useOne(config(server, other, login), host -> {
                        EventSink.direct(host.events()).subscribe(events::add);
                        return host.tools().map(CatalogueTool::name).collectList();
                    })
                    .block(LIMIT);
            assertThat(tools).containsExactly("other__x");
            assertThat(events).noneMatch(HostEvent.ListFailed.class::isInstance);
        }
    }

    @Test
    void loginElsewhereIsNoticedByTheNextCall() {
        Login login = new Login(null);
        try (ScriptedHttpServer server = server();
                ScriptedHttpServer other = server()) {
            McpHost.useOne(
                            config(server, other, login),
                            host -> Mono.fromRunnable(() -> {
                                        missing(host, null);
                                        login.loggedIn = true;
                                        assertThat(host.callTool("web__x", Map.of())
                                                        .block(LIMIT))
                                                .isNotNull();
                                    })
                                    .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()))
                    .block(LIMIT);
        }
    }

    @Test
    void loginsAreAmongTheEventsOfTheHost() {
        Login login = new Login(PAGE);
        login.loggedIn = true;
        Sinks.One<ConnectionEvent> seen = Sinks.one();
        try (ScriptedHttpServer server = server();
                ScriptedHttpServer other = server()) {
            McpHost.useOne(config(server, other, login), host -> {
                        host.events()
                                .ofType(HostEvent.FromServer.class)
                                .filter(event -> event.server().equals("web"))
                                .map(HostEvent.FromServer::event)
                                .ofType(SessionEvent.Link.class)
                                .map(SessionEvent.Link::event)
                                .ofType(ConnectionEvent.LoginRequired.class)
                                .subscribe(seen::tryEmitValue);
                        login.events.next(new ConnectionEvent.LoginRequired(Caller.ANONYMOUS, PAGE, "ABCD"));
                        return seen.asMono();
                    })
                    .block(LIMIT);
            assertThat(seen.asMono().block(LIMIT))
                    .isEqualTo(new ConnectionEvent.LoginRequired(Caller.ANONYMOUS, PAGE, "ABCD"));
            login.events.assertCancelled();
            assertThat(String.valueOf(seen.asMono().block(LIMIT))).doesNotContain("state=1");
        }
    }
}
