package dev.mcpflux.conformance;

import dev.mcpflux.auth.oauth.OAuthGrant;
import dev.mcpflux.auth.oauth.OAuthOptions;
import dev.mcpflux.auth.oauth.OAuthSource;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.McpJson;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * How a scenario about authorization is played: with which client and grant, and whether it ends with a refusal.
 *
 * @param refusal the only failure that is right; null if everything has to succeed
 */
record AuthScenario(
        OAuthOptions options, OAuthGrant grant, @Nullable Predicate<Throwable> refusal) {

    private static final String PREFIX = "auth/";

    /** The document that the suite knows; it is not fetched. */
    private static final URI CLIENT_METADATA = URI.create("https://conformance-test.local/client-metadata.json");

    private static final Set<String> LOGINS = Set.of(
            "metadata-default",
            "metadata-var1",
            "metadata-var2",
            "metadata-var3",
            "basic-cimd",
            "scope-from-www-authenticate",
            "scope-from-scopes-supported",
            "scope-omitted-when-undefined",
            "scope-step-up",
            "token-endpoint-auth-basic",
            "token-endpoint-auth-post",
            "token-endpoint-auth-none",
            "offline-access-scope",
            "offline-access-not-supported",
            "authorization-server-migration",
            "iss-supported",
            "iss-not-advertised",
            "dpop",
            "dpop-nonce",
            "2025-03-26-oauth-metadata-backcompat",
            "2025-03-26-oauth-endpoint-fallback");

    private static final Set<String> ISSUER_REFUSALS = Set.of(
            "iss-supported-missing",
            "iss-wrong-issuer",
            "iss-unexpected",
            "iss-normalized",
            "metadata-issuer-mismatch");

    /**
     * The scenario of this name, empty if it is not one about authorization, or not supported.
     *
     * @param context the JSON object that the suite provides, or null
     */
    static Optional<AuthScenario> of(String name, @Nullable String context) {
        if (!name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String scenario = name.substring(PREFIX.length());
        OAuthOptions.Builder login = OAuthOptions.builder().clientMetadataUrl(CLIENT_METADATA);
        if (LOGINS.contains(scenario)) {
            return Optional.of(new AuthScenario(login.build(), new OAuthGrant.AuthorizationCode(), null));
        }
        if (ISSUER_REFUSALS.contains(scenario)) {
            return refused(login, AuthScenario.with(Reason.ISSUER_MISMATCH));
        }
        return switch (scenario) {
            case "resource-mismatch" -> refused(login, AuthScenario.with(Reason.RESOURCE_MISMATCH));
            // the server asks for the same scopes again and again
            case "scope-retry-limit" ->
                refused(login, e -> e instanceof McpHttpStatusException status && status.status() == 403);
            case "pre-registration" ->
                Optional.of(new AuthScenario(client(context).build(), new OAuthGrant.AuthorizationCode(), null));
            case "client-credentials-basic" ->
                Optional.of(new AuthScenario(client(context).build(), new OAuthGrant.ClientCredentials(), null));
            case "client-credentials-jwt" ->
                Optional.of(new AuthScenario(
                        client(context)
                                .privateKey(text(context, "private_key_pem"))
                                .signingAlgorithm(text(context, "signing_algorithm"))
                                .build(),
                        new OAuthGrant.ClientCredentials(),
                        null));
            case "enterprise-managed-authorization" ->
                Optional.of(new AuthScenario(
                        client(context).build(),
                        new OAuthGrant.EnterpriseManaged(
                                caller -> Mono.just(text(context, "idp_id_token")),
                                URI.create(text(context, "idp_token_endpoint")),
                                text(context, "idp_client_id"),
                                null),
                        null));
            case "wif-jwt-bearer" ->
                Optional.of(new AuthScenario(
                        client(context).build(),
                        new OAuthGrant.WorkloadIdentity(caller -> Mono.just(text(context, "valid_jwt"))),
                        null));
            default -> Optional.empty();
        };
    }

    private static Optional<AuthScenario> refused(OAuthOptions.Builder login, Predicate<Throwable> refusal) {
        return Optional.of(new AuthScenario(login.build(), new OAuthGrant.AuthorizationCode(), refusal));
    }

    private static Predicate<Throwable> with(Reason reason) {
        return e -> e instanceof McpAuthorizationException refused && refused.reason() == reason;
    }

    private static OAuthOptions.Builder client(@Nullable String context) {
        JsonNode node = node(context);
        return OAuthOptions.builder()
                .clientId(node.required("client_id").asString())
                .clientSecret(node.path("client_secret").asString(null));
    }

    private static String text(@Nullable String context, String member) {
        return node(context).required(member).asString();
    }

    private static JsonNode node(@Nullable String context) {
        if (context == null) {
            throw new IllegalArgumentException("this scenario needs a context");
        }
        return McpJson.mapper().readTree(context);
    }

    OAuthSource source() {
        return OAuthSource.builder()
                .options(options)
                .grant(grant)
                .browser(new PageFollower())
                .build();
    }

    /** Whether a failure, or what has caused it, is the one that is right. */
    boolean refusedRightly(Throwable failure) {
        Predicate<Throwable> right = refusal;
        for (Throwable e = failure; e != null && right != null; e = e.getCause()) {
            if (right.test(e)) {
                return true;
            }
        }
        return false;
    }
}
