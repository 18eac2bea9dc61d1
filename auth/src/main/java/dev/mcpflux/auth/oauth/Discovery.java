package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.jsonrpc.McpJson;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Finds the authorization server of an MCP server: the metadata of the protected resource, then those of the authorization
 * server that they name (specification: basic/authorization, authorization server discovery). A document that is wrong ends
 * the search; it never leads to the next place.
 */
final class Discovery {

    private static final int OK = 200;
    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;

    private static final String RESOURCE = "the protected resource metadata";
    private static final String SERVER = "the authorization server metadata";

    /** Learns of each step, for people who look for a fault. */
    @FunctionalInterface
    interface Trace {
        Trace NONE = (what, url, finding) -> {};

        /**
         * A step.
         *
         * @param url what was asked; it may be a secret
         */
        void step(String what, @Nullable URI url, String finding);
    }

    private final GuardedHttp http;
    private final URI resource;
    private final OAuthOptions options;
    private final Problems problems;
    private final Trace trace;

    Discovery(GuardedHttp http, URI resource, OAuthOptions options, Problems problems, Trace trace) {
        this.http = http;
        this.resource = resource;
        this.options = options;
        this.problems = problems;
        this.trace = trace;
    }

    /**
     * What was found.
     *
     * @param resource how tokens are asked for this server, as a string
     * @param metadata null if the server has none
     */
    record Found(String resource, @Nullable ResourceMetadata metadata, AuthorizationServer server) {
        /** Without the address of the resource, which may be a secret. */
        @Override
        public String toString() {
            return "Found[" + server + "]";
        }
    }

    /**
     * Searches anew at each subscription.
     *
     * @param challenges of the refusal, which may name the place of the metadata
     * @return emits what was found; fails with {@link McpAuthorizationException}. <em>Cancellation</em> stops it.
     */
    Mono<Found> find(List<AuthChallenge> challenges) {
        return resourceMetadata(challenges)
                .map(java.util.Optional::of)
                .defaultIfEmpty(java.util.Optional.empty())
                .flatMap(metadata -> server(metadata.orElse(null))
                        .map(server -> new Found(
                                metadata.map(ResourceMetadata::resource).orElseGet(() -> canonical(resource)),
                                metadata.orElse(null),
                                server)));
    }

    /** The address of the server without what no resource has (RFC 8707, 2). */
    private static String canonical(URI url) {
        String text = url.toString();
        int fragment = text.indexOf('#');
        return fragment < 0 ? text : text.substring(0, fragment);
    }

    // the protected resource

    private Mono<ResourceMetadata> resourceMetadata(List<AuthChallenge> challenges) {
        // "use the resource metadata URL from the parsed WWW-Authenticate headers when present"
        // (specification 2026-07-28: basic/authorization, authorization server discovery)
        for (AuthChallenge challenge : challenges) {
            String named = challenge.parameter("resource_metadata").orElse(null);
            if (named != null) {
                return Mono.defer(() -> {
                    URI url = http.checked(parsed(named, RESOURCE), RESOURCE);
                    return http.get(url, RESOURCE)
                            .flatMap(response -> response.getStatusCode() == OK
                                    ? Mono.just(resourceMetadata(url, response))
                                    : Mono.error(refused(url, response, RESOURCE)));
                });
            }
        }
        return first(WellKnown.ofResource(resource), 0);
    }

    private Mono<ResourceMetadata> first(List<URI> places, int index) {
        if (index == places.size()) {
            return Mono.empty();
        }
        URI url = places.get(index);
        return http.get(url, RESOURCE).flatMap(response -> {
            if (missing(response)) {
                trace.step(RESOURCE, url, "status " + response.getStatusCode() + ": not there");
                return first(places, index + 1);
            }
            return response.getStatusCode() == OK
                    ? Mono.just(resourceMetadata(url, response))
                    : Mono.error(refused(url, response, RESOURCE));
        });
    }

    private ResourceMetadata resourceMetadata(URI url, HTTPResponse response) {
        ResourceMetadata read;
        try {
            read = ResourceMetadata.read(McpJson.mapper().readTree(response.getBody()));
        } catch (JacksonException e) {
            read = null;
        }
        if (read == null) {
            throw wrong(
                    url,
                    Reason.METADATA,
                    RESOURCE + " of " + Problems.origin(url) + " are no JSON object with a 'resource'");
        }
        if (!read.belongsTo(resource)) {
            throw wrong(
                    url,
                    Reason.RESOURCE_MISMATCH,
                    RESOURCE + " are about another resource, " + Problems.shown(read.resource()));
        }
        trace.step(
                RESOURCE,
                url,
                "resource " + read.resource() + ", authorization servers " + read.authorizationServers() + ", scopes "
                        + read.scopes());
        return read;
    }

    // the authorization server

