package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.CredentialSource.Refusal;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.client.CallContext;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.testing.http.HttpReply;
import dev.mcpflux.testing.http.RecordedRequest;
import dev.mcpflux.testing.http.ScriptedHttpServer;
import dev.mcpflux.transport.Caller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** What happens to tokens and registrations after the first login. */
class RenewalTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LIFE = Duration.ofSeconds(100);
    private static final Refusal UNAUTHORIZED = new Refusal(401, List.of());

    private final ScriptedHttpServer server = ScriptedHttpServer.start(this::answer);
    private final String root = "http://127.0.0.1:" + server.port();
    private final URI resource = URI.create(root + "/mcp");
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final AtomicInteger number = new AtomicInteger();

    private volatile String refreshStatus = "200";
    private volatile boolean refusesRegistration;
    private volatile boolean comesBack = true;
    private volatile boolean portTaken;
    private final CountDownLatch pageShown = new CountDownLatch(1);

    private final OAuthSource source = OAuthSource.builder()
            .receiver(Callbacks::new)
            .browser(page -> Mono.fromRunnable(() -> {
                if (!comesBack) {
                    pageShown.countDown();
                }
            }))
            .timer(timer)
            .build();

    @AfterEach
    void close() {
        source.close().block(LIMIT);
        server.close();
    }

    /** A person who agrees, or never comes back. */
    private final class Callbacks implements RedirectReceiver.Listener {
        private @Nullable URI address;

        @Override
        public Mono<URI> open(@Nullable URI preferred) {
            return Mono.fromSupplier(() -> address = preferred != null && !portTaken
                    ? preferred
                    : URI.create("http://127.0.0.1:" + (1024 + number.incrementAndGet()) + "/callback"));
        }

        @Override
        public Mono<URI> callback(String state) {
            return comesBack ? Mono.fromSupplier(() -> URI.create(address + "?code=c&state=" + state)) : Mono.never();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }

    private void answer(RecordedRequest request, HttpReply reply) throws IOException {
        switch (request.path()) {
            case "/.well-known/oauth-authorization-server" -> reply.json("""
                    {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",\
                    "registration_endpoint":"%1$s/register","token_endpoint_auth_methods_supported":["none"],\
                    "response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}""".formatted(root));
            case "/register" -> {
                if (refusesRegistration) {
                    reply.status(
                            400,
                            "application/json",
                            "{\"error\":\"invalid_client_metadata\",\"error_description\":\"wants a logo\"}");
                } else {
                    reply.status(
                            201,
                            "application/json",
                            "{\"client_id\":\"client-%d\",\"redirect_uris\":[\"http://127.0.0.1/callback\"]}"
                                    .formatted(number.incrementAndGet()));
                }
            }
            case "/token" -> {
                if (!request.body().contains("grant_type=refresh_token") || refreshStatus.equals("200")) {
                    int next = number.incrementAndGet();
                    reply.json("""
                            {"access_token":"a-%1$d","refresh_token":"r-%1$d","token_type":"Bearer","expires_in":%2$d}""".formatted(next, LIFE.toSeconds()));
                } else {
                    reply.status(Integer.parseInt(refreshStatus), "application/json", "{\"error\":\"invalid_grant\"}");
                }
            }
            default -> reply.status(404, "text/plain", "");
        }
    }

    private CredentialRequest request(String caller, int attempt) {
        return new CredentialRequest(
                "srv",
                Caller.of(Context.of(CallContext.PRINCIPAL, caller)),
                resource,
                Set.of(),
                "POST",
                resource,
                attempt);
    }

    private Credentials credentials(String caller) {
        return source.credentials(request(caller, 1)).blockOptional(LIMIT).orElseThrow();
    }

    private void logIn(String caller) {
        source.refused(request(caller, 1), Credentials.none(), UNAUTHORIZED).block(LIMIT);
    }

    private void logOut(String caller) {
        source.logout("srv", resource, request(caller, 1).caller()).block(LIMIT);
    }

    private List<String> refreshes() {
        return server.requests(request -> request.body().contains("grant_type=refresh_token")).stream()
                .map(RecordedRequest::body)
                .toList();
    }

    private long registrations() {
        return server.requests(request -> request.path().equals("/register")).size();
    }

    @Test
    void refusedRefreshTokenIsNotSentAgain() {
        logIn("alice");
        Credentials first = credentials("alice");
        refreshStatus = "400";
        timer.advanceTimeBy(LIFE.minusSeconds(10));
        assertThat(credentials("alice")).isEqualTo(first);
        assertThat(credentials("alice")).isEqualTo(first);
        assertThat(refreshes()).hasSize(1);

        timer.advanceTimeBy(Duration.ofSeconds(10));
        // the server refuses the request, and says what it wants
        assertThat(credentials("alice").headers()).isEmpty();
        logIn("alice");
        assertThat(credentials("alice").headers()).isNotEmpty().isNotEqualTo(first.headers());
        assertThat(refreshes()).hasSize(1);
    }

    @Test
    void refreshRefusedAfterExpiryFailsNoRequest() {
        logIn("alice");
        refreshStatus = "400";
        timer.advanceTimeBy(LIFE);
        assertThat(credentials("alice").headers()).isEmpty();
        assertThat(refreshes()).hasSize(1);
    }

    @Test
    void unavailableTokenEndpointKeepsRefreshToken() {
        logIn("alice");
        Credentials first = credentials("alice");
        refreshStatus = "503";
        timer.advanceTimeBy(LIFE);
        assertThatThrownBy(() -> credentials("alice"))
                .isInstanceOfSatisfying(
                        McpAuthorizationException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
        refreshStatus = "200";
        assertThat(credentials("alice").headers()).isNotEmpty().isNotEqualTo(first.headers());
    }

    @Test
    void eachCallerRefreshesWithTheClientOfItsLogin() {
        logIn("alice");
        // as it is while another login goes on
        portTaken = true;
        logIn("bob");
        assertThat(registrations()).isEqualTo(2);
        timer.advanceTimeBy(LIFE);
        credentials("alice");
        credentials("bob");
        assertThat(refreshes()).hasSize(2);
        assertThat(refreshes().stream()
                        .flatMap(body -> Stream.of(body.split("&")))
                        .filter(parameter -> parameter.startsWith("client_id=")))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void abandonedLoginLeadsToAnotherRegistration() throws InterruptedException {
        logIn("alice");
        logIn("bob");
        logOut("alice");
        assertThat(registrations()).isEqualTo(1);

        // the page may say that the authorization server does not know the client any more
        comesBack = false;
        Mono<Boolean> abandoned = source.refused(request("alice", 1), Credentials.none(), UNAUTHORIZED)
                .cache();
        abandoned.subscribe(again -> {}, e -> {});
        assertThat(pageShown.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        timer.advanceTimeBy(OAuthOptions.defaults().loginTimeout());
        assertThatThrownBy(() -> abandoned.block(LIMIT))
                .isInstanceOfSatisfying(
                        McpAuthorizationException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.LOGIN));

        comesBack = true;
        logIn("alice");
        assertThat(registrations()).isEqualTo(2);
        // the tokens of others are still refreshed
        credentials("bob");
        assertThat(refreshes()).hasSize(1);
    }

    @Test
    void refusedRegistrationSaysWhy() {
        refusesRegistration = true;
        assertThatThrownBy(() -> logIn("alice"))
                .isInstanceOf(McpAuthorizationException.class)
                .hasMessageContaining("'invalid_client_metadata', 'wants a logo'");
    }
}
