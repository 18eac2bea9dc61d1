package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tokens of one caller for one server.
 *
 * @param type how the access token is sent: {@code Bearer} or {@code DPoP}
 * @param obtainedAt when they came, in milliseconds of the clock
 * @param expiresAt when the access token ends; 0 if that is not known
 * @param requested the scopes that were asked for; those that were granted may be fewer
 * @param issuer of the authorization server that issued them, the only one that they may be sent to
 * @param clientId of the client that they were issued to
 * @param dpopKey the private key that they are bound to, as JWK; null if they are bound to none
 */
record TokenSet(
        String accessToken,
        String type,
        long obtainedAt,
        long expiresAt,
        @Nullable String refreshToken,
        Set<String> requested,
        String issuer,
        String clientId,
        @Nullable String dpopKey) {

    private static final long MILLIS = 1000;

    /** The part of a life that is left when tokens are refreshed at the latest. */
    private static final int PART = 5;

    TokenSet {
        requested = Set.copyOf(requested);
    }

    static TokenSet of(
            Tokens tokens,
            String type,
            long now,
            Set<String> requested,
            String issuer,
            String clientId,
            @Nullable String dpopKey) {
        long life = tokens.getAccessToken().getLifetime() * MILLIS;
        return new TokenSet(
                tokens.getAccessToken().getValue(),
                type,
                now,
                life > 0 ? now + life : 0,
                tokens.getRefreshToken() == null
                        ? null
                        : tokens.getRefreshToken().getValue(),
                requested,
                issuer,
                clientId,
                dpopKey);
    }

    /** The same, with the refresh token of the previous ones if the authorization server gave no new one. */
    TokenSet keeping(TokenSet previous) {
        return new TokenSet(
                accessToken,
                type,
                obtainedAt,
                expiresAt,
                refreshToken == null ? previous.refreshToken : refreshToken,
                previous.requested,
                issuer,
                clientId,
                dpopKey);
    }

    /** The same, where the authorization server has refused the refresh token. */
    TokenSet withoutRefreshToken() {
        return new TokenSet(accessToken, type, obtainedAt, expiresAt, null, requested, issuer, clientId, dpopKey);
    }

    String authorization() {
        return type + " " + accessToken;
    }

    boolean expired(long now) {
        return expiresAt != 0 && now >= expiresAt;
    }

    /** When they are refreshed; never, if their end is not known. */
    long refreshAt(long aheadMillis) {
        return expiresAt == 0 ? Long.MAX_VALUE : expiresAt - Math.min(aheadMillis, (expiresAt - obtainedAt) / PART);
    }

    String write() {
        ObjectNode node = McpJson.mapper().createObjectNode();
        node.put("accessToken", accessToken);
        node.put("type", type);
        node.put("obtainedAt", obtainedAt);
        node.put("expiresAt", expiresAt);
        node.put("refreshToken", refreshToken);
        node.set("scopes", McpJson.mapper().valueToTree(List.copyOf(requested)));
        node.put("issuer", issuer);
        node.put("clientId", clientId);
        node.put("dpopKey", dpopKey);
        return node.toString();
    }

    /** Reads what was written; null if it is something else. */
    static @Nullable TokenSet read(String text) {
        try {
            JsonNode node = McpJson.mapper().readTree(text);
            Set<String> scopes = new LinkedHashSet<>();
            node.path("scopes").forEach(scope -> scopes.add(scope.asString()));
            if (!node.path("accessToken").isString() || !node.path("issuer").isString()) {
                return null;
            }
            return new TokenSet(
                    node.path("accessToken").asString(),
                    node.path("type").asString("Bearer"),
                    node.path("obtainedAt").asLong(0),
                    node.path("expiresAt").asLong(0),
                    text(node, "refreshToken"),
                    scopes,
                    node.path("issuer").asString(),
                    node.path("clientId").asString(""),
                    text(node, "dpopKey"));
        } catch (JacksonException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode node, String member) {
        return node.path(member).isString() ? node.path(member).stringValue() : null;
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "TokenSet[" + type + ", expires at " + expiresAt + ", issuer " + issuer + "]";
    }
}
