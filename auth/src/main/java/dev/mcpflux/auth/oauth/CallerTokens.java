package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.CredentialSource;
import dev.mcpflux.auth.Credentials;
import dev.mcpflux.auth.store.TokenStoreException;
import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.internal.OneFlight;
import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The tokens of one caller for one server, and the order in which they are obtained: those that are kept; at a refusal the
 * metadata again, then a refresh at the same authorization server, then the grant. One attempt goes on at a time, for all
 * requests of the caller that wait.
 */
final class CallerTokens {

    private static final int UNAUTHORIZED = 401;
    private static final int MAX_STEP_UPS = 3;
    private static final Mono<Credentials> NONE = Mono.just(Credentials.none());
    private static final Mono<Credentials> NO_TOKEN = Mono.just(Credentials.headers(Map.of("Authorization", "")));
    private static final Duration STEP_UP_PERIOD = Duration.ofMinutes(10);
    /** What a person has to do. */
    private record Prompted(URI page, @Nullable String userCode) {
        /** The page belongs to one login. */
        @Override
        public String toString() {
            return "Prompted";
        }
    }

    private final Target target;
    private final Caller caller;
    private final StoredTokens stored;
    private final Surroundings surroundings;
    private final OneFlight<HeldTokens> flight = new OneFlight<>();
    private final RecentTimes stepUps = new RecentTimes(MAX_STEP_UPS, STEP_UP_PERIOD);
    private final Sinks.Many<Boolean> logouts = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<Prompted> prompts = Sinks.many().multicast().directBestEffort();

    private volatile boolean loaded;
    private volatile @Nullable HeldTokens held;
    private volatile @Nullable Prompted pending;

    /**
     * The tokens of a caller.
     *
     * @param stored where they are kept
     */
    CallerTokens(Target target, Caller caller, StoredTokens stored, Surroundings surroundings) {
        this.target = target;
        this.caller = caller;
        this.stored = stored;
        this.surroundings = surroundings;
    }

    private long now() {
        return surroundings.timer().now(TimeUnit.MILLISECONDS);
    }

    // what a request is sent with

    /** See {@link CredentialSource#credentials}. */
    Mono<Credentials> credentials(CredentialRequest request) {
        if (!loaded) {
            return load().then(Mono.defer(() -> credentials(request)));
        }
        HeldTokens known = held;
        if (known == null) {
            return without();
        }
        long now = now();
        if (now < known.refreshAt()) {
            return known.credentials(request);
        }
        boolean expired = known.tokens().expired(now);
        if (known.tokens().refreshToken() != null || !target.interactive()) {
            return Mono.defer(() -> flight.join(() -> renew(request, known)))
                    .flatMap(renewed -> renewed.credentials(request))
                    // what is left may be a token that is still valid, or lead to another way to a new one
                    .onErrorResume(e -> holds(known) ? Mono.error(e) : credentials(request));
        }
        // without a token the server says what it wants
        return expired ? without() : known.credentials(request);
    }

    /**
     * No token. A token that the caller brings, to be exchanged, must not reach the server: "MCP clients MUST NOT send tokens to
     * the MCP server other than ones issued by the MCP server's authorization server" (specification: basic/authorization).
     */
    private Mono<Credentials> without() {
        return target.interactive() ? NONE : NO_TOKEN;
    }

    private Mono<Void> load() {
        return stored.load().doOnNext(this::hold).then(Mono.fromRunnable(() -> loaded = true));
    }

    private HeldTokens held(TokenSet tokens, @Nullable DpopKey bound, boolean refreshed) {
        return HeldTokens.of(tokens, bound, target.options().refreshAhead().toMillis(), refreshed);
    }

    private void hold(HeldTokens now) {
        held = now;
    }

    /** A response has given a nonce. */
    void nonce(URI url, String nonce) {
        HeldTokens known = held;
        if (known != null && known.key() != null) {
            known.key().nonce(url, nonce);
        }
    }

    // what a refusal leads to

    /** See {@link CredentialSource#refused}. */
    Mono<Boolean> refused(CredentialRequest request, Credentials sent, CredentialSource.Refusal refusal) {
        return Mono.defer(() -> refusal.status() == UNAUTHORIZED
                ? unauthorized(request, sent, refusal.challenges())
                : forbidden(request, sent, refusal.challenges()));
    }

