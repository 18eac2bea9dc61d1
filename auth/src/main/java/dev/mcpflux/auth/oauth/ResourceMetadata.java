package dev.mcpflux.auth.oauth;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The metadata of a protected resource (RFC 9728).
 *
 * @param resource as the document writes it: so it is sent, and never normalized
 * @param authorizationServers their issuers, as the document writes them
 * @param scopes what may be asked for; empty if it does not say
 * @param dpop whether tokens must be bound to a key
 */
record ResourceMetadata(String resource, List<String> authorizationServers, Set<String> scopes, boolean dpop) {

    private static final int MAX_SCOPES = 256;

    /** Reads a document. Returns null if it is not one of a protected resource. */
    static @Nullable ResourceMetadata read(JsonNode document) {
        JsonNode resource = document.path("resource");
        if (!document.isObject() || !resource.isString()) {
            return null;
        }
        Set<String> scopes = new LinkedHashSet<>(texts(document.path("scopes_supported")));
        return new ResourceMetadata(
                resource.stringValue(),
                List.copyOf(texts(document.path("authorization_servers"))),
                scopes,
                document.path("dpop_bound_access_tokens_required").asBoolean(false));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : list) {
            if (one.isString() && !one.stringValue().isBlank() && texts.size() < MAX_SCOPES) {
                texts.add(one.stringValue());
            }
        }
        return texts;
    }

    /** Whether the document belongs to this server: the same origin, and the same path or a part of it. */
    boolean belongsTo(URI server) {
        URI own;
        try {
            own = URI.create(resource);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (own.getScheme() == null || own.getHost() == null || own.getRawFragment() != null) {
            return false;
        }
        String path = folder(own);
        return own.getScheme().equalsIgnoreCase(server.getScheme())
                && own.getHost()
                        .toLowerCase(Locale.ROOT)
                        .equals(String.valueOf(server.getHost()).toLowerCase(Locale.ROOT))
                && port(own) == port(server)
                && folder(server).startsWith(path)
                && (own.getRawQuery() == null || own.getRawQuery().equals(server.getRawQuery()));
    }

    private static String folder(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path : path + "/";
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /** Without the address of the resource, which may be a secret. */
    @Override
    public String toString() {
        return "ResourceMetadata[" + authorizationServers + ", scopes " + scopes + "]";
    }
}
