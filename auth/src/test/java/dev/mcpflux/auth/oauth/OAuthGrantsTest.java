package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class OAuthGrantsTest {

    private static UnaryOperator<OAuthSource.Builder> options(UnaryOperator<OAuthOptions.Builder> configured) {
        return builder ->
                builder.options(configured.apply(OAuthOptions.builder()).build());
    }

    private static final UnaryOperator<OAuthSource.Builder> CONFIGURED =
            options(options -> options.clientId("id").clientSecret("s3cret"));

    // the code grant

    @Test
    void codeGrantSendsWhatTheServerNeeds() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.done();
            host.done();
            assertThat(server.authorizations()).containsExactly("null", "Bearer access-1", "Bearer access-1");
            RecordedRequest page = server.requests("/authorize").get(0);
            Map<String, String> query = AuthServer.form(URI.create(page.path()).getRawQuery());
            assertThat(query)
                    .containsEntry("response_type", "code")
                    .containsEntry("client_id", "client-1")
                    .containsEntry("resource", server.resource().toString())
                    .containsEntry("scope", "read")
                    .containsEntry("code_challenge_method", "S256");
            assertThat(server.grants(AuthServer.CODE))
                    .singleElement()
                    .satisfies(form -> assertThat(form)
                            .containsEntry("client_id", "client-1")
                            .containsEntry("resource", server.resource().toString())
                            .containsEntry("redirect_uri", query.get("redirect_uri")));
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    void registrationNamesTheLoopbackAddress() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server, options(options -> options.clientName("my host")))) {
            host.done();
            assertThat(server.requests("/register")).singleElement().satisfies(request -> {
                assertThat(request.message().path("client_name").asString()).isEqualTo("my host");
                assertThat(request.message().path("application_type").asString())
                        .isEqualTo("native");
                assertThat(request.message().path("token_endpoint_auth_method").asString())
                        .isEqualTo("none");
                assertThat(request.message().path("redirect_uris").path(0).asString())
                        .matches("http://127\\.0\\.0\\.1:\\d+/callback");
            });
        }
    }

    @Test
    void registeredSecretAuthenticatesTheClient() {
        AuthServer server = AuthServer.start();
        server.confidential = true;
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.grants(AuthServer.CODE).get(0)).containsEntry("client_secret", "client-secret-1");
        }
    }

    @Test
    void configuredClientIsNotRegistered() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(server, CONFIGURED)) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/register")).isEmpty();
        }
    }

    @Test
    void clientMetadataDocumentIsTheClient() {
        AuthServer server = AuthServer.start();
        server.metadata.put("client_id_metadata_document_supported", true);
        URI document = URI.create("https://client.example/metadata.json");
        try (OAuthHost host = OAuthHost.open(server, options(options -> options.clientMetadataUrl(document)))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/register")).isEmpty();
            assertThat(server.grants(AuthServer.CODE).get(0)).containsEntry("client_id", document.toString());
        }
    }

    @Test
    void documentIsNotUsedWhereItIsNotRead() {
        AuthServer server = AuthServer.start();
        URI document = URI.create("https://client.example/metadata.json");
        try (OAuthHost host = OAuthHost.open(server, options(options -> options.clientMetadataUrl(document)))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/register")).hasSize(1);
        }
    }

    @Test
    void secretIsSentByBasicByDefault() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        server.metadata.remove("token_endpoint_auth_methods_supported");
        try (OAuthHost host = OAuthHost.open(server, CONFIGURED)) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/token").get(0).header("Authorization")).startsWith("Basic ");
            assertThat(server.requests("/token").get(0).body()).doesNotContain("s3cret");
        }
    }

    @Test
    void secretIsPostedWhereOnlyThatIsOffered() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        server.metadata.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        try (OAuthHost host = OAuthHost.open(server, CONFIGURED)) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.requests("/token").get(0).header("Authorization")).isNull();
            assertThat(server.grants(AuthServer.CODE).get(0)).containsEntry("client_secret", "s3cret");
        }
    }

    @Test
    void configuredMethodCounts() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server,
                options(options -> options.clientId("id").clientSecret("s3cret").authMethod("client_secret_post")))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.grants(AuthServer.CODE).get(0)).containsEntry("client_secret", "s3cret");
        }
    }

    @Test
    void serverWithoutRegistrationNeedsAClientId() {
        AuthServer server = AuthServer.start();
        server.metadata.remove("registration_endpoint");
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.CLIENT))
                    .hasMessageContaining("'clientId'");
        }
    }

    // grants without a browser

    @Test
    void clientCredentialsNeedNoPerson() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server, builder -> CONFIGURED.apply(builder).grant(new OAuthGrant.ClientCredentials()))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.grants("client_credentials"))
                    .singleElement()
                    .satisfies(form -> assertThat(form)
                            .containsEntry("scope", "read")
                            .containsEntry("resource", server.resource().toString()));
            assertThat(server.logins()).isZero();
        }
    }

    @Test
    void privateKeyNamesTheIssuerAsAudience() throws Exception {
        String key = new ECKeyGenerator(Curve.P_256).keyID("k").generate().toJSONString();
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> options(options -> options.clientId("id").privateKey(key))
                        .apply(builder)
                        .grant(new OAuthGrant.ClientCredentials()))) {
            assertThat(host.done()).isEqualTo("done");
            Map<String, String> form = server.grants("client_credentials").get(0);
            JWTClaimsSet claims = SignedJWT.parse(form.get("client_assertion")).getJWTClaimsSet();
            assertThat(claims.getAudience()).containsExactly(server.issuer());
            assertThat(claims.getIssuer()).isEqualTo("id");
            assertThat(claims.getSubject()).isEqualTo("id");
            assertThat(claims.getJWTID()).isNotBlank();
        }
    }

    @Test
    void deviceIsPolledAtTheIntervalAndSlower() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        server.deviceErrors.addAll(List.of("authorization_pending", "slow_down"));
        try (OAuthHost host = OAuthHost.open(
                server, builder -> builder.grant(new OAuthGrant.DeviceCode()).timer(timer))) {
            Mono<String> call = host.call().cache();
            call.subscribe();
            timer.awaitDelays(Duration.ofSeconds(7), 1);
            assertThat(server.grants(AuthServer.DEVICE)).isEmpty();
            timer.advance(Duration.ofSeconds(7));
            timer.awaitDelays(Duration.ofSeconds(7), 2);
            timer.advance(Duration.ofSeconds(7));
            timer.pass(Duration.ofSeconds(12));
            assertThat(call.block(OAuthHost.LIMIT)).isEqualTo("done");
            assertThat(server.grants(AuthServer.DEVICE))
                    .hasSize(3)
                    .allSatisfy(form -> assertThat(form).containsEntry("device_code", "device-code"));
            OAuthEvent.LoginRequired event = host.event(OAuthEvent.LoginRequired.class);
            assertThat(event.userCode()).isEqualTo("USER-CODE");
            assertThat(event.page()).isEqualTo(URI.create(server.base() + "/activate"));
        }
    }

    @Test
    void deviceLoginEndsWithItsCode() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        server.device.put("expires_in", 20);
        // a poll may be answered before the time is over
        server.deviceErrors.addAll(List.of("authorization_pending", "authorization_pending", "authorization_pending"));
        try (OAuthHost host = OAuthHost.open(
                server, builder -> builder.grant(new OAuthGrant.DeviceCode()).timer(timer))) {
            Mono<String> call = host.call().cache();
            call.subscribe(done -> {}, e -> {});
            timer.awaitDelays(Duration.ofSeconds(20), 1);
            timer.advance(Duration.ofSeconds(20));
            assertThatThrownBy(() -> call.block(OAuthHost.LIMIT)).hasMessageContaining("nobody logged in within 20 s");
        }
    }

    @Test
    void devicePagesAreChecked() {
        for (String member : List.of("verification_uri", "verification_uri_complete")) {
            AuthServer server = AuthServer.start();
            server.device.put(member, "http://login.example/activate");
            try (OAuthHost host = OAuthHost.open(
                    server,
                    builder -> builder.grant(new OAuthGrant.DeviceCode()).timer(new ManualTimer()))) {
                assertThatThrownBy(host::done)
                        .isInstanceOfSatisfying(
                                McpAuthorizationException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_ADDRESS));
            }
        }
    }

    @Test
    void callerTokenIsExchanged() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> exchanging(server, builder)
                        .grant(new OAuthGrant.TokenExchange(caller -> Mono.just("token of " + caller.principal()))))) {
            assertThat(host.call("alice").block(OAuthHost.LIMIT)).isEqualTo("done");
            assertThat(server.grants(AuthServer.EXCHANGE))
                    .singleElement()
                    .satisfies(form -> assertThat(form)
                            .containsEntry("subject_token", "token of alice")
                            .containsEntry("subject_token_type", OAuthGrant.TokenExchange.ACCESS_TOKEN)
                            .containsEntry("resource", server.resource().toString()));
        }
    }

    @Test
    void callerWithoutTokenCannotExchange() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> exchanging(server, builder).grant(new OAuthGrant.TokenExchange(caller -> Mono.empty())))) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.LOGIN_REQUIRED));
            assertThat(server.requests("/token")).isEmpty();
        }
    }

    private static OAuthSource.Builder exchanging(AuthServer server, OAuthSource.Builder builder) {
        return builder.options(OAuthOptions.builder()
                .clientId("id")
                .clientSecret("s3cret")
                .issuer(server.issuer())
                .build());
    }

    @Test
    void callerTokenNeverReachesTheServer() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> exchanging(server, builder)
                        .grant(new OAuthGrant.TokenExchange(
                                caller -> Mono.justOrEmpty(caller.headers().get("Authorization")))))) {
            String answer = host.call()
                    .contextWrite(
                            context -> context.put(Caller.HEADERS, Map.of("Authorization", "Bearer of-the-caller")))
                    .block(OAuthHost.LIMIT);
            assertThat(answer).isEqualTo("done");
            assertThat(server.authorizations())
                    .doesNotContain("Bearer of-the-caller")
                    .contains("Bearer access-1");
            assertThat(server.grants(AuthServer.EXCHANGE))
                    .singleElement()
                    .satisfies(form -> assertThat(form).containsEntry("subject_token", "Bearer of-the-caller"));
        }
    }

    @Test
    void callerTokenNeedsAConfiguredIssuer() {
        OAuthSource.Builder builder = OAuthSource.builder()
                .options(OAuthOptions.builder().clientId("id").build())
                .grant(new OAuthGrant.TokenExchange(caller -> Mono.just("token")));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("set its issuer");
    }

    @Test
    void identityProviderVouchesForTheCaller() {
        AuthServer provider = AuthServer.start().client("idp-id", "idp-s3cret");
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (provider;
                OAuthHost host = OAuthHost.open(
                        server,
                        builder -> CONFIGURED
                                .apply(builder)
                                .grant(new OAuthGrant.EnterpriseManaged(
                                        caller -> Mono.just("id-token"),
                                        URI.create(provider.base() + "/token"),
                                        "idp-id",
                                        "idp-s3cret")))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(provider.grants(AuthServer.EXCHANGE))
                    .singleElement()
                    .satisfies(form -> assertThat(form)
                            .containsEntry("subject_token", "id-token")
                            .containsEntry("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag")
                            .containsEntry("audience", server.issuer())
                            .containsEntry("resource", server.resource().toString())
                            .containsEntry("scope", "read"));
            assertThat(server.grants(AuthServer.JWT_BEARER))
                    .singleElement()
                    .satisfies(form -> assertThat(form).containsEntry("assertion", AuthServer.JWT));
            assertThat(provider.requests("/token").toString()).doesNotContain("s3cret\"", "client_id=id&");
        }
    }

    @Test
    void platformVouchesForTheWorkload() {
        AuthServer server = AuthServer.start().client("id", "s3cret");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> CONFIGURED
                        .apply(builder)
                        .grant(new OAuthGrant.WorkloadIdentity(caller -> Mono.just(AuthServer.JWT))))) {
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.grants(AuthServer.JWT_BEARER))
                    .singleElement()
                    .satisfies(form -> assertThat(form).containsEntry("assertion", AuthServer.JWT));
        }
    }

    @Test
    void refusedAssertionIsNotRepeated() {
        AuthServer server = AuthServer.start().client("id", "s3cret").answer("/token", 400, """
                {"error":"invalid_grant"}""");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> CONFIGURED
                        .apply(builder)
                        .grant(new OAuthGrant.WorkloadIdentity(caller -> Mono.just(AuthServer.JWT))))) {
            assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
            assertThat(server.requests("/token")).hasSize(1);
        }
    }
}
