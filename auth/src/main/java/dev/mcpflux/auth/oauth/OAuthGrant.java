package dev.mcpflux.auth.oauth;

import dev.mcpflux.transport.Caller;
import java.net.URI;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How a token is obtained. Functions are called for each new token; what they emit is a secret. */
public sealed interface OAuthGrant {

    /**
     * A person logs in with a browser (OAuth 2.1, 4.1; PKCE with S256). It is the default. Where there is no browser, and the
     * authorization server offers it, use {@link DeviceCode}.
     */
    record AuthorizationCode() implements OAuthGrant {}

    /** A person logs in on another device, where a short code is typed (RFC 8628). */
    record DeviceCode() implements OAuthGrant {}

    /** The application itself is the client (OAuth 2.1, 4.2): no person, and the same token for every caller. */
    record ClientCredentials() implements OAuthGrant {}

    /**
     * The token that the caller has already is exchanged for one of this server (RFC 8693), at the configured
     * {@link OAuthOptions#issuer()}: one that the server names must not get the token.
     *
     * @param subjectToken emits the token of a caller; if it emits none, the request fails
     * @param subjectTokenType for example {@code urn:ietf:params:oauth:token-type:access_token}
     */
    record TokenExchange(Function<Caller, Mono<String>> subjectToken, String subjectTokenType) implements OAuthGrant {

        /** The type of an access token. */
        public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

        public TokenExchange {
            Objects.requireNonNull(subjectToken, "subjectToken");
            Objects.requireNonNull(subjectTokenType, "subjectTokenType");
        }

        /** Exchanges access tokens. */
        public TokenExchange(Function<Caller, Mono<String>> subjectToken) {
            this(subjectToken, ACCESS_TOKEN);
        }
    }

    /**
     * The identity provider of an organisation decides which servers its people may use: it exchanges the identity of the
     * caller for an assertion (ID-JAG), and the authorization server exchanges that for a token (extension
     * {@code enterprise-managed-authorization}).
     *
     * @param identityToken emits the ID token of a caller; if it emits none, the request fails
     * @param tokenEndpoint of the identity provider
     * @param clientId of this client at the identity provider
     * @param clientSecret null for a public client
     */
    record EnterpriseManaged(
            Function<Caller, Mono<String>> identityToken,
            URI tokenEndpoint,
            String clientId,
            @Nullable String clientSecret)
            implements OAuthGrant {

        public EnterpriseManaged {
            Objects.requireNonNull(identityToken, "identityToken");
            Objects.requireNonNull(tokenEndpoint, "tokenEndpoint");
            Objects.requireNonNull(clientId, "clientId");
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "EnterpriseManaged[" + clientId + "]";
        }
    }

    /**
     * The platform that this application runs on vouches for it (RFC 7523, 2.1): its assertion is exchanged for a token.
     *
     * @param assertion emits the assertion of the platform, for example what it has written into a file
     */
    record WorkloadIdentity(Function<Caller, Mono<String>> assertion) implements OAuthGrant {
        public WorkloadIdentity {
            Objects.requireNonNull(assertion, "assertion");
        }
    }
}