    private Mono<Boolean> unauthorized(CredentialRequest request, Credentials sent, List<AuthChallenge> challenges) {
        HeldTokens known = held;
        if (known != null && !known.sentIn(sent) && !known.tokens().expired(now())) {
            // others have obtained tokens since this request was sent
            return Mono.just(true);
        }
        if (known != null && wantsNonce(challenges) && known.wantsNewerNonce(sent, request.url())) {
            return Mono.just(true);
        }
        boolean justIssued = known != null && known.sentIn(sent) && request.attempt() > 1;
        if (known != null && justIssued && !known.refreshed()) {
            return Mono.error(target.problems()
                    .of(Reason.TOKEN_REFUSED, "it refuses a token that was just issued for it" + said(challenges)));
        }
        return obtained(request, challenges, !justIssued).thenReturn(true);
    }

    private static String said(List<AuthChallenge> challenges) {
        return challenges.stream()
                .flatMap(challenge ->
                        challenge.parameter("error_description").or(() -> challenge.parameter("error")).stream())
                .findFirst()
                .map(text -> ": " + Problems.shown(text))
                .orElse("");
    }

    private static boolean wantsNonce(List<AuthChallenge> challenges) {
        return challenges.stream()
                .anyMatch(challenge -> challenge.parameter("error").orElse("").equals("use_dpop_nonce"));
    }

    /**
     * "Step-up": the union of the scopes so far and those of the challenge. It is done when the server asks for something new
     * only, and a few times at most (specification 2025-11-25: basic/authorization, step-up authorization flow).
     */
    private Mono<Boolean> forbidden(CredentialRequest request, Credentials sent, List<AuthChallenge> challenges) {
        HeldTokens known = held;
        boolean insufficient = challenges.stream()
                .anyMatch(challenge -> challenge.parameter("error").orElse("").equals("insufficient_scope"));
        if (!insufficient || known == null || target.options().scopes() != null) {
            return Mono.just(false);
        }
        if (!known.sentIn(sent)) {
            return Mono.just(true);
        }
        if (known.tokens().requested().containsAll(request.scopes()) || !stepUps.mayHappen(now())) {
            return Mono.just(false);
        }
        return obtained(request, challenges, false).thenReturn(true);
    }

    /** New tokens, or the failure that the configured way of logging in prescribes. */
    private Mono<Void> obtained(CredentialRequest request, List<AuthChallenge> challenges, boolean mayRefresh) {
        Mono<HeldTokens> attempt = Mono.defer(() -> flight.join(() -> obtain(request, challenges, mayRefresh)));
        if (!target.interactive() || target.options().loginMode() == OAuthOptions.LoginMode.WAIT) {
            return attempt.then();
        }
        Mono<HeldTokens> required = prompts.asFlux()
                .mergeWith(Flux.defer(() -> {
                    Prompted already = pending;
                    return already == null ? Flux.empty() : Flux.just(already);
                }))
                .next()
                .flatMap(prompted -> Mono.error(required(prompted.page, prompted.userCode)));
        return Mono.firstWithSignal(attempt, required.switchIfEmpty(Mono.never()))
                .then();
    }

    private McpAuthorizationRequiredException required(@Nullable URI page, @Nullable String userCode) {
        return new McpAuthorizationRequiredException(
                target.server(),
                page == null ? "it needs a login" : "it needs a login; it was begun, and waits for a person",
                page,
                userCode);
    }

    // obtaining tokens

    private Mono<HeldTokens> obtain(CredentialRequest request, List<AuthChallenge> challenges, boolean mayRefresh) {
        return ended(newer().switchIfEmpty(Mono.defer(() -> target.means()
                .flatMap(means -> means.discovery().find(challenges).flatMap(found -> {
                    HeldTokens before = ofIssuer(found);
                    Set<String> asked =
                            before == null ? Set.of() : before.tokens().requested();
                    Set<String> scopes = Scopes.choose(
                            target.options().scopes(), request.scopes(), asked, found, target.interactive());
                    // a refresh cannot widen the scopes (RFC 6749, 6)
                    return before != null
                                    && mayRefresh
                                    && before.tokens().refreshToken() != null
                                    && asked.containsAll(scopes)
                            ? refresh(means, found, before)
                                    .onErrorResume(
                                            CallerTokens::isFinal,
                                            e -> refreshRefused(means, found, before, e)
                                                    .then(grant(means, found, scopes, challenges)))
                            : grant(means, found, scopes, challenges);
                })))));
    }

    /** Tokens that another process has stored since, for example a login at the command line or a refresh; nothing if none has. */
    private Mono<HeldTokens> newer() {
        return stored.load()
                .filter(found -> {
                    HeldTokens known = held;
                    return !found.tokens().expired(now())
                            && (known == null
                                    || !found.tokens()
                                            .accessToken()
                                            .equals(known.tokens().accessToken()));
                })
                .doOnNext(this::hold);
    }

