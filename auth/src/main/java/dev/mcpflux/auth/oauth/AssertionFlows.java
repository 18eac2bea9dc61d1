package dev.mcpflux.auth.oauth;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.text.SafeText;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The grants without a person: one or two requests to token endpoints. */
final class AssertionFlows {

    /** The assertion that an identity provider makes for an authorization server (draft identity-assertion-authz-grant). */
    private static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

    private final Clients clients;
    private final TokenEndpoint tokens;
    private final GuardedHttp http;
    private final Problems problems;

    AssertionFlows(Clients clients, TokenEndpoint tokens, GuardedHttp http, Problems problems) {
        this.clients = clients;
        this.tokens = tokens;
        this.http = http;
        this.problems = problems;
    }

    /** OAuth 2.1, 4.2; extension {@code oauth-client-credentials}. */
    GrantFlow clientCredentials() {
        return need -> exchange(need, new ClientCredentialsGrant(), need.scopes());
    }

    /** RFC 8693. */
    GrantFlow tokenExchange(OAuthGrant.TokenExchange grant) {
        return need -> given(grant.subjectToken().apply(need.caller()), "token")
                .flatMap(subject -> exchange(
                        need,
                        new TokenExchangeGrant(new TypelessAccessToken(subject), type(grant.subjectTokenType())),
                        need.scopes()));
    }

    /** RFC 7523, 2.1; extension {@code wif}. It is not repeated, and nothing else is tried if it fails. */
    GrantFlow workloadIdentity(OAuthGrant.WorkloadIdentity grant) {
        return need -> given(grant.assertion().apply(need.caller()), "assertion")
                .flatMap(assertion -> exchange(need, bearer(assertion, "the assertion"), need.scopes()));
    }

    /**
     * Extension {@code enterprise-managed-authorization}: the identity provider exchanges the ID token for an assertion, which
     * is made for this authorization server and this resource, and used once.
     */
    GrantFlow enterprise(OAuthGrant.EnterpriseManaged grant) {
        return need -> given(grant.identityToken().apply(need.caller()), "ID token")
                .flatMap(identity -> assertion(grant, need, identity))
                .flatMap(assertion -> exchange(need, bearer(assertion, "the identity provider"), need.scopes()));
    }

    private Mono<String> assertion(OAuthGrant.EnterpriseManaged grant, GrantFlow.Need need, String identity) {
        http.checked(grant.tokenEndpoint(), "the token endpoint of the identity provider");
        AuthorizationServer provider = AuthorizationServer.ofTokenEndpoint(grant.tokenEndpoint());
        AuthorizationGrant exchange = new TokenExchangeGrant(
                new TypelessAccessToken(identity),
                TokenTypeURI.ID_TOKEN,
                null,
                null,
                type(ID_JAG),
                List.of(new Audience(need.server().issuer())));
        // the method is null so that only what is configured for the identity provider reaches it, and no key
        Client self = new Client(
                grant.clientId(),
                grant.clientSecret(),
                grant.clientSecret() == null ? "none" : "client_secret_basic",
                null,
                0);
        return tokens.exchange(new TokenEndpoint.Exchange(
                        provider, self, exchange, need.scopes(), need.found().resource(), null))
                .map(all -> all.getAccessToken().getValue());
    }

    private Mono<GrantFlow.Obtained> exchange(GrantFlow.Need need, AuthorizationGrant grant, Set<String> scopes) {
        return clients.at(need.server(), null)
                .flatMap(client -> tokens.exchange(new TokenEndpoint.Exchange(
                                need.server(),
                                client,
                                grant,
                                scopes,
                                need.found().resource(),
                                need.key()))
                        .map((Tokens all) -> new GrantFlow.Obtained(all, client)));
    }

    /** What the application gives; its errors are its own. */
    private Mono<String> given(@Nullable Mono<String> secret, String what) {
        return (secret == null ? Mono.<String>empty() : secret)
                .onErrorMap(
                        e -> !(e instanceof McpAuthorizationException),
                        e -> problems.of(
                                Reason.DENIED,
                                "the " + what + " of the caller cannot be had: "
                                        + SafeText.line(e.getClass().getSimpleName())))
                .switchIfEmpty(Mono.error(() ->
                        problems.of(Reason.LOGIN_REQUIRED, "there is no " + what + " of the caller to exchange")));
    }

    private AuthorizationGrant bearer(String assertion, String who) {
        try {
            return new JWTBearerGrant(SignedJWT.parse(assertion));
        } catch (java.text.ParseException e) {
            throw problems.of(Reason.METADATA, who + " is no signed JWT");
        }
    }

    private TokenTypeURI type(String type) {
        try {
            return TokenTypeURI.parse(type);
        } catch (ParseException e) {
            throw problems.of(Reason.UNSUPPORTED, "the type of the caller's token is no URI: " + Problems.shown(type));
        }
    }
}
