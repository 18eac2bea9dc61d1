package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.transport.Caller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class OAuthRefreshTest {

    private final ManualTimer timer = new ManualTimer();
    private final AuthServer server = AuthServer.start();

    private OAuthHost open() {
        return open(builder -> builder);
    }

    private OAuthHost open(UnaryOperator<OAuthSource.Builder> configured) {
        return OAuthHost.open(server, builder -> configured.apply(builder).timer(timer));
    }

    private static UnaryOperator<OAuthSource.Builder> options(UnaryOperator<OAuthOptions.Builder> configured) {
        return builder ->
                builder.options(configured.apply(OAuthOptions.builder()).build());
    }

    private static void assertFails(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        McpAuthorizationException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private List<String> refreshed() {
        return server.grants(AuthServer.REFRESH).stream()
                .map(form -> form.get("refresh_token"))
                .toList();
    }

    private List<String> scopesOfLogins() {
        return server.requests("/authorize").stream()
                .map(request -> AuthServer.form(request.path().split("\\?")[1]).getOrDefault("scope", ""))
                .toList();
    }

    // ahead of the end

    @Test
    void cachedTokenTakesNoOperator() {
        try (OAuthHost host = open()) {
            host.done();
            CredentialRequest request = new CredentialRequest("srv", Caller.ANONYMOUS, server.resource(), Set.of());

            Mono<Credentials> credentials = host.source.credentials(request);

            assertThat(credentials).isInstanceOf(Fuseable.ScalarCallable.class);
            assertThat(host.source.credentials(request)).isSameAs(credentials);
            assertThat(server.authorizations())
                    .endsWith(credentials
                            .map(c -> String.valueOf(c.headers().get("Authorization")))
                            .block());
        }
    }

    @Test
    void tokenIsRefreshedAheadOfItsEnd() {
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofSeconds(3569));
            host.done();
            assertThat(refreshed()).isEmpty();
            timer.advance(Duration.ofSeconds(1));
            host.done();
            assertThat(server.grants(AuthServer.REFRESH))
                    .singleElement()
                    .satisfies(form -> assertThat(form)
                            .containsEntry("refresh_token", "refresh-1")
                            .containsEntry("client_id", "client-1")
                            .containsEntry("resource", server.resource().toString()));
            assertThat(server.authorizations()).endsWith("Bearer access-1", "Bearer access-1", "Bearer access-2");
        }
    }

    @Test
    void shortLivedTokenIsRefreshedLater() {
        server.expiresIn = 50;
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofSeconds(39));
            host.done();
            assertThat(refreshed()).isEmpty();
            timer.advance(Duration.ofSeconds(1));
            host.done();
            assertThat(refreshed()).hasSize(1);
        }
    }

    @Test
    void tokenWithoutEndIsNotRefreshed() {
        server.expiresIn = 0;
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofDays(1000));
            host.done();
            assertThat(refreshed()).isEmpty();
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void rotatedRefreshTokenIsUsedNext() {
        try (OAuthHost host = open()) {
            for (int i = 0; i < 3; i++) {
                host.done();
                timer.advance(Duration.ofSeconds(3590));
            }
            assertThat(refreshed()).containsExactly("refresh-1", "refresh-2");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void refreshTokenIsKeptWithoutRotation() {
        try (OAuthHost host = open()) {
            host.done();
            server.refreshes = false;
            for (int i = 0; i < 2; i++) {
                timer.advance(Duration.ofSeconds(3590));
                host.done();
            }
            assertThat(refreshed()).containsExactly("refresh-1", "refresh-1");
        }
    }

    @Test
    void clientCredentialsAreObtainedAgain() {
        server.client("id", "s3cret").refreshes = false;
        try (OAuthHost host =
                open(builder -> options(options -> options.clientId("id").clientSecret("s3cret"))
                        .apply(builder)
                        .grant(new OAuthGrant.ClientCredentials()))) {
            host.done();
            timer.advance(Duration.ofSeconds(3590));
            host.done();
            assertThat(server.grants("client_credentials")).hasSize(2);
            assertThat(server.authorizations()).containsExactly("null", "Bearer access-1", "Bearer access-2");
        }
    }

    // a refresh that fails

    @Test
    void validTokenIsUsedWhereNoRefreshSucceeds() {
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofSeconds(3580));
            server.answer("/token", 503, "");
            host.done();
            host.done();
            assertThat(server.authorizations()).endsWith("Bearer access-1", "Bearer access-1");
            assertThat(refreshed()).as("not tried again for each request").hasSize(1);
            assertThat(host.event(OAuthEvent.Failed.class).authorized()).isTrue();
            server.restore("/token");
            timer.advance(Duration.ofSeconds(10));
            host.done();
            assertThat(server.authorizations()).endsWith("Bearer access-2");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void expiredTokenNeedsTheRefresh() {
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofHours(1));
            server.answer("/token", 503, "");
            assertThatThrownBy(host::done).isInstanceOfSatisfying(McpAuthorizationException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE);
                assertThat(e.isTransient()).isTrue();
            });
            assertThat(server.authorizations()).hasSize(2);
            assertThat(host.event(OAuthEvent.Failed.class).authorized()).isFalse();
            server.restore("/token");
            host.done();
            assertThat(refreshed()).containsExactly("refresh-1", "refresh-1");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void refusedRefreshLeadsToALogin() {
        try (OAuthHost host = open()) {
            host.done();
            server.revokeRefresh();
            timer.advance(Duration.ofHours(1));
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.logins()).isEqualTo(2);
            assertThat(refreshed()).hasSize(1);
            assertThat(server.authorizations()).endsWith("null", "Bearer access-2");
        }
    }

    @Test
    void refusedRefreshLeavesTheValidToken() {
        try (OAuthHost host = open()) {
            host.done();
            server.revokeRefresh();
            timer.advance(Duration.ofSeconds(3590));
            host.done();
            host.done();
            assertThat(refreshed()).as("a refused token is not sent again").hasSize(1);
            assertThat(server.logins()).isOne();
            timer.advance(Duration.ofSeconds(10));
            host.done();
            assertThat(refreshed()).hasSize(1);
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void unknownClientIsRegisteredAnew() {
        try (OAuthHost host = open()) {
            host.done();
            server.forgetClients();
            server.revokeAccess();
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/register")).hasSize(2);
            assertThat(server.grants(AuthServer.CODE))
                    .extracting(form -> form.get("client_id"))
                    .containsExactly("client-1", "client-2");
        }
    }

    @Test
    void unknownClientFailsOneLoginOnly() {
        TokenStore store = TokenStore.memory();
        server.refreshes = false;
        try (OAuthHost host = open(builder -> builder.store(store))) {
            host.done();
            server.forgetClients();
            server.revokeAccess();
            assertFails(host::done, Reason.CLIENT);
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/register")).hasSize(2);
        }
    }

    // a refusal of the MCP server

    @Test
    void revokedTokenIsRefreshed() {
        try (OAuthHost host = open()) {
            host.done();
            server.revokeAccess();
            assertThat(host.done()).isEqualTo("done");
            assertThat(refreshed()).containsExactly("refresh-1");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void expiredTokenWithoutRefreshIsNotSent() {
        server.refreshes = false;
        try (OAuthHost host = open()) {
            host.done();
            timer.advance(Duration.ofHours(1));
            host.done();
            assertThat(server.authorizations()).containsExactly("null", "Bearer access-1", "null", "Bearer access-2");
        }
    }

    @Test
    void refusedNewTokenEndsTheCall() {
        server.answer(
                "/mcp",
                (request, reply) -> reply.status(
                        401,
                        "text/plain",
                        "no",
                        "WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"wrong audience\""));
        try (OAuthHost host = open()) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TOKEN_REFUSED))
                    .hasMessageContaining("'wrong audience'");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void refusedRefreshedTokenLeadsToALogin() {
        try (OAuthHost host = open()) {
            host.done();
            server.revokeAccess();
            server.answer("/mcp", (request, reply) -> {
                if ("Bearer access-2".equals(request.header("Authorization"))) {
                    reply.status(401, "text/plain", "no", "WWW-Authenticate: Bearer");
                } else {
                    server.standard(request, reply);
                }
            });
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.authorizations()).endsWith("Bearer access-1", "Bearer access-2", "Bearer access-3");
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    // step-up

    @Test
    void stepUpAsksForTheUnion() {
        try (OAuthHost host = open()) {
            host.done();
            server.requiredScope = "write";
            assertThat(host.done()).isEqualTo("done");
            server.requiredScope = "admin";
            assertThat(host.done()).isEqualTo("done");
            assertThat(scopesOfLogins()).hasSize(3);
            assertThat(scopesOfLogins().get(1).split(" ")).containsExactlyInAnyOrder("read", "write");
            assertThat(scopesOfLogins().get(2).split(" ")).containsExactlyInAnyOrder("read", "write", "admin");
            assertThat(refreshed()).isEmpty();
        }
    }

    @Test
    void scopeThatWasAskedForIsNotAskedForAgain() {
        server.answer("/mcp", (request, reply) -> {
            if (request.header("Authorization") == null) {
                server.standard(request, reply);
            } else {
                reply.status(
                        403,
                        "text/plain",
                        "no",
                        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"");
            }
        });
        try (OAuthHost host = open()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(host::done)
                        .isInstanceOfSatisfying(
                                McpHttpStatusException.class,
                                e -> assertThat(e.status()).isEqualTo(403));
            }
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void stepUpsAreBounded() {
        AtomicInteger scope = new AtomicInteger();
        server.answer("/mcp", (request, reply) -> {
            if (request.header("Authorization") == null) {
                server.standard(request, reply);
            } else {
                reply.status(
                        403,
                        "text/plain",
                        "no",
                        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"s" + scope.incrementAndGet()
                                + "\"");
            }
        });
        try (OAuthHost host = open()) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(host::done).isInstanceOf(McpHttpStatusException.class);
            }
            assertThat(server.logins()).isEqualTo(4);
            timer.advance(Duration.ofMinutes(10));
            assertThatThrownBy(host::done).isInstanceOf(McpHttpStatusException.class);
            assertThat(server.logins()).as("they count for a while").isGreaterThan(4);
        }
    }

    @Test
    void otherForbiddenAnswersLeadToNoLogin() {
        server.answer("/mcp", (request, reply) -> {
            if (request.header("Authorization") == null) {
                server.standard(request, reply);
            } else {
                reply.status(403, "text/plain", "no");
            }
        });
        try (OAuthHost host = open()) {
            assertThatThrownBy(host::done).isInstanceOf(McpHttpStatusException.class);
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void pinnedScopesAreNeverWidened() {
        try (OAuthHost host = open(options(options -> options.scopes(List.of("only"))))) {
            host.done();
            server.requiredScope = "write";
            assertThatThrownBy(host::done).isInstanceOf(McpHttpStatusException.class);
            assertThat(scopesOfLogins()).containsExactly("only");
        }
    }

    @Test
    void offlineAccessIsAskedForWhereOffered() {
        server.metadata.putArray("scopes_supported").add("read").add("offline_access");
        try (OAuthHost host = open()) {
            host.done();
            assertThat(scopesOfLogins().get(0).split(" ")).containsExactlyInAnyOrder("read", "offline_access");
            assertThat(server.requests("/authorize").get(0).path()).contains("prompt=consent");
        }
    }

    @Test
    void offlineAccessIsNotAskedForElsewhere() {
        server.prm.putArray("scopes_supported").add("read").add("offline_access");
        try (OAuthHost host = open()) {
            host.done();
            assertThat(scopesOfLogins()).containsExactly("read");
        }
    }

    // another authorization server

    @Test
    void anotherIssuerGetsNothingOfTheFirst() {
        server.confidential = true;
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        try (AuthServer other = AuthServer.start();
                OAuthHost host = open()) {
            host.done();
            server.prm.putArray("authorization_servers").add(other.issuer());
            server.revokeAccess();
            // the token of the other one is not good here
            assertFails(host::done, Reason.TOKEN_REFUSED);
            assertThat(other.requests("/register")).hasSize(1);
            assertThat(other.logins()).isOne();
            assertThat(other.grants(AuthServer.REFRESH)).isEmpty();
            for (String path : List.of("/register", "/authorize", "/token", AuthServer.METADATA)) {
                assertThat(other.requests(path))
                        .isNotEmpty()
                        .extracting(RecordedRequest::toString)
                        .noneMatch(text -> text.contains("refresh-1")
                                || text.contains("Bearer access-1")
                                || text.contains("client-secret-1"));
            }
            assertThat(refreshed()).isEmpty();
        }
    }

    /** A client that is the same everywhere, so that only the issuer of the tokens tells where they belong. */
    private OAuthHost withDocument(AuthServer other) {
        server.metadata.put("client_id_metadata_document_supported", true);
        other.metadata.put("client_id_metadata_document_supported", true);
        return open(options(options -> options.clientMetadataUrl(URI.create("https://client.example/metadata.json"))));
    }

    @Test
    void refusalLeadsNoTokenToAnotherIssuer() {
        try (AuthServer other = AuthServer.start();
                OAuthHost host = withDocument(other)) {
            host.done();
            server.prm.putArray("authorization_servers").add(other.issuer());
            server.revokeAccess();
            assertFails(host::done, Reason.TOKEN_REFUSED);
            assertThat(other.grants(AuthServer.CODE)).hasSize(1);
            assertThat(other.grants(AuthServer.REFRESH)).isEmpty();
        }
    }

    @Test
    void expiryLeadsNoTokenToAnotherIssuer() {
        try (AuthServer other = AuthServer.start();
                OAuthHost host = withDocument(other)) {
            host.done();
            server.prm.putArray("authorization_servers").add(other.issuer());
            timer.advance(Duration.ofHours(1));
            // the first token of both has the same name
            host.done();
            assertThat(other.grants(AuthServer.CODE)).hasSize(1);
            assertThat(other.grants(AuthServer.REFRESH)).isEmpty();
        }
    }

    @Test
    void configuredSecretStaysWithTheFirstIssuer() {
        server.client("id", "s3cret");
        try (AuthServer other = AuthServer.start().client("id", "s3cret");
                OAuthHost host = open(options(options -> options.clientId("id").clientSecret("s3cret")))) {
            host.done();
            server.prm.putArray("authorization_servers").add(other.issuer());
            server.revokeAccess();
            assertFails(host::done, Reason.ISSUER_MISMATCH);
            assertThat(other.requests("/authorize")).isEmpty();
            assertThat(other.requests("/token")).isEmpty();
        }
    }

    @Test
    void configuredIssuerIsTheOnlyOne() {
        try (AuthServer other = AuthServer.start();
                OAuthHost host = open(options(options -> options.issuer(server.issuer())))) {
            host.done();
            server.prm.putArray("authorization_servers").add(other.issuer());
            server.revokeAccess();
            assertFails(host::done, Reason.ISSUER_MISMATCH);
            assertThat(other.requests(AuthServer.METADATA)).isEmpty();
        }
    }

    @Test
    void configuredIssuerIsChosenAmongSeveral() {
        try (AuthServer other = AuthServer.start();
                OAuthHost host = open(options(options -> options.issuer(server.issuer())))) {
            server.prm.putArray("authorization_servers").add(other.issuer()).add(server.issuer());
            assertThat(host.done()).isEqualTo("done");
        }
    }

    // what is kept

    @Test
    void keptTokensSurviveTheSource() {
        TokenStore store = TokenStore.memory();
        try (OAuthHost host = open(builder -> builder.store(store))) {
            host.call("alice").block(OAuthHost.LIMIT);
            try (OAuthHost later = open(builder -> builder.store(store))) {
                assertThat(later.call("alice").block(OAuthHost.LIMIT)).isEqualTo("done");
                assertThat(server.authorizations()).endsWith("Bearer access-1");
                later.call("bob").block(OAuthHost.LIMIT);
            }
            assertThat(server.logins()).isEqualTo(2);
        }
    }

    @Test
    void loginOfAnotherProcessIsUsed() {
        TokenStore store = TokenStore.memory();
        UnaryOperator<OAuthSource.Builder> withoutPerson =
                builder -> options(options -> options.loginMode(OAuthOptions.LoginMode.NEVER))
                        .apply(builder.store(store));
        try (OAuthHost login = open(builder -> builder.store(store))) {
            login.done();
            server.revokeAccess();
            try (OAuthHost host = open(withoutPerson)) {
                // both have the same tokens; the other one refreshes them
                login.done();
                host.done();
                assertThat(server.grants(AuthServer.REFRESH)).hasSize(1);
                assertThat(server.logins()).isOne();
            }
        }
    }

    @Test
    void registrationIsUsedAgain() {
        server.refreshes = false;
        try (OAuthHost host = open()) {
            host.done();
            server.revokeAccess();
            host.done();
            assertThat(server.logins()).isEqualTo(2);
            assertThat(server.requests("/register")).hasSize(1);
        }
    }

    @Test
    void expiredSecretIsRegisteredAnew() {
        server.confidential = true;
        server.secretExpiresAt = 100;
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        try (OAuthHost host = open()) {
            host.done();
            server.revokeAccess();
            server.revokeRefresh();
            timer.advance(Duration.ofSeconds(99));
            host.done();
            assertThat(server.requests("/register")).hasSize(1);
            server.revokeAccess();
            server.revokeRefresh();
            timer.advance(Duration.ofSeconds(1));
            host.done();
            assertThat(server.requests("/register")).hasSize(2);
        }
    }

    @Test
    void failedStoreFailsTheCall() {
        TokenStore broken = new TokenStore() {
            private final TokenStore actual = TokenStore.memory();

            @Override
            public Mono<String> load(Key key) {
                return Mono.error(new IOException("s3cr3t"));
            }

            @Override
            public Mono<Void> save(Key key, String secret) {
                return actual.save(key, secret);
            }

            @Override
            public Mono<Void> remove(Key key) {
                return actual.remove(key);
            }

            @Override
            public Flux<Key> keys() {
                return actual.keys();
            }
        };
        OAuthSource source = OAuthSource.builder().store(broken).build();
        try (server) {
            assertThatThrownBy(() -> source.credentials(
                                    new CredentialRequest("srv", Caller.ANONYMOUS, server.resource(), Set.of()))
                            .block(OAuthHost.LIMIT))
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.STORE))
                    .hasMessageNotContaining("s3cr3t");
        }
    }
}
