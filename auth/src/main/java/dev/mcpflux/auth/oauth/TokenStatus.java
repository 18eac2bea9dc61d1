package dev.mcpflux.auth.oauth;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What is known about tokens, without the tokens.
 *
 * @param issuer of the authorization server
 * @param scopes that were asked for
 * @param remaining how long the access token is valid, negative if it no longer is; null if that is not known
 * @param refreshable whether a new one can be had without a person
 * @param bound whether they are bound to a key (DPoP)
 */
public record TokenStatus(
        String issuer, Set<String> scopes, @Nullable Duration remaining, boolean refreshable, boolean bound) {

    public TokenStatus {
        scopes = Set.copyOf(scopes);
    }

    static TokenStatus of(TokenSet tokens, Scheduler timer) {
        return new TokenStatus(
                tokens.issuer(),
                tokens.requested(),
                tokens.expiresAt() == 0
                        ? null
                        : Duration.ofMillis(tokens.expiresAt() - timer.now(TimeUnit.MILLISECONDS)),
                tokens.refreshToken() != null,
                tokens.dpopKey() != null);
    }
}
