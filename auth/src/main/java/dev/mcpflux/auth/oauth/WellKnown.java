package dev.mcpflux.auth.oauth;

import java.net.URI;
import java.util.List;

/** The addresses at which metadata are looked for, in their order. */
final class WellKnown {

    private static final String RESOURCE = "/.well-known/oauth-protected-resource";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";

    private WellKnown() {}

    /**
     * Where the metadata of a protected resource are, if no challenge says so: "At the path of the server's MCP endpoint", and
     * "At the root" (specification 2025-11-25: basic/authorization, protected resource metadata discovery requirements).
     */
    static List<URI> ofResource(URI resource) {
        String path = path(resource);
        URI root = at(resource, RESOURCE);
        return path.isEmpty() ? List.of(root) : List.of(at(resource, RESOURCE + path), root);
    }

    /**
     * Where the metadata of an authorization server are: three addresses for an issuer with a path, two for one without
     * (specification 2025-11-25: basic/authorization, authorization server metadata discovery).
     */
    static List<URI> ofIssuer(URI issuer) {
        String path = path(issuer);
        return path.isEmpty()
                ? List.of(at(issuer, OAUTH), at(issuer, OPENID))
                : List.of(at(issuer, OAUTH + path), at(issuer, OPENID + path), at(issuer, path + OPENID));
    }

    /** Where a server without metadata has its endpoints (specification 2025-03-26: basic/authorization, fallbacks). */
    static URI endpoint(URI base, String name) {
        return at(base, "/" + name);
    }

    /** The address without its path, query and fragment. */
    static String root(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    /** The path without a slash at its end; empty for the root. */
    private static String path(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static URI at(URI base, String path) {
        return URI.create(root(base) + path);
    }
}
