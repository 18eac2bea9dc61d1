package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.client.ClientInformation;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationErrorResponse;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.openid.connect.sdk.rp.ApplicationType;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import dev.mcpflux.auth.store.TokenStore;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The identity of this side at an authorization server: configured beforehand, a document that the authorization server
 * reads, or a registration (specification 2025-11-25: basic/authorization, client registration approaches). A registration is
 * kept for one issuer and one MCP server, so a server that names another authorization server leads to another registration,
 * and a configured secret is sent to the first issuer only.
 */
final class Clients {

    private static final String REGISTRATION = "the registration endpoint";
    private static final String JWT = "private_key_jwt";
    private static final String BASIC = "client_secret_basic";
    private static final String POST = "client_secret_post";
    private static final String NONE = "none";

    /** In place of a registration: the issuer that the configured client belongs to. */
    private static final String CONFIGURED = "configured";

    private final OAuthOptions options;
    private final TokenStore store;
    private final GuardedHttp http;
    private final Scheduler timer;
    private final String server;
    private final URI resource;
    private final Problems problems;
    private final @Nullable ClientKey key;

    Clients(
            OAuthOptions options,
            TokenStore store,
            GuardedHttp http,
            Scheduler timer,
            String server,
            URI resource,
            Problems problems) {
        this.options = options;
        this.store = store;
        this.http = http;
        this.timer = timer;
        this.server = server;
        this.resource = resource;
        this.problems = problems;
        String privateKey = options.privateKey();
        this.key = privateKey == null ? null : ClientKey.read(privateKey, options.signingAlgorithm());
    }

    /** The registration that the next login uses. */
    private TokenStore.Key at(String issuer) {
        return at(issuer, "");
    }

    /**
     * A registration that tokens were issued to. There may be several, because logins at the same time need different addresses
     * to come back to.
     */
    private TokenStore.Key at(String issuer, String clientId) {
        return new TokenStore.Key(TokenStore.Kind.CLIENT, server, resource.toString(), clientId, issuer);
    }

    /** The address that the client is registered with at an authorization server; nothing if it is not, or that is free. */
    Mono<URI> redirect(AuthorizationServer as) {
        return configured(as) != null ? Mono.empty() : kept(as).mapNotNull(Client::redirect);
    }

    /**
     * The client for an authorization server.
     *
     * @param redirect the address to come back to; null for grants without a person
     * @return emits it; fails with {@link McpAuthorizationException} if this side has no client there and cannot register one
     */
    Mono<Client> at(AuthorizationServer as, @Nullable URI redirect) {
        Client configured = configured(as);
        if (configured != null) {
            return bound(as, configured);
        }
        if (redirect == null) {
            return Mono.error(problems.of(Reason.CLIENT, "this grant needs a configured client id"));
        }
        return kept(as).filter(client -> client.usable(now()) && redirect.equals(client.redirect()))
                .switchIfEmpty(Mono.defer(() -> register(as, redirect)));
    }

    /** The client that tokens were issued to, for a refresh; nothing if it is not known any more. */
    Mono<Client> issuedTo(AuthorizationServer as, String clientId) {
        Client configured = configured(as);
        return (configured != null ? bound(as, configured) : kept(at(as.issuer(), clientId)))
                .filter(client -> client.id().equals(clientId));
    }

    /** Forgets a registration that the authorization server does not know any more. */
    Mono<Void> forget(AuthorizationServer as, String clientId) {
        return store.remove(at(as.issuer(), clientId)).then(replace(as, clientId));
    }

    /** Lets the next login make another registration; a refresh of tokens that were issued to this one still uses it. */
    Mono<Void> replace(AuthorizationServer as, String clientId) {
        return kept(as).filter(client -> client.id().equals(clientId)).flatMap(client -> store.remove(at(as.issuer())));
    }

    private @Nullable Client configured(AuthorizationServer as) {
        String id = options.clientId();
        if (id != null) {
            return new Client(id, options.clientSecret(), options.authMethod(), null, 0);
        }
        URI document = options.clientMetadataUrl();
        // "Use Client ID Metadata Documents if the Authorization Server indicates that it supports them"
        return document != null && as.readsClientIds() ? new Client(document.toString(), null, NONE, null, 0) : null;
    }

    /**
     * A client that was registered beforehand belongs to one authorization server: without a configured issuer, to the first.
     * Its secret must not reach another one that the MCP server names later.
     */
    private Mono<Client> bound(AuthorizationServer as, Client client) {
        if (options.clientId() == null || options.issuer() != null || options.metadataUrl() != null) {
            return Mono.just(client);
        }
        TokenStore.Key key = at("");
        return store.load(key)
                .switchIfEmpty(Mono.defer(() -> store.save(key, CONFIGURED + " " + client.id() + " " + as.issuer())
                        .thenReturn(CONFIGURED + " " + client.id() + " " + as.issuer())))
                .flatMap(first -> {
                    if (first.equals(CONFIGURED + " " + client.id() + " " + as.issuer())) {
                        return Mono.just(client);
                    }
                    if (!first.startsWith(CONFIGURED + " " + client.id() + " ")) {
                        // another client is configured now
                        return store.remove(key).then(Mono.defer(() -> bound(as, client)));
                    }
                    return Mono.error(problems.of(
                            Reason.ISSUER_MISMATCH,
                            "it now names " + Problems.shown(as.issuer())
                                    + " as its authorization server, and the configured client belongs to "
                                    + Problems.shown(first.substring((CONFIGURED + " " + client.id() + " ").length()))
                                    + "; configure 'issuer' if that is right"));
                });
    }

