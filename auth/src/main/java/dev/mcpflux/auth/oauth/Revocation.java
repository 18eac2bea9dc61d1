package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Tells an authorization server that tokens are no longer used (RFC 7009): the refresh token, which ends all of them. */
final class Revocation {

    private Revocation() {}

    /**
     * Asks for the end of tokens.
     *
     * @return completes when the authorization server has answered, or there is nothing to ask; fails if it cannot be reached
     */
    static Mono<Void> of(Target.Means means, TokenSet known) {
        return means.discovery()
                .find(List.of())
                .map(Discovery.Found::server)
                .filter(as -> as.issuer().equals(known.issuer()))
                .flatMap(as -> Mono.justOrEmpty(as.revocationEndpoint())
                        .flatMap(endpoint -> means.clients()
                                .issuedTo(as, known.clientId())
                                // what is signed needs random numbers, and they may block
                                .publishOn(Schedulers.boundedElastic())
                                .flatMap(client -> {
                                    Token token = known.refreshToken() == null
                                            ? new TypelessAccessToken(known.accessToken())
                                            : new RefreshToken(known.refreshToken());
                                    ClientAuthentication authentication =
                                            means.clients().authentication(client, as);
                                    TokenRevocationRequest request = authentication == null
                                            ? new TokenRevocationRequest(endpoint, new ClientID(client.id()), token)
                                            : new TokenRevocationRequest(endpoint, authentication, token);
                                    return means.http().send(request.toHTTPRequest(), "the revocation endpoint");
                                })))
                .then();
    }
}
