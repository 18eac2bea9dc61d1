package dev.mcpflux.auth.oauth;

import dev.mcpflux.jsonrpc.McpJson;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * This side, as one authorization server knows it.
 *
 * @param secret null for a public client
 * @param authMethod how it was registered to authenticate; null if nothing was agreed
 * @param redirect what it was registered with; null if that is not known
 * @param expiresAt when its secret ends, in milliseconds; 0 for never
 */
record Client(
        String id,
        @Nullable String secret,
        @Nullable String authMethod,
        @Nullable URI redirect,
        long expiresAt) {

    boolean usable(long now) {
        return expiresAt == 0 || now < expiresAt;
    }

    String write() {
        ObjectNode node = McpJson.mapper().createObjectNode();
        node.put("id", id);
        node.put("secret", secret);
        node.put("authMethod", authMethod);
        node.put("redirect", redirect == null ? null : redirect.toString());
        node.put("expiresAt", expiresAt);
        return node.toString();
    }

    /** Reads what was written; null if it is something else. */
    static @Nullable Client read(String text) {
        try {
            JsonNode node = McpJson.mapper().readTree(text);
            String redirect = text(node, "redirect");
            return node.path("id").isString()
                    ? new Client(
                            node.path("id").asString(),
                            text(node, "secret"),
                            text(node, "authMethod"),
                            redirect == null ? null : URI.create(redirect),
                            node.path("expiresAt").asLong(0))
                    : null;
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String text(JsonNode node, String member) {
        return node.path(member).isString() ? node.path(member).stringValue() : null;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Client[" + id + (secret == null ? "" : ", with a secret") + "]";
    }
}