    /** The tokens, if this authorization server has issued them; no other may see them. */
    private @Nullable HeldTokens ofIssuer(Discovery.Found found) {
        HeldTokens known = held;
        return known != null && known.tokens().issuer().equals(found.server().issuer()) ? known : null;
    }

    /** Whether nothing has changed since. */
    @SuppressWarnings("ReferenceEquality")
    private boolean holds(HeldTokens known) {
        return held == known;
    }

    /** Ahead of the end of a token, or after it. */
    private Mono<HeldTokens> renew(CredentialRequest request, HeldTokens known) {
        return ended(newer().switchIfEmpty(Mono.defer(() -> target.means()
                        .flatMap(means -> means.discovery()
                                .find(List.of())
                                .flatMap(found -> renew(means, found, request, known))))))
                .doOnError(e -> {
                    if (holds(known) && !known.tokens().expired(now())) {
                        hold(known.later(now()));
                    }
                });
    }

    private Mono<HeldTokens> renew(
            Target.Means means, Discovery.Found found, CredentialRequest request, HeldTokens known) {
        boolean same = known.tokens().issuer().equals(found.server().issuer());
        if (same && known.tokens().refreshToken() != null) {
            return refresh(means, found, known)
                    .onErrorResume(
                            CallerTokens::isFinal,
                            e -> refreshRefused(means, found, known, e).then(Mono.error(e)));
        }
        if (target.interactive()) {
            // the request goes without a token, and its refusal leads to a login as it is configured
            held = null;
            return Mono.error(target.problems()
                    .of(Reason.LOGIN_REQUIRED, "its tokens are of another authorization server than it names now"));
        }
        Set<String> scopes = Scopes.choose(
                target.options().scopes(),
                request.scopes(),
                same ? known.tokens().requested() : Set.of(),
                found,
                false);
        return grant(means, found, scopes, List.of());
    }

    private static boolean isFinal(Throwable e) {
        return e instanceof TokenRefusal refusal && refusal.isFinal();
    }

    /** A refresh token that was refused is not sent again. */
    private Mono<Void> refreshRefused(Target.Means means, Discovery.Found found, HeldTokens known, Throwable e) {
        return forgetClient(means, found, e)
                .then(keep(held(known.tokens().withoutRefreshToken(), known.key(), known.refreshed())))
                .then();
    }

    /** A registration that is not known any more is made anew. */
    private Mono<Void> forgetClient(Target.Means means, Discovery.Found found, Throwable e) {
        return e instanceof TokenRefusal refusal && refusal.code().equals("invalid_client")
                ? means.clients().forget(found.server(), refusal.clientId())
                : Mono.empty();
    }

    private Mono<HeldTokens> refresh(Target.Means means, Discovery.Found found, HeldTokens known) {
        RefreshTokenGrant grant =
                new RefreshTokenGrant(new RefreshToken(known.tokens().refreshToken()));
        return means.clients()
                .issuedTo(found.server(), known.tokens().clientId())
                .switchIfEmpty(Mono.error(() -> new TokenRefusal(
                        "invalid_client",
                        known.tokens().clientId(),
                        target.problems().of(Reason.CLIENT, "the client that its tokens were issued to is not known"))))
                .flatMap(client -> means.tokens()
                        .exchange(new TokenEndpoint.Exchange(
                                found.server(), client, grant, Set.of(), found.resource(), known.key()))
                        .map(all -> TokenSet.of(
                                        all,
                                        known.tokens().type(),
                                        now(),
                                        known.tokens().requested(),
                                        found.server().issuer(),
                                        client.id(),
                                        known.tokens().dpopKey())
                                .keeping(known.tokens())))
                .flatMap(tokens -> keep(held(tokens, known.key(), true)))
                .doOnNext(now -> surroundings.emit(new OAuthEvent.Refreshed(target.server(), caller)));
    }

