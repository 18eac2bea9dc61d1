package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is used of the metadata of an authorization server (RFC 8414, OpenID Connect Discovery).
 *
 * @param issuer as the document writes it
 * @param scopes what may be asked for; null if it does not say
 * @param authMethods how clients authenticate at its token endpoint; null if it does not say
 * @param challengeMethods of PKCE; null if it does not say
 * @param grantTypes null if it does not say
 * @param namesIssuer whether its callbacks carry the issuer (RFC 9207)
 * @param readsClientIds whether a client id may be the address of a document
 * @param dpopAlgorithms null if it does not support DPoP
 * @param assumed whether there is no document, and these are the endpoints of revision 2025-03-26
 */
record AuthorizationServer(
        String issuer,
        @Nullable URI authorizationEndpoint,
        @Nullable URI tokenEndpoint,
        @Nullable URI registrationEndpoint,
        @Nullable URI deviceEndpoint,
        @Nullable URI revocationEndpoint,
        @Nullable Set<String> scopes,
        @Nullable List<String> authMethods,
        @Nullable List<String> challengeMethods,
        @Nullable List<String> grantTypes,
        boolean namesIssuer,
        boolean readsClientIds,
        @Nullable List<String> dpopAlgorithms,
        boolean assumed) {

    /**
     * Reads a document.
     *
     * @throws ParseException if the text is no such document
     */
    static AuthorizationServer read(String document) throws ParseException {
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.parse(document);
        return new AuthorizationServer(
                metadata.getIssuer().getValue(),
                metadata.getAuthorizationEndpointURI(),
                metadata.getTokenEndpointURI(),
                metadata.getRegistrationEndpointURI(),
                metadata.getDeviceAuthorizationEndpointURI(),
                metadata.getRevocationEndpointURI(),
                metadata.getScopes() == null
                        ? null
                        : Set.copyOf(metadata.getScopes().toStringList()),
                texts(metadata.getTokenEndpointAuthMethods(), ClientAuthenticationMethod::getValue),
                texts(metadata.getCodeChallengeMethods(), method -> method.getValue()),
                texts(metadata.getGrantTypes(), GrantType::getValue),
                metadata.supportsAuthorizationResponseIssuerParam(),
                Boolean.TRUE.equals(metadata.getCustomParameter("client_id_metadata_document_supported")),
                texts(metadata.getDPoPJWSAlgs(), algorithm -> algorithm.getName()),
                false);
    }

    private static <T> @Nullable List<String> texts(
            @Nullable List<T> values, java.util.function.Function<T, String> text) {
        return values == null ? null : values.stream().map(text).toList();
    }

    /** One of which only the token endpoint is known, from a configuration. */
    static AuthorizationServer ofTokenEndpoint(URI endpoint) {
        return withoutMetadata(endpoint, null, endpoint, null, false);
    }

    /** "Default endpoints" at the root of the server (specification 2025-03-26: basic/authorization). */
    static AuthorizationServer assumed(URI base) {
        return withoutMetadata(
                base,
                WellKnown.endpoint(base, "authorize"),
                WellKnown.endpoint(base, "token"),
                WellKnown.endpoint(base, "register"),
                true);
    }

    /** One that says nothing about itself; its origin stands for its issuer. */
    private static AuthorizationServer withoutMetadata(
            URI base, @Nullable URI authorization, URI token, @Nullable URI registration, boolean assumed) {
        return new AuthorizationServer(
                WellKnown.root(base),
                authorization,
                token,
                registration,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                false,
                null,
                assumed);
    }

    /** Shows the issuer only: an address may hold a secret. */
    @Override
    public String toString() {
        return "AuthorizationServer[" + issuer + "]";
    }
}
