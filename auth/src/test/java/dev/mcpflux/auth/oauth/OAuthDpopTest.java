package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpflux.auth.oauth.OAuthOptions.DpopMode;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.testing.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class OAuthDpopTest {

    private final AuthServer server = AuthServer.start();

    private OAuthHost open() {
        server.prm.put("dpop_bound_access_tokens_required", true);
        return OAuthHost.open(server);
    }

    private OAuthHost open(DpopMode mode) {
        return OAuthHost.open(
                server,
                builder -> builder.options(OAuthOptions.builder().dpop(mode).build()));
    }

    private static SignedJWT proof(RecordedRequest request) {
        try {
            return SignedJWT.parse(Objects.requireNonNull(request.header("DPoP")));
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private static JWTClaimsSet claims(RecordedRequest request) {
        try {
            return proof(request).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private List<RecordedRequest> bound() {
        return server.requests("/mcp").stream()
                .filter(request -> request.header("DPoP") != null)
                .toList();
    }

    @Test
    void tokenIsSentWithAProof() throws Exception {
        try (OAuthHost host = open()) {
            host.done();
            host.done();
            assertThat(server.authorizations()).containsExactly("null", "DPoP access-1", "DPoP access-1");
            byte[] sum = MessageDigest.getInstance("SHA-256").digest("access-1".getBytes(StandardCharsets.US_ASCII));
            assertThat(bound()).hasSize(2).allSatisfy(request -> {
                assertThat(claims(request).getStringClaim("htm")).isEqualTo("POST");
                assertThat(claims(request).getStringClaim("htu"))
                        .isEqualTo(server.resource().toString());
                assertThat(claims(request).getStringClaim("ath"))
                        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(sum));
                assertThat(proof(request).getHeader().getJWK().isPrivate()).isFalse();
            });
            RecordedRequest token = server.requests("/token").get(0);
            assertThat(claims(token).getStringClaim("htu")).isEqualTo(server.base() + "/token");
            assertThat(claims(token).getClaim("ath")).isNull();
            assertThat(proof(token).getHeader().getJWK())
                    .isEqualTo(proof(bound().get(0)).getHeader().getJWK());
        }
    }

    @Test
    void everyProofIsNew() {
        server.tokenNonce = "n1";
        server.resourceNonce = "n2";
        try (OAuthHost host = open()) {
            host.done();
            host.done();
            assertThat(Flux.concat(Flux.fromIterable(server.requests("/token")), Flux.fromIterable(bound()))
                            .map(request -> String.valueOf(claims(request).getJWTID()))
                            .collectList()
                            .block(OAuthHost.LIMIT))
                    .hasSizeGreaterThan(4)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void tokenEndpointGivesANonce() {
        server.tokenNonce = "n1";
        try (OAuthHost host = open()) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/token"))
                    .extracting(request -> claims(request).getClaim("nonce"))
                    .containsExactly(null, "n1");
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void tokenEndpointGivesNoncesForEverInVain() {
        server.answer(
                "/token",
                (request, reply) -> reply.status(
                        400,
                        "application/json",
                        "{\"error\":\"use_dpop_nonce\"}",
                        "DPoP-Nonce: n" + server.requests("/token").size()));
        try (OAuthHost host = open()) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
            assertThat(server.requests("/token")).hasSize(2);
        }
    }

    @Test
    void resourceGivesANonce() {
        server.resourceNonce = "n1";
        try (OAuthHost host = open()) {
            assertThat(host.done()).isEqualTo("done");
            server.resourceNonce = "n2";
            assertThat(host.done()).isEqualTo("done");
            assertThat(bound())
                    .extracting(request -> claims(request).getClaim("nonce"))
                    .containsExactly(null, "n1", "n1", "n2");
            assertThat(server.requests("/token")).hasSize(1);
        }
    }

    @Test
    void newNonceCostsConcurrentCallsNoLogin() {
        int many = 6;
        try (OAuthHost host = open()) {
            host.done();
            CountDownLatch come = new CountDownLatch(many);
            server.resourceNonce = "n1";
            server.answer("/mcp", (request, reply) -> {
                come.countDown();
                come.await();
                server.standard(request, reply);
            });
            assertThat(Flux.range(0, many)
                            .flatMap(i -> host.call())
                            .collectList()
                            .block(OAuthHost.LIMIT))
                    .hasSize(many);
            assertThat(server.requests("/token")).hasSize(1);
        }
    }

    @Test
    void refreshedTokenIsBoundToTheSameKey() {
        try (OAuthHost host = open()) {
            host.done();
            server.revokeAccess();
            host.done();
            assertThat(server.grants(AuthServer.REFRESH)).hasSize(1);
            assertThat(bound())
                    .extracting(request -> proof(request).getHeader().getJWK())
                    .hasSize(3)
                    .containsOnly(proof(bound().get(0)).getHeader().getJWK());
        }
    }

    @Test
    void keyIsKeptWithTheTokens() {
        TokenStore store = TokenStore.memory();
        server.prm.put("dpop_bound_access_tokens_required", true);
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.store(store))) {
            host.done();
            try (OAuthHost later = OAuthHost.open(server, builder -> builder.store(store))) {
                assertThat(later.done()).isEqualTo("done");
                assertThat(server.authorizations()).endsWith("DPoP access-1");
            }
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void dpopChallengeAsksForIt() {
        server.challenge = "DPoP algs=\"ES256\"";
        try (OAuthHost host = open(DpopMode.AUTO)) {
            host.done();
            assertThat(server.authorizations()).containsExactly("null", "DPoP access-1");
        }
    }

    @Test
    void bearerTokensStayWhereNobodyAsks() {
        try (OAuthHost host = open(DpopMode.AUTO)) {
            host.done();
            assertThat(bound()).isEmpty();
        }
    }

    @Test
    void alwaysNeedsTheSupportOfTheServer() {
        server.metadata.remove("dpop_signing_alg_values_supported");
        try (OAuthHost host = open(DpopMode.ALWAYS)) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
            assertThat(server.logins()).isZero();
        }
    }

    @Test
    void foreignAlgorithmsAreRefused() {
        server.metadata.putArray("dpop_signing_alg_values_supported").add("EdDSA");
        try (OAuthHost host = open(DpopMode.ALWAYS)) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
        }
    }
}