    private Mono<Client> kept(AuthorizationServer as) {
        return kept(at(as.issuer()));
    }

    private Mono<Client> kept(TokenStore.Key key) {
        return store.load(key).mapNotNull(Client::read);
    }

    // dynamic registration

    private Mono<Client> register(AuthorizationServer as, URI redirect) {
        URI endpoint = as.registrationEndpoint();
        if (endpoint == null) {
            return Mono.error(problems.of(
                    Reason.CLIENT,
                    "its authorization server registers no clients: register one there, with the address " + redirect
                            + ", and configure its 'clientId'"));
        }
        return Mono.defer(() -> http.send(
                        new OIDCClientRegistrationRequest(endpoint, metadata(as, redirect), null).toHTTPRequest(),
                        REGISTRATION))
                .map(response -> registered(endpoint, response, redirect))
                .flatMap(client -> store.save(at(as.issuer(), client.id()), client.write())
                        .then(store.save(at(as.issuer()), client.write()))
                        .thenReturn(client));
    }

    /** "MCP clients MUST specify an appropriate application_type" (specification 2026-07-28: basic/authorization). */
    private OIDCClientMetadata metadata(AuthorizationServer as, URI redirect) {
        OIDCClientMetadata metadata = new OIDCClientMetadata();
        metadata.setName(options.clientName());
        metadata.setRedirectionURI(redirect);
        metadata.setApplicationType(
                Reach.isLoopback(String.valueOf(redirect.getHost())) ? ApplicationType.NATIVE : ApplicationType.WEB);
        Set<GrantType> grants = new LinkedHashSet<>(List.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
        if (as.deviceEndpoint() != null) {
            grants.add(GrantType.DEVICE_CODE);
        }
        metadata.setGrantTypes(grants);
        metadata.setResponseTypes(Set.of(ResponseType.CODE));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.parse(
                as.authMethods() == null || as.authMethods().contains(NONE) ? NONE : secretMethod(as)));
        List<String> scopes = options.scopes();
        if (scopes != null && !scopes.isEmpty()) {
            metadata.setScope(new com.nimbusds.oauth2.sdk.Scope(scopes.toArray(new String[0])));
        }
        return metadata;
    }

    @SuppressWarnings("JavaUtilDate")
    private Client registered(URI endpoint, HTTPResponse response, URI redirect) {
        try {
            ClientRegistrationResponse parsed = ClientRegistrationResponse.parse(response);
            if (parsed instanceof ClientRegistrationErrorResponse error) {
                throw refused(endpoint, response, ": " + Problems.shown(error.getErrorObject()));
            }
            ClientInformation client = parsed.toSuccessResponse().getClientInformation();
            Secret secret = client.getSecret();
            long expires = secret == null || secret.getExpirationDate() == null
                    ? 0
                    : secret.getExpirationDate().getTime();
            ClientAuthenticationMethod method = client.getMetadata().getTokenEndpointAuthMethod();
            return new Client(
                    client.getID().getValue(),
                    secret == null ? null : secret.getValue(),
                    method == null ? null : method.getValue(),
                    redirect,
                    expires);
        } catch (ParseException e) {
            throw refused(endpoint, response, ", which cannot be read: " + Problems.shown(e.getMessage()));
        }
    }

    private McpAuthorizationException refused(URI endpoint, HTTPResponse response, String more) {
        String problem = REGISTRATION + " " + Problems.origin(endpoint) + " answered with status "
                + response.getStatusCode() + more;
        return response.getStatusCode() >= 500
                ? problems.unavailable(problem, null)
                : problems.of(Reason.CLIENT, problem);
    }

    // authentication at the token endpoint

    /** How a client authenticates; null for a public one, which names itself only. */
    @Nullable
    ClientAuthentication authentication(Client client, AuthorizationServer as) {
        String method = method(client, as);
        ClientID id = new ClientID(client.id());
        Secret secret = client.secret() == null ? null : new Secret(client.secret());
        return switch (method) {
            case NONE -> null;
            // its audience is the issuer of the authorization server (extension oauth-client-credentials)
            case JWT -> requireKey().authentication(client.id(), as.issuer(), now());
            case BASIC -> new ClientSecretBasic(id, required(secret));
            case POST -> new ClientSecretPost(id, required(secret));
            default ->
                throw problems.of(Reason.UNSUPPORTED, "it wants clients to authenticate by " + Problems.shown(method));
        };
    }

    private Secret required(@Nullable Secret secret) {
        if (secret == null) {
            throw problems.of(Reason.CLIENT, "its client needs a secret: configure 'clientSecret'");
        }
        return secret;
    }

    private ClientKey requireKey() {
        if (key == null) {
            throw problems.of(Reason.CLIENT, "its client needs a private key: configure 'privateKey'");
        }
        return key;
    }

    private String method(Client client, AuthorizationServer as) {
        if (client.authMethod() != null) {
            return client.authMethod();
        }
        if (key != null) {
            return JWT;
        }
        return client.secret() == null ? NONE : secretMethod(as);
    }

    private static String secretMethod(AuthorizationServer as) {
        List<String> offered = as.authMethods();
        // client_secret_basic is the default (RFC 8414, 2)
        return offered == null || offered.contains(BASIC) || !offered.contains(POST) ? BASIC : POST;
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