    private Mono<AuthorizationServer> server(@Nullable ResourceMetadata metadata) {
        URI configured = options.metadataUrl();
        if (configured != null) {
            return http.get(configured, SERVER)
                    .flatMap(response -> response.getStatusCode() == OK
                            ? Mono.fromCallable(() -> server(configured, response, options.issuer()))
                            : Mono.error(refused(configured, response, SERVER)));
        }
        if (metadata == null) {
            String issuer = options.issuer();
            if (issuer != null) {
                return serverOf(issuer);
            }
            // revision 2025-03-26: the server itself is the authorization server
            String root = WellKnown.root(resource);
            return places(root, WellKnown.ofIssuer(URI.create(root)), 0).switchIfEmpty(Mono.fromSupplier(() -> {
                trace.step(SERVER, null, "not there: assuming the default endpoints of revision 2025-03-26");
                return AuthorizationServer.assumed(resource);
            }));
        }
        return Mono.defer(() -> serverOf(issuer(metadata)));
    }

    /** The configured one if there is one, else the first. */
    private String issuer(ResourceMetadata metadata) {
        if (metadata.authorizationServers().isEmpty()) {
            throw wrong(null, Reason.METADATA, RESOURCE + " name no authorization server");
        }
        String issuer = options.issuer();
        if (issuer == null) {
            return metadata.authorizationServers().get(0);
        }
        if (!metadata.authorizationServers().contains(issuer)) {
            throw wrong(
                    null,
                    Reason.ISSUER_MISMATCH,
                    "it now names "
                            + Problems.shown(metadata.authorizationServers().get(0))
                            + " as its authorization server, and the configured one is " + Problems.shown(issuer));
        }
        return issuer;
    }

    private Mono<AuthorizationServer> serverOf(String issuer) {
        return Mono.defer(() -> {
            URI url = http.checked(parsed(issuer, "the authorization server"), "the authorization server");
            return places(issuer, WellKnown.ofIssuer(url), 0)
                    .switchIfEmpty(Mono.error(() -> wrong(
                            null,
                            Reason.METADATA,
                            "its authorization server " + Problems.origin(url) + " has no metadata")));
        });
    }

    private Mono<AuthorizationServer> places(String issuer, List<URI> places, int index) {
        if (index == places.size()) {
            return Mono.empty();
        }
        URI url = places.get(index);
        return http.get(url, SERVER).flatMap(response -> {
            if (missing(response)) {
                trace.step(SERVER, url, "status " + response.getStatusCode() + ": not there");
                return places(issuer, places, index + 1);
            }
            return response.getStatusCode() == OK
                    ? Mono.fromCallable(() -> server(url, response, issuer))
                    : Mono.error(refused(url, response, SERVER));
        });
    }

    /**
     * "the issuer value in the document MUST be identical to the issuer identifier used to construct the well-known URL. If they
     * differ, the client MUST NOT use the metadata" (specification 2026-07-28: basic/authorization, authorization server discovery).
     */
    private AuthorizationServer server(URI url, HTTPResponse response, @Nullable String issuer) {
        AuthorizationServer read;
        try {
            read = AuthorizationServer.read(response.getBody());
        } catch (ParseException | RuntimeException e) {
            throw wrong(
                    url,
                    Reason.METADATA,
                    SERVER + " of " + Problems.origin(url) + " cannot be read: " + Problems.shown(e.getMessage()));
        }
        if (issuer != null && !read.issuer().equals(issuer)) {
            throw wrong(
                    url,
                    Reason.ISSUER_MISMATCH,
                    SERVER + " name the issuer " + Problems.shown(read.issuer()) + ", expected "
                            + Problems.shown(issuer));
        }
        check(read);
        trace.step(SERVER, url, "issuer " + read.issuer());
        return read;
    }

    private void check(AuthorizationServer server) {
        checked(server.authorizationEndpoint(), "the authorization endpoint");
        checked(server.tokenEndpoint(), "the token endpoint");
        checked(server.registrationEndpoint(), "the registration endpoint");
        checked(server.deviceEndpoint(), "the device authorization endpoint");
        checked(server.revocationEndpoint(), "the revocation endpoint");
    }

    private void checked(@Nullable URI url, String what) {
        if (url != null) {
            http.checked(url, what);
        }
    }

    // what is wrong

    private static boolean missing(HTTPResponse response) {
        return response.getStatusCode() >= CLIENT_ERRORS && response.getStatusCode() < SERVER_ERRORS;
    }

    private URI parsed(String text, String what) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw wrong(null, Reason.METADATA, "the address of " + what + " is no URL: " + Problems.shown(text));
        }
    }

    private McpAuthorizationException refused(URI url, HTTPResponse response, String what) {
        String problem = what + " of " + Problems.origin(url) + " answered with status " + response.getStatusCode();
        trace.step(what, url, "status " + response.getStatusCode());
        return response.getStatusCode() >= SERVER_ERRORS
                ? problems.unavailable(problem, null)
                : problems.of(Reason.METADATA, problem);
    }

    private McpAuthorizationException wrong(@Nullable URI url, Reason reason, String problem) {
        trace.step("refused", url, problem);
        return problems.of(reason, problem);
    }
}
