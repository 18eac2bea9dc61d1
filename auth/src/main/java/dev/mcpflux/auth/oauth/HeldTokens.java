package dev.mcpflux.auth.oauth;

import dev.mcpflux.auth.CredentialRequest;
import dev.mcpflux.auth.Credentials;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Tokens, and how they are sent. */
record HeldTokens(
        TokenSet tokens, @Nullable DpopKey key, Mono<Credentials> credentials, long refreshAt, boolean refreshed) {

    private static final String PROOF = "DPoP";

    /** How long after a refresh that failed the next one is tried at the earliest, in milliseconds. */
    private static final long MIN_RETRY = 1_000;

    static HeldTokens of(TokenSet tokens, @Nullable DpopKey key, long ahead, boolean refreshed) {
        return new HeldTokens(
                tokens,
                key,
                Mono.just(Credentials.headers(Map.of("Authorization", tokens.authorization()))),
                tokens.refreshAt(ahead),
                refreshed);
    }

    Mono<Credentials> credentials(CredentialRequest request) {
        DpopKey bound = key;
        return bound == null
                ? credentials
                : Mono.fromSupplier(() -> Credentials.headers(Map.of(
                                "Authorization",
                                tokens.authorization(),
                                PROOF,
                                bound.proof(request.method(), request.url(), tokens.accessToken()))))
                        // random numbers may block
                        .subscribeOn(Schedulers.boundedElastic());
    }

    /** Whether these credentials have another nonce than the one that the server has given last. */
    boolean wantsNewerNonce(Credentials sent, URI url) {
        String proof = sent.headers().get(PROOF);
        return key != null && proof != null && !key.hasCurrentNonce(proof, url);
    }

    /** The same, after a refresh that failed: the next one is tried after half of the time that is left. */
    HeldTokens later(long now) {
        long left = tokens.expiresAt() - now;
        return new HeldTokens(tokens, key, credentials, now + Math.max(left / 2, MIN_RETRY), refreshed);
    }

    boolean sentIn(Credentials credentials) {
        return tokens.authorization().equals(credentials.headers().get("Authorization"));
    }
}
