package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class OAuthCallersTest {

    private static final int MANY = 8;

    @Test
    void interleavedCallersShareNoToken() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            for (int round = 0; round < 2; round++) {
                host.call("alice").block(OAuthHost.LIMIT);
                host.call("bob").block(OAuthHost.LIMIT);
                host.done();
            }
            assertThat(server.authorizations())
                    .containsExactly(
                            "null",
                            "Bearer access-1",
                            "null",
                            "Bearer access-2",
                            "null",
                            "Bearer access-3",
                            "Bearer access-1",
                            "Bearer access-2",
                            "Bearer access-3");
            assertThat(server.logins()).isEqualTo(3);
        }
    }

    @Test
    void callersAreRefreshedApart() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.timer(timer))) {
            host.call("alice").block(OAuthHost.LIMIT);
            host.call("bob").block(OAuthHost.LIMIT);
            timer.advance(Duration.ofSeconds(3590));
            host.call("alice").block(OAuthHost.LIMIT);
            assertThat(server.grants(AuthServer.REFRESH))
                    .extracting(form -> form.get("refresh_token"))
                    .containsExactly("refresh-1");
            host.call("bob").block(OAuthHost.LIMIT);
            assertThat(server.grants(AuthServer.REFRESH))
                    .extracting(form -> form.get("refresh_token"))
                    .containsExactly("refresh-1", "refresh-2");
            assertThat(server.authorizations()).endsWith("Bearer access-3", "Bearer access-4");
        }
    }

    @Test
    void concurrentCallsShareOneLogin() {
        CountDownLatch refused = new CountDownLatch(MANY);
        AuthServer server = AuthServer.start();
        server.answer("/mcp", (request, reply) -> {
            server.standard(request, reply);
            refused.countDown();
        });
        server.answer("/authorize", (request, reply) -> {
            refused.await();
            server.standard(request, reply);
        });
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThat(Flux.range(0, MANY)
                            .flatMap(i -> host.call("alice"))
                            .collectList()
                            .block(OAuthHost.LIMIT))
                    .hasSize(MANY)
                    .containsOnly("done");
            assertThat(server.logins()).isOne();
            assertThat(server.requests("/token")).hasSize(1);
            assertThat(server.requests("/register")).hasSize(1);
        }
    }

    @Test
    void concurrentCallsShareOneRefresh() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.timer(timer))) {
            host.done();
            timer.advance(Duration.ofSeconds(3590));
            assertThat(Flux.range(0, MANY)
                            .flatMap(i -> host.call())
                            .collectList()
                            .block(OAuthHost.LIMIT))
                    .hasSize(MANY);
            assertThat(server.grants(AuthServer.REFRESH)).hasSize(1);
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void concurrentRefusalsShareOneRefresh() {
        CountDownLatch refused = new CountDownLatch(MANY);
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.done();
            server.revokeAccess();
            server.answer("/mcp", (request, reply) -> {
                server.standard(request, reply);
                refused.countDown();
            });
            server.answer("/token", (request, reply) -> {
                refused.await();
                server.standard(request, reply);
            });
            assertThat(Flux.range(0, MANY)
                            .flatMap(i -> host.call())
                            .collectList()
                            .block(OAuthHost.LIMIT))
                    .hasSize(MANY);
            assertThat(server.grants(AuthServer.REFRESH)).hasSize(1);
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void deniedCallerFailsNobodyElse() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            server.denies = true;
            assertThatThrownBy(() -> host.call("alice").block(OAuthHost.LIMIT))
                    .isInstanceOf(McpAuthorizationException.class);
            server.denies = false;
            assertThat(host.call("bob").block(OAuthHost.LIMIT)).isEqualTo("done");
            assertThat(host.source
                            .status("srv", server.resource(), Caller.of("alice", Map.of()))
                            .blockOptional(OAuthHost.LIMIT))
                    .isEmpty();
        }
    }

    @Test
    void refreshedTokenIsOfTheSameCaller() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        Caller alice = Caller.of("alice", Map.of());
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.timer(timer))) {
            host.call("alice").block(OAuthHost.LIMIT);
            timer.advance(Duration.ofSeconds(3590));
            host.call("alice").block(OAuthHost.LIMIT);
            assertThat(host.event(OAuthEvent.Authorized.class).caller()).isEqualTo(alice);
            assertThat(host.event(OAuthEvent.Refreshed.class).caller()).isEqualTo(alice);
            TokenStatus status =
                    host.source.status("srv", server.resource(), alice).block(OAuthHost.LIMIT);
            assertThat(status).isNotNull();
            assertThat(status.remaining()).isEqualTo(Duration.ofHours(1));
            assertThat(status.issuer()).isEqualTo(server.issuer());
            assertThat(status.refreshable()).isTrue();
        }
    }

    @Test
    void callersOfOneNameButAnotherTypeDiffer() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            for (Object principal : List.<Object>of("7", 7)) {
                host.call()
                        .contextWrite(context -> context.put(Caller.PRINCIPAL, principal))
                        .block(OAuthHost.LIMIT);
            }
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void logoutEndsOneCallerOnly() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.call("alice").block(OAuthHost.LIMIT);
            host.call("bob").block(OAuthHost.LIMIT);
            host.source
                    .logout("srv", server.resource(), Caller.of("alice", Map.of()))
                    .block(OAuthHost.LIMIT);
            assertThat(server.requests("/revoke"))
                    .singleElement()
                    .satisfies(request -> assertThat(AuthServer.form(request.body()))
                            .containsEntry("token", "refresh-1")
                            .containsEntry("client_id", "client-1"));
            host.call("alice").block(OAuthHost.LIMIT);
            host.call("bob").block(OAuthHost.LIMIT);
            assertThat(server.authorizations()).endsWith("null", "Bearer access-3", "Bearer access-2");
        }
    }

    @Test
    void logoutForgetsEvenWhereItCannotRevoke() {
        AuthServer server = AuthServer.start().answer("/revoke", 500, "");
        try (OAuthHost host = OAuthHost.open(server)) {
            host.done();
            server.answer(AuthServer.METADATA, 500, "");
            host.source.logout("srv", server.resource(), Caller.ANONYMOUS).block(OAuthHost.LIMIT);
            assertThat(host.source
                            .status("srv", server.resource(), Caller.ANONYMOUS)
                            .blockOptional(OAuthHost.LIMIT))
                    .isEmpty();
        }
    }
}
