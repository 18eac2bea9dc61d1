package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.text.SafeText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A person logs in with a browser, and comes back with a code (OAuth 2.1, 4.1; RFC 7636; RFC 9207). */
final class CodeFlow implements GrantFlow {

    private static final Logger log = LoggerFactory.getLogger(CodeFlow.class);

    private final Clients clients;
    private final TokenEndpoint tokens;
    private final RedirectReceiver receiver;
    private final Browser browser;
    private final Duration timeout;
    private final Scheduler timer;
    private final Problems problems;

    CodeFlow(
            Clients clients,
            TokenEndpoint tokens,
            RedirectReceiver receiver,
            Browser browser,
            Duration timeout,
            Scheduler timer,
            Problems problems) {
        this.clients = clients;
        this.tokens = tokens;
        this.receiver = receiver;
        this.browser = browser;
        this.timeout = timeout;
        this.timer = timer;
        this.problems = problems;
    }

    /** One login: what the callback is compared with, and what the code is exchanged with. */
    private record Login(Need need, Client client, URI redirect, State state, CodeVerifier verifier) {
        /** What a login is compared with is a secret. */
        @Override
        public String toString() {
            return "Login[" + client + "]";
        }
    }

    @Override
    public Mono<Obtained> obtain(Need need) {
        AuthorizationServer server = need.server();
        if (server.authorizationEndpoint() == null) {
            return Mono.error(
                    problems.of(Reason.UNSUPPORTED, "its authorization server has no authorization endpoint"));
        }
        // "If code_challenge_methods_supported is absent, the authorization server does not support PKCE and MCP
        // clients MUST
        // refuse to proceed."
        // (specification 2025-11-25: basic/authorization, authorization code protection)
        if (!server.assumed()
                && (server.challengeMethods() == null
                        || !server.challengeMethods().contains("S256"))) {
            return Mono.error(problems.of(
                    Reason.UNSUPPORTED, "its authorization server does not say that it supports PKCE with S256"));
        }
        return Mono.usingWhen(
                Mono.fromSupplier(receiver::listener),
                listener -> login(need, listener),
                RedirectReceiver.Listener::close);
    }

    private Mono<Obtained> login(Need need, RedirectReceiver.Listener listener) {
        return clients.redirect(need.server())
                .map(java.util.Optional::of)
                .defaultIfEmpty(java.util.Optional.empty())
                .flatMap(preferred -> listener.open(preferred.orElse(null)))
                .onErrorMap(
                        e -> !(e instanceof McpAuthorizationException),
                        e -> problems.of(
                                Reason.LOGIN, "the callback of the login cannot be received: " + SafeText.line(e)))
                .flatMap(redirect -> clients.at(need.server(), redirect)
                        // random numbers may block
                        .publishOn(Schedulers.boundedElastic())
                        .map(client -> new Login(need, client, redirect, new State(), new CodeVerifier())))
                .flatMap(login -> back(login, listener).flatMap(back -> exchange(login, back)));
    }

    /** Sends the person to the page, and waits for the callback. */
    private Mono<URI> back(Login login, RedirectReceiver.Listener listener) {
        // a page that nobody comes back from may be one that says that it does not know the client
        return Mono.usingWhen(
                Mono.just(login),
                begun -> callback(begun, listener),
                begun -> Mono.empty(),
                (begun, e) -> replaceRegistration(begun),
                this::replaceRegistration);
    }

    private Mono<Void> replaceRegistration(Login login) {
        return clients.replace(login.need.server(), login.client.id());
    }

    private Mono<URI> callback(Login login, RedirectReceiver.Listener listener) {
        URI page = page(login);
        return Mono.defer(() -> {
                    Mono<URI> callback = listener.callback(login.state.getValue());
                    login.need.prompt().show(page, null);
                    return callback.mergeWith(Mono.defer(() -> browser.open(page))
                                    .onErrorResume(e -> {
                                        log.debug(
                                                "the browser could not be opened: {}",
                                                SafeText.line(e.getClass().getName()));
                                        return Mono.empty();
                                    })
                                    .then(Mono.never()))
                            .next();
                })
                .timeout(timeout, timer)
                .onErrorMap(
                        TimeoutException.class,
                        e -> problems.of(Reason.LOGIN, "nobody logged in within " + timeout.toSeconds() + " s"));
    }

    private URI page(Login login) {
        AuthorizationRequest.Builder request = new AuthorizationRequest.Builder(
                        ResponseType.CODE, new ClientID(login.client.id()))
                .endpointURI(login.need.server().authorizationEndpoint())
                .redirectionURI(login.redirect)
                .state(login.state)
                .codeChallenge(login.verifier, CodeChallengeMethod.S256)
                // as the metadata write it, and not normalized
                .customParameter("resource", login.need.found().resource());
        if (!login.need.scopes().isEmpty()) {
            request.scope(new Scope(login.need.scopes().toArray(new String[0])));
        }
        if (login.need.scopes().contains("offline_access")) {
            // without it an OpenID provider ignores offline_access (OpenID Connect Core, 11)
            request.customParameter("prompt", "consent");
        }
        return request.build().toURI();
    }

    private Mono<Obtained> exchange(Login login, URI back) {
        return Mono.fromCallable(() -> code(login, back))
                .flatMap(code -> tokens.exchange(new TokenEndpoint.Exchange(
                        login.need.server(),
                        login.client,
                        new AuthorizationCodeGrant(new AuthorizationCode(code), login.redirect, login.verifier),
                        java.util.Set.of(),
                        login.need.found().resource(),
                        login.need.key())))
                .map(all -> new Obtained(all, login.client));
    }

    /** The code of a callback: nothing of it counts, not even its error, before its state and its issuer are right. */
    private String code(Login login, URI back) {
        Map<String, List<String>> parameters =
                com.nimbusds.oauth2.sdk.util.URLUtils.parseParameters(back.getRawQuery());
        if (!login.state.getValue().equals(single(parameters, "state"))) {
            throw problems.of(Reason.LOGIN, "the callback of the login belongs to another one (state)");
        }
        checkIssuer(login.need.server(), single(parameters, "iss"));
        String error = single(parameters, "error");
        if (error != null) {
            String description = single(parameters, "error_description");
            String problem = "the login was refused: " + Problems.shown(error)
                    + (description == null ? "" : ", " + Problems.shown(description));
            throw error.equals("temporarily_unavailable") || error.equals("server_error")
                    ? problems.unavailable(problem, null)
                    : problems.of(Reason.DENIED, problem);
        }
        String code = single(parameters, "code");
        if (code == null) {
            throw problems.of(Reason.LOGIN, "the callback of the login has no code");
        }
        return code;
    }

    /**
     * "Compare to the recorded issuer using simple string comparison" wherever it is present, and "Reject the response" without it
     * where the authorization server says that it sends it (specification 2026-07-28: basic/authorization; RFC 9207, 2.4).
     */
    private void checkIssuer(AuthorizationServer server, @Nullable String issuer) {
        if (issuer == null) {
            if (server.namesIssuer()) {
                throw problems.of(Reason.ISSUER_MISMATCH, "the callback of the login does not name its issuer");
            }
        } else if (!issuer.equals(server.issuer())) {
            throw problems.of(
                    Reason.ISSUER_MISMATCH,
                    "the callback of the login names the issuer " + Problems.shown(issuer) + ", expected "
                            + Problems.shown(server.issuer()));
        }
    }

    private static @Nullable String single(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : null;
    }
}
