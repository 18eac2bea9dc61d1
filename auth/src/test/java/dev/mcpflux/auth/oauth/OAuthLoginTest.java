package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.CredentialSource;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.oauth.OAuthOptions.LoginMode;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.transport.Caller;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class OAuthLoginTest {

    private static UnaryOperator<OAuthSource.Builder> mode(LoginMode mode) {
        return builder -> builder.browser(Browser.none())
                .options(OAuthOptions.builder().loginMode(mode).build());
    }

    /** Nobody opens the page of a login before the test does. */
    private static OAuthHost waiting(AuthServer server) {
        return OAuthHost.open(server, mode(LoginMode.WAIT));
    }

    private static OAuthHost waiting(AuthServer server, WatchedReceiver receiver) {
        return OAuthHost.open(
                server, builder -> mode(LoginMode.WAIT).apply(builder).receiver(receiver));
    }

    private static void assertFails(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        McpAuthorizationException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** A call that goes on whether or not somebody waits for it. */
    private static Mono<String> started(Mono<String> call) {
        Mono<String> shared = call.cache();
        shared.subscribe(done -> {}, e -> {});
        return shared;
    }

    private static String redirect(URI page) {
        return Objects.requireNonNull(AuthServer.form(page.getRawQuery()).get("redirect_uri"));
    }

    // what a request does meanwhile

    @Test
    void callWaitsForTheLogin() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = waiting(server)) {
            Mono<String> call = started(host.call());
            URI page = host.event(OAuthEvent.LoginRequired.class).page();
            AuthServer.visit(page).block(OAuthHost.LIMIT);
            assertThat(call.block(OAuthHost.LIMIT)).isEqualTo("done");
        }
    }

    @Test
    void callFailsWhileTheLoginGoesOn() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server, mode(LoginMode.FAIL))) {
            McpAuthorizationRequiredException first =
                    catchThrowableOfType(McpAuthorizationRequiredException.class, host::done);
            McpAuthorizationRequiredException second =
                    catchThrowableOfType(McpAuthorizationRequiredException.class, host::done);
            assertThat(first.url()).isNotNull().isEqualTo(second.url());
            assertThat(first.toString() + first.getMessage())
                    .contains("login")
                    .doesNotContain("/authorize", "state", redirect(first.url()));
            assertThat(first.isTransient()).isTrue();
            AuthServer.visit(first.url()).block(OAuthHost.LIMIT);
            host.event(OAuthEvent.Authorized.class);
            assertThat(host.done()).isEqualTo("done");
            assertThat(server.logins()).isOne();
            assertThat(server.requests("/register")).hasSize(1);
        }
    }

    @Test
    void deviceLoginShowsItsCodeWhenItFails() {
        ManualTimer timer = new ManualTimer();
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(
                server,
                builder -> mode(LoginMode.FAIL)
                        .apply(builder)
                        .grant(new OAuthGrant.DeviceCode())
                        .timer(timer))) {
            McpAuthorizationRequiredException failure =
                    catchThrowableOfType(McpAuthorizationRequiredException.class, host::done);
            assertThat(failure.userCode()).isEqualTo("USER-CODE");
            assertThat(failure).hasMessageNotContaining("USER-CODE");
            timer.pass(Duration.ofSeconds(7));
            host.event(OAuthEvent.Authorized.class);
            assertThat(host.done()).isEqualTo("done");
        }
    }

    @Test
    void noLoginIsBegunWithoutAPerson() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server, mode(LoginMode.NEVER))) {
            McpAuthorizationRequiredException failure =
                    catchThrowableOfType(McpAuthorizationRequiredException.class, host::done);
            assertThat(failure.url()).isNull();
            assertThat(server.requests("/register")).isEmpty();
            assertThat(host.event(OAuthEvent.Failed.class).server()).isEqualTo("srv");
        }
    }

    @Test
    void refreshNeedsNoPerson() {
        AuthServer server = AuthServer.start();
        TokenStore store = TokenStore.memory();
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.store(store))) {
            host.done();
            server.revokeAccess();
            try (OAuthHost later = OAuthHost.open(
                    server, builder -> mode(LoginMode.NEVER).apply(builder).store(store))) {
                assertThat(later.done()).isEqualTo("done");
            }
            assertThat(server.grants(AuthServer.REFRESH)).hasSize(1);
        }
    }

    @Test
    void loginsArePublished() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.call("alice").block(OAuthHost.LIMIT);
            OAuthEvent.LoginRequired required = host.event(OAuthEvent.LoginRequired.class);
            assertThat(required.server()).isEqualTo("srv");
            assertThat(required.caller().principal()).isEqualTo("alice");
            assertThat(required.page().toString()).startsWith(server.base() + "/authorize?");
            assertThat(host.event(OAuthEvent.Authorized.class).caller()).isEqualTo(required.caller());
        }
    }

    @Test
    void pendingLoginHoldsUpNoOtherServer() {
        AuthServer server = AuthServer.start();
        AuthServer other = AuthServer.start();
        Browser browser = page -> page.toString().startsWith(other.base()) ? AuthServer.visit(page) : Mono.empty();
        try (other;
                OAuthHost host = OAuthHost.open(server, builder -> builder.browser(browser))) {
            Mono<String> call = started(host.call());
            URI page = host.event(OAuthEvent.LoginRequired.class).page();
            assertThat(host.call(other, "other").block(OAuthHost.LIMIT)).isEqualTo("done");
            AuthServer.visit(page).block(OAuthHost.LIMIT);
            assertThat(call.block(OAuthHost.LIMIT)).isEqualTo("done");
        }
    }

    // how a login ends

    @Test
    void lastWaiterCancelsTheLogin() {
        AuthServer server = AuthServer.start();
        WatchedReceiver receiver = WatchedReceiver.create();
        try (OAuthHost host = waiting(server, receiver)) {
            Disposable one = host.call().subscribe();
            host.event(OAuthEvent.LoginRequired.class);
            Disposable two = host.source
                    .refused(
                            new CredentialRequest("srv", Caller.ANONYMOUS, server.resource(), Set.of()),
                            Credentials.none(),
                            new CredentialSource.Refusal(401, List.of()))
                    .subscribe();
            URI callback = Objects.requireNonNull(receiver.opened().block(OAuthHost.LIMIT));
            one.dispose();
            assertThat(AuthServer.get(callback.toString()).block(OAuthHost.LIMIT))
                    .isEqualTo(404);
            two.dispose();
            receiver.closed().block(OAuthHost.LIMIT);
            assertThatThrownBy(() -> AuthServer.get(callback.toString()).block(OAuthHost.LIMIT))
                    .hasRootCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void cancelWhileOpeningClosesTheListener() {
        WatchedReceiver receiver = WatchedReceiver.stuck();
        try (OAuthHost host = waiting(AuthServer.start(), receiver)) {
            Disposable call = host.call().subscribe();
            receiver.opening().block(OAuthHost.LIMIT);
            call.dispose();
            receiver.closed().block(OAuthHost.LIMIT);
        }
    }

    @Test
    void callAfterACancelledLoginBeginsAnother() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = waiting(server)) {
            Disposable call = host.call().subscribe();
            URI first = host.event(OAuthEvent.LoginRequired.class).page();
            call.dispose();
            Mono<String> again = started(host.call());
            URI second = Objects.requireNonNull(host.events(OAuthEvent.LoginRequired.class)
                            .elementAt(1)
                            .block(OAuthHost.LIMIT))
                    .page();
            assertThat(second).isNotEqualTo(first);
            AuthServer.visit(second).block(OAuthHost.LIMIT);
            assertThat(again.block(OAuthHost.LIMIT)).isEqualTo("done");
        }
    }

    @Test
    void loginTimesOut() {
        ManualTimer timer = new ManualTimer();
        WatchedReceiver receiver = WatchedReceiver.create();
        try (OAuthHost host = OAuthHost.open(
                AuthServer.start(),
                builder ->
                        mode(LoginMode.WAIT).apply(builder).receiver(receiver).timer(timer))) {
            Mono<String> call = started(host.call());
            timer.pass(Duration.ofMinutes(5));
            assertFails(() -> call.block(OAuthHost.LIMIT), Reason.LOGIN);
            receiver.closed().block(OAuthHost.LIMIT);
            assertThat(host.event(OAuthEvent.Failed.class).problem()).contains("nobody logged in within 300 s");
        }
    }

    @Test
    void closingTheSourceEndsLogins() {
        WatchedReceiver receiver = WatchedReceiver.create();
        try (OAuthHost host = waiting(AuthServer.start(), receiver)) {
            Mono<String> call = started(host.call());
            host.event(OAuthEvent.LoginRequired.class);
            host.source.close().block(OAuthHost.LIMIT);
            assertFails(() -> call.block(OAuthHost.LIMIT), Reason.LOGIN);
            receiver.closed().block(OAuthHost.LIMIT);
        }
    }

    @Test
    void logoutEndsTheLogin() {
        WatchedReceiver receiver = WatchedReceiver.create();
        AuthServer server = AuthServer.start();
        try (OAuthHost host = waiting(server, receiver)) {
            Mono<String> call = started(host.call());
            host.event(OAuthEvent.LoginRequired.class);
            host.source.logout("srv", server.resource(), Caller.ANONYMOUS).block(OAuthHost.LIMIT);
            assertFails(() -> call.block(OAuthHost.LIMIT), Reason.LOGIN);
            receiver.closed().block(OAuthHost.LIMIT);
        }
    }

    @Test
    void closingTheSourceEndsLoginsNobodyAwaits() {
        WatchedReceiver receiver = WatchedReceiver.create();
        try (OAuthHost host = OAuthHost.open(
                AuthServer.start(),
                builder -> mode(LoginMode.FAIL).apply(builder).receiver(receiver))) {
            assertFails(host::done, Reason.LOGIN_REQUIRED);
            host.source.close().block(OAuthHost.LIMIT);
            receiver.closed().block(OAuthHost.LIMIT);
        }
    }

    @Test
    void closedSourceBeginsNoLogin() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = OAuthHost.open(server)) {
            host.source.close().block(OAuthHost.LIMIT);
            assertFails(host::done, Reason.LOGIN);
            assertThat(server.requests("/register")).isEmpty();
        }
    }

    // the callback

    @Test
    void personMayRefuse() {
        AuthServer server = AuthServer.start();
        server.denies = true;
        try (OAuthHost host = OAuthHost.open(server)) {
            assertFails(host::done, Reason.DENIED);
            assertThat(server.requests("/token")).isEmpty();
            server.denies = false;
            assertThat(host.done()).isEqualTo("done");
        }
    }

    @Test
    void foreignCallbackDoesNotEndTheLogin() {
        AuthServer server = AuthServer.start();
        try (OAuthHost host = waiting(server)) {
            Mono<String> call = started(host.call());
            URI page = host.event(OAuthEvent.LoginRequired.class).page();
            String state = AuthServer.form(page.getRawQuery()).get("state");
            for (String query : new String[] {
                "?code=stolen&state=other",
                "?error=access_denied",
                "?code=stolen&state=" + state + "&state=" + state,
                ""
            }) {
                assertThat(AuthServer.get(redirect(page) + query).block(OAuthHost.LIMIT))
                        .as(query)
                        .isEqualTo(404);
            }
            assertThat(AuthServer.get(redirect(page).replace("/callback", "/other") + "?code=stolen&state=" + state)
                            .block(OAuthHost.LIMIT))
                    .isEqualTo(404);
            AuthServer.visit(page).block(OAuthHost.LIMIT);
            assertThat(call.block(OAuthHost.LIMIT)).isEqualTo("done");
            assertThat(server.grants(AuthServer.CODE))
                    .extracting(form -> form.get("code"))
                    .containsExactly("code-1");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            true,  right, done
            true,  '',    ISSUER_MISMATCH
            true,  other, ISSUER_MISMATCH
            false, right, done
            false, '',    done
            false, other, ISSUER_MISMATCH
            """)
    void callbackNamesItsIssuer(boolean announced, String sent, String outcome) {
        AuthServer server = AuthServer.start();
        server.metadata.put("authorization_response_iss_parameter_supported", announced);
        if (!sent.equals("right")) {
            server.iss = sent;
        }
        try (OAuthHost host = OAuthHost.open(server)) {
            if (outcome.equals("done")) {
                assertThat(host.done()).isEqualTo("done");
            } else {
                assertFails(host::done, Reason.valueOf(outcome));
                assertThat(server.requests("/token")).isEmpty();
            }
        }
    }

    @Test
    void errorOfAnotherIssuerIsNotShown() {
        AuthServer server = AuthServer.start();
        server.denies = true;
        server.iss = "https://other.example";
        try (OAuthHost host = OAuthHost.open(server)) {
            assertThatThrownBy(host::done)
                    .hasMessageNotContaining("access_denied")
                    .hasMessageContaining("https://other.example");
        }
    }

    // the browser

    @Test
    void failedBrowserDoesNotEndTheLogin() {
        Browser failing = page -> Mono.error(new IllegalStateException("no browser"));
        Browser throwing = page -> {
            throw new IllegalStateException("no browser");
        };
        for (Browser browser : new Browser[] {failing, throwing}) {
            AuthServer server = AuthServer.start();
            try (OAuthHost host = OAuthHost.open(server, builder -> builder.browser(browser))) {
                Mono<String> call = started(host.call());
                AuthServer.visit(host.event(OAuthEvent.LoginRequired.class).page())
                        .block(OAuthHost.LIMIT);
                assertThat(call.block(OAuthHost.LIMIT)).isEqualTo("done");
            }
        }
    }

    @Test
    void callbackOfAnyReceiverIsChecked() {
        AuthServer server = AuthServer.start();
        RedirectReceiver.Listener careless = new RedirectReceiver.Listener() {
            @Override
            public Mono<URI> open(@Nullable URI preferred) {
                return Mono.just(URI.create("https://app.example/callback"));
            }

            @Override
            public Mono<URI> callback(String state) {
                return Mono.just(URI.create("https://app.example/callback?code=stolen&state=other"));
            }

            @Override
            public Mono<Void> close() {
                return Mono.empty();
            }
        };
        try (OAuthHost host = OAuthHost.open(server, builder -> builder.receiver(() -> careless))) {
            assertFails(host::done, Reason.LOGIN);
            assertThat(server.requests("/token")).isEmpty();
            assertThat(server.requests("/register")
                            .get(0)
                            .message()
                            .path("application_type")
                            .asString())
                    .isEqualTo("web");
        }
    }

    @Test
    void takenPortFailsTheLogin() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                OAuthHost host = OAuthHost.open(
                        AuthServer.start(),
                        builder -> builder.receiver(RedirectReceiver.loopback(taken.getLocalPort())))) {
            assertFails(host::done, Reason.LOGIN);
        }
    }
}
