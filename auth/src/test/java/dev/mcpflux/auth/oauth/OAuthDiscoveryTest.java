package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.testing.http.Gate;
import dev.mcpflux.testing.http.HttpHandler;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

class OAuthDiscoveryTest {

    private static final String ROOT_PRM = "/.well-known/oauth-protected-resource";
    private static final String ROOT_METADATA = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration/as";
    private static final String APPENDED_OPENID = "/as/.well-known/openid-configuration";

    private final AuthServer server = AuthServer.start();

    private AbstractThrowableAssert<?, ?> assertFails(Reason reason) {
        try (OAuthHost host = OAuthHost.open(server)) {
            return assertThatThrownBy(host::done)
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(reason));
        }
    }

    private void assertTransient() {
        assertFails(Reason.UNAVAILABLE)
                .satisfies(e -> assertThat(((McpAuthorizationException) e).isTransient())
                        .isTrue());
    }

    private void assertSucceeds() {
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThat(host.done()).isEqualTo("done");
        }
    }

    private void serve(String path, String document) {
        server.answer(path, (request, reply) -> reply.json(document));
    }

    // where documents are

    @Test
    void challengeNamesTheDocument() {
        server.challenge = "Bearer resource_metadata=\"" + server.base() + "/elsewhere\"";
        serve("/elsewhere", server.prm.toString());
        assertSucceeds();
        assertThat(server.requests(AuthServer.PRM)).isEmpty();
    }

    @Test
    void documentIsLookedForAtThePathAndTheRoot() {
        server.challenge = "Bearer";
        server.answer(AuthServer.PRM, 404, "");
        serve(ROOT_PRM, server.prm.toString());
        assertSucceeds();
        assertThat(server.requests(AuthServer.PRM)).hasSize(1);
    }

    @Test
    void missingNamedDocumentEndsTheSearch() {
        server.answer(AuthServer.PRM, 404, "");
        serve(ROOT_PRM, server.prm.toString());
        assertFails(Reason.METADATA);
        assertThat(server.requests(ROOT_PRM)).isEmpty();
    }

    @Test
    void scopesOfTheChallengeComeFirst() {
        server.challenge = "Bearer scope=\"other\", resource_metadata=\"" + server.base() + AuthServer.PRM + "\"";
        assertSucceeds();
        assertThat(server.requests("/authorize").get(0).path()).contains("scope=other");
    }

    @ParameterizedTest
    @ValueSource(strings = {OPENID, APPENDED_OPENID})
    void openIdDocumentsAreFound(String path) {
        server.answer(AuthServer.METADATA, 404, "");
        serve(path, server.metadata.toString());
        assertSucceeds();
    }

    @Test
    void serverOfRevision20250326HasDefaultEndpoints() {
        server.challenge = "Bearer";
        server.answer(AuthServer.PRM, 404, "");
        server.iss = "";
        assertSucceeds();
        assertThat(server.requests(ROOT_METADATA)).hasSize(1);
        assertThat(server.requests("/token")).hasSize(1);
    }

    @Test
    void serverMayBeItsOwnAuthorizationServer() {
        server.challenge = "Bearer";
        server.answer(AuthServer.PRM, 404, "");
        server.iss = server.base();
        serve(ROOT_METADATA, server.metadata.put("issuer", server.base()).toString());
        assertSucceeds();
    }

    @Test
    void authorizationServerNeedsMetadata() {
        server.answer(AuthServer.METADATA, 404, "");
        assertFails(Reason.METADATA);
        assertThat(server.requests(OPENID)).hasSize(1);
        assertThat(server.requests(APPENDED_OPENID)).hasSize(1);
        assertThat(server.requests("/register")).isEmpty();
    }

    @Test
    void configuredPlaceOfTheMetadataCounts() {
        serve("/configured", server.metadata.toString());
        server.answer(AuthServer.METADATA, 500, "");
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> builder.options(OAuthOptions.builder()
                        .metadataUrl(URI.create(server.base() + "/configured"))
                        .build()))) {
            assertThat(host.done()).isEqualTo("done");
        }
    }

    // whose documents they are

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example/mcp",
                "http://localhost:PORT/mcp",
                "https://127.0.0.1:PORT/mcp",
                "http://127.0.0.1:PORT/other",
                "http://127.0.0.1:PORT/mc",
                "http://127.0.0.1:PORT/mcp/deeper",
                "http://127.0.0.1:PORT/mcp?tenant=1",
                "http://127.0.0.1:PORT/mcp#fragment",
                "http://127.0.0.1:1/mcp",
                "/mcp",
                "no url at all"
            })
    void documentOfAnotherResourceIsRefused(String resource) {
        server.prm.put(
                "resource",
                resource.replace("PORT", String.valueOf(server.resource().getPort())));
        assertFails(Reason.RESOURCE_MISMATCH);
        assertThat(server.requests(AuthServer.METADATA)).isEmpty();
    }

    @Test
    void documentOfTheWholeServerCounts() {
        server.prm.put("resource", server.base() + "/");
        assertSucceeds();
        assertThat(server.grants(AuthServer.CODE).get(0)).containsEntry("resource", server.base() + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/other", "/as/", "/AS", ""})
    void metadataOfAnotherIssuerAreRefused(String path) {
        server.metadata.put("issuer", server.base() + path);
        assertFails(Reason.ISSUER_MISMATCH);
        assertThat(server.requests("/register")).isEmpty();
        assertThat(server.requests(OPENID)).as("the search has ended").isEmpty();
    }

    @Test
    void documentWithoutServersIsRefused() {
        server.prm.putArray("authorization_servers");
        assertFails(Reason.METADATA);
    }

    @Test
    void serverWithoutPkceIsRefused() {
        server.metadata.remove("code_challenge_methods_supported");
        assertFails(Reason.UNSUPPORTED).hasMessageContaining("PKCE");
        assertThat(server.logins()).isZero();
    }

    @Test
    void plainPkceIsRefused() {
        server.metadata.putArray("code_challenge_methods_supported").add("plain");
        assertFails(Reason.UNSUPPORTED);
        assertThat(server.logins()).isZero();
    }

    // addresses

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "https://169.254.169.254/latest/meta-data",
                "http://as.example/prm",
                "file:///etc/passwd"
            })
    void challengeMustNotNameUnsafeAddresses(String url) {
        server.challenge = "Bearer resource_metadata=\"" + url + "\"";
        assertFails(Reason.UNSAFE_ADDRESS);
        assertThat(server.requests(AuthServer.PRM)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "authorization_endpoint",
        "token_endpoint",
        "registration_endpoint",
        "device_authorization_endpoint",
        "revocation_endpoint"
    })
    void endpointsMustBeSafe(String endpoint) {
        server.metadata.put(endpoint, "http://as.example/s3cr3t");
        assertFails(Reason.UNSAFE_ADDRESS).hasMessageNotContaining("s3cr3t");
        assertThat(server.requests("/register")).isEmpty();
    }

    @Test
    void issuerMustBeSafe() {
        server.prm.putArray("authorization_servers").add("http://as.example/as");
        assertFails(Reason.UNSAFE_ADDRESS);
    }

    /** A public server whose metadata, by way of configuration, are on this machine. */
    private Discovery ofPublicServer() {
        Problems problems = new Problems("srv");
        GuardedHttp http = new GuardedHttp(
                HttpClient.newConnection(),
                ProxySettings.none(),
                Reach.PUBLIC,
                Set.of("127.0.0.1"),
                Duration.ofSeconds(10),
                new ManualTimer(),
                problems);
        return new Discovery(
                http,
                URI.create("https://mcp.example/mcp"),
                OAuthOptions.builder()
                        .metadataUrl(URI.create(server.base() + AuthServer.METADATA))
                        .build(),
                problems,
                Discovery.Trace.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://localhost/token",
                "https://127.0.0.2/token",
                "https://10.0.0.1/token",
                "https://[fd00::1]/token",
                "https://169.254.169.254/token"
            })
    void publicServerNamesNoNearerAddress(String endpoint) {
        try (server) {
            server.prm.put("resource", "https://mcp.example/mcp");
            server.metadata.put("token_endpoint", endpoint);
            List<AuthChallenge> challenges = List.of(
                    new AuthChallenge("Bearer", null, Map.of("resource_metadata", server.base() + AuthServer.PRM)));
            assertThatThrownBy(() -> ofPublicServer().find(challenges).block(OAuthHost.LIMIT))
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNSAFE_ADDRESS));
            server.metadata.put("token_endpoint", "https://as.example/token");
            assertThat(ofPublicServer().find(challenges).block(OAuthHost.LIMIT)).isNotNull();
        }
    }

    // documents that are none

    private static final String GARBAGE = "<html>s3cr3t</html>";

    @ParameterizedTest
    @ValueSource(strings = {AuthServer.PRM, AuthServer.METADATA, "/token"})
    void garbageIsRefused(String path) {
        for (String document : List.of(GARBAGE, "", "null", "[]", "\"s3cr3t\"", "{\"issuer\":7,\"resource\":7}")) {
            AuthServer fresh = AuthServer.start().answer(path, 200, document);
            try (OAuthHost host = OAuthHost.open(fresh)) {
                assertThatThrownBy(host::done)
                        .as(document)
                        .isInstanceOfSatisfying(
                                McpAuthorizationException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.METADATA));
            }
        }
    }

    @Test
    void garbageOfTheRegistrationIsRefused() {
        server.answer("/register", 201, GARBAGE);
        assertFails(Reason.CLIENT).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void garbageOfTheTokenEndpointIsNotShown() {
        server.answer("/token", 200, "access_token=s3cr3t&token_type=bearer");
        assertFails(Reason.METADATA).hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {AuthServer.PRM, AuthServer.METADATA, "/register", "/token"})
    void failureOfAServerIsTransient(String path) {
        server.answer(path, 500, "{\"error\":\"server_error\"}");
        assertTransient();
    }

    @ParameterizedTest
    @ValueSource(strings = {AuthServer.PRM, AuthServer.METADATA, "/register", "/token"})
    void brokenConnectionIsTransient(String path) {
        HttpHandler reset = (request, reply) -> reply.reset();
        server.answer(path, reset);
        assertTransient();
    }

    @Test
    void failureIsNotKept() {
        server.answer(AuthServer.METADATA, 500, "");
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThatThrownBy(host::done).isInstanceOf(McpAuthorizationException.class);
            server.restore(AuthServer.METADATA);
            assertThat(host.done()).isEqualTo("done");
        }
    }

    @Test
    void silentServerTimesOut() {
        ManualTimer timer = new ManualTimer();
        Gate silent = new Gate();
        server.answer(AuthServer.METADATA, (request, reply) -> reply.await(silent));
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.timer(timer))) {
            Mono<String> call = host.call().cache();
            call.subscribe(done -> {}, e -> {});
            silent.reached().block(OAuthHost.LIMIT);
            timer.advance(Duration.ofSeconds(10));
            assertThatThrownBy(() -> call.block(OAuthHost.LIMIT))
                    .isInstanceOfSatisfying(
                            McpAuthorizationException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        }
    }

    @Test
    void cancelStopsTheSearch() throws Exception {
        Gate come = new Gate();
        CountDownLatch gone = new CountDownLatch(1);
        server.answer(AuthServer.METADATA, (request, reply) -> {
            reply.await(come).awaitDisconnect();
            gone.countDown();
        });
        try (OAuthHost host = OAuthHost.open(server)) {
            Disposable call = host.call().subscribe();
            come.reached().block(OAuthHost.LIMIT);
            come.open();
            call.dispose();
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void errorOfTheServerIsBounded() {
        server.answer("/token", 400, "{\"error\":\"" + "x".repeat(10_000) + "\"}");
        assertFails(Reason.DENIED).satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    @Test
    void errorOfTheServerStaysOnOneLine() {
        server.answer("/token", 400, """
                {"error":"invalid_scope","error_description":"a\\n\\u001b[31mb"}""");
        assertFails(Reason.DENIED).satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "\u001b"));
    }
}