    private Mono<HeldTokens> grant(
            Target.Means means, Discovery.Found found, Set<String> scopes, List<AuthChallenge> challenges) {
        if (target.interactive() && target.options().loginMode() == OAuthOptions.LoginMode.NEVER) {
            return Mono.error(required(null, null));
        }
        return Mono.defer(() -> {
                    DpopKey bound = bound(found, challenges);
                    return means.flow()
                            .obtain(new GrantFlow.Need(caller, found, scopes, bound, this::prompt))
                            .flatMap(obtained -> keep(held(
                                    TokenSet.of(
                                            obtained.tokens(),
                                            bound == null ? "Bearer" : "DPoP",
                                            now(),
                                            scopes,
                                            found.server().issuer(),
                                            obtained.client().id(),
                                            bound == null ? null : bound.jwk()),
                                    bound,
                                    false)));
                })
                // random numbers may block
                .subscribeOn(Schedulers.boundedElastic())
                .onErrorResume(
                        TokenRefusal.class, e -> forgetClient(means, found, e).then(Mono.error(e)))
                .doOnNext(now -> surroundings.emit(new OAuthEvent.Authorized(target.server(), caller)));
    }

    /** The key for new tokens; null for bearer tokens. */
    private @Nullable DpopKey bound(Discovery.Found found, List<AuthChallenge> challenges) {
        OAuthOptions.DpopMode mode = target.options().dpop();
        boolean asked = (found.metadata() != null && found.metadata().dpop())
                || challenges.stream().anyMatch(challenge -> challenge.is("DPoP"));
        if (mode == OAuthOptions.DpopMode.NEVER || (mode == OAuthOptions.DpopMode.AUTO && !asked)) {
            return null;
        }
        DpopKey made = DpopKey.generate(found.server().dpopAlgorithms());
        if (made == null
                || (mode == OAuthOptions.DpopMode.ALWAYS && found.server().dpopAlgorithms() == null)) {
            throw target.problems()
                    .of(
                            Reason.UNSUPPORTED,
                            "its authorization server does not bind tokens to a key that this side can use (DPoP)");
        }
        return made;
    }

    private void prompt(URI page, @Nullable String userCode) {
        Prompted prompted = new Prompted(page, userCode);
        pending = prompted;
        surroundings.emit(new OAuthEvent.LoginRequired(target.server(), caller, page, userCode));
        if (target.options().loginMode() == OAuthOptions.LoginMode.FAIL) {
            // before the requests that wait are failed: the last of them would cancel the login
            surroundings.keep(flight.join(() -> Mono.error(new IllegalStateException("no login"))));
            prompts.tryEmitNext(prompted);
        }
    }

    private Mono<HeldTokens> keep(HeldTokens now) {
        // the tokens are of use even where they cannot be kept
        return Mono.fromRunnable(() -> {
                    loaded = true;
                    hold(now);
                })
                .then(stored.save(now.tokens()))
                .thenReturn(now);
    }

    /** What every attempt ends with. */
    private Mono<HeldTokens> ended(Mono<HeldTokens> attempt) {
        Mono<HeldTokens> closed = surroundings
                .closed()
                .then(Mono.error(() -> target.problems().of(Reason.LOGIN, "its authorization is closed")));
        Mono<HeldTokens> loggedOut = logouts.asFlux()
                .next()
                .flatMap(now -> Mono.error(target.problems().of(Reason.LOGIN, "its tokens were given up meanwhile")));
        return Mono.firstWithSignal(closed, loggedOut, attempt)
                .onErrorMap(TokenRefusal.class, TokenRefusal::error)
                .onErrorMap(TokenStoreException.class, e -> target.problems().of(Reason.STORE, e.problem()))
                .onErrorMap(
                        e -> !(e instanceof McpAuthorizationException),
                        e -> new McpAuthorizationException(
                                target.server(),
                                Reason.UNAVAILABLE,
                                "its authorization failed: " + e.getClass().getSimpleName(),
                                false,
                                e))
                .doOnError(this::report)
                // before anybody learns of the end, and may begin another login
                .doOnTerminate(() -> pending = null)
                .doOnCancel(() -> pending = null);
    }

    private void report(Throwable e) {
        HeldTokens known = held;
        surroundings.emit(new OAuthEvent.Failed(
                target.server(),
                caller,
                e instanceof McpAuthorizationException failure ? failure.problem() : "",
                known != null && !known.tokens().expired(now())));
    }

    // for people

    /** Emits the tokens of the caller, which are read from the store the first time. Completes without them if it has none. */
    Mono<TokenSet> tokens() {
        return (loaded ? Mono.empty() : load())
                .then(Mono.fromSupplier(() -> held))
                .map(HeldTokens::tokens);
    }

    /** Forgets the tokens. */
    Mono<Void> forget() {
        return Mono.defer(() -> {
            // what would bring them back ends first
            logouts.tryEmitNext(true);
            loaded = true;
            held = null;
            stepUps.forget();
            return stored.remove();
        });
    }
}
