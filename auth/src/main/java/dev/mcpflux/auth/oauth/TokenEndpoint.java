package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.Tokens;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Exchanges grants for tokens (OAuth 2.1, 3.2). */
final class TokenEndpoint {

    private static final String ENDPOINT = "the token endpoint";
    private static final int SERVER_ERRORS = 500;

    private final GuardedHttp http;
    private final Clients clients;
    private final Problems problems;

    TokenEndpoint(GuardedHttp http, Clients clients, Problems problems) {
        this.http = http;
        this.clients = clients;
        this.problems = problems;
    }

    /**
     * A grant.
     *
     * @param scopes empty to ask for none
     * @param resource where the token will be used (RFC 8707); null to say nothing
     * @param key the key that the token is bound to; null for a bearer token
     */
    record Exchange(
            AuthorizationServer server,
            Client client,
            AuthorizationGrant grant,
            Set<String> scopes,
            @Nullable String resource,
            @Nullable DpopKey key) {

        /** A grant is a secret. */
        @Override
        public String toString() {
            return "Exchange[" + server + ", " + client + "]";
        }
    }

    /**
     * Sends a grant once, and once more if the server wants a nonce in the proof.
     *
     * @return emits the tokens; fails with {@link TokenRefusal} if the server says no, and with {@link
     *     dev.mcpflux.error.McpAuthorizationException} if it cannot be understood or reached
     */
    Mono<Tokens> exchange(Exchange exchange) {
        URI endpoint = exchange.server.tokenEndpoint();
        if (endpoint == null) {
            return Mono.error(problems.of(Reason.METADATA, "its authorization server has no token endpoint"));
        }
        return send(endpoint, exchange)
                .flatMap(response -> {
                    boolean fresh = keepNonce(endpoint, response, exchange.key);
                    return fresh && code(response).equals("use_dpop_nonce")
                            ? send(endpoint, exchange)
                            : Mono.just(response);
                })
                .map(response -> {
                    keepNonce(endpoint, response, exchange.key);
                    return tokens(endpoint, response, exchange.client.id());
                });
    }

    private Mono<HTTPResponse> send(URI endpoint, Exchange exchange) {
        return Mono.fromCallable(() -> request(endpoint, exchange))
                // what is signed needs random numbers, and they may block
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(request -> http.send(request, ENDPOINT));
    }

    private HTTPRequest request(URI endpoint, Exchange exchange) {
        ClientAuthentication authentication = clients.authentication(exchange.client, exchange.server);
        TokenRequest.Builder builder = authentication == null
                ? new TokenRequest.Builder(endpoint, new ClientID(exchange.client.id()), exchange.grant)
                : new TokenRequest.Builder(endpoint, authentication, exchange.grant);
        if (!exchange.scopes.isEmpty()) {
            builder.scope(new Scope(exchange.scopes.toArray(new String[0])));
        }
        if (exchange.resource != null) {
            builder.customParameter("resource", exchange.resource);
        }
        HTTPRequest request = builder.build().toHTTPRequest();
        if (exchange.key != null) {
            request.setHeader("DPoP", exchange.key.proof("POST", endpoint, null));
        }
        return request;
    }

    private static boolean keepNonce(URI endpoint, HTTPResponse response, @Nullable DpopKey key) {
        String nonce = response.getHeaderValue("DPoP-Nonce");
        return key != null && nonce != null && key.nonce(endpoint, nonce);
    }

    /** The error code of a response; empty if the response has none. */
    private static String code(HTTPResponse response) {
        try {
            Object code = response.indicatesSuccess()
                    ? null
                    : GuardedHttp.object(response).get("error");
            return code instanceof String text ? text : "";
        } catch (ParseException e) {
            return "";
        }
    }

    private Tokens tokens(URI endpoint, HTTPResponse response, String clientId) {
        String who = ENDPOINT + " " + Problems.origin(endpoint);
        if (response.getStatusCode() >= SERVER_ERRORS) {
            throw problems.unavailable(who + " answered with status " + response.getStatusCode(), null);
        }
        TokenResponse parsed;
        try {
            parsed = TokenResponse.parse(response);
        } catch (ParseException | RuntimeException e) {
            throw problems.of(
                    Reason.METADATA,
                    who + " answered with status " + response.getStatusCode() + " and something that is no token: "
                            + Problems.shown(e.getMessage()));
        }
        if (parsed.indicatesSuccess()) {
            return parsed.toSuccessResponse().getTokens();
        }
        ErrorObject error = parsed.toErrorResponse().getErrorObject();
        String code = error.getCode() == null ? "" : error.getCode();
        String problem = who + " refuses: "
                + (code.isEmpty() ? "status " + response.getStatusCode() : Problems.shown(code))
                + (error.getDescription() == null ? "" : ", " + Problems.shown(error.getDescription()));
        throw new TokenRefusal(
                code,
                clientId,
                switch (code) {
                    case "temporarily_unavailable", "server_error", "slow_down" -> problems.unavailable(problem, null);
                    case "invalid_client", "unauthorized_client" -> problems.of(Reason.CLIENT, problem);
                    case "unsupported_grant_type", "use_dpop_nonce", "invalid_dpop_proof" ->
                        problems.of(Reason.UNSUPPORTED, problem);
                    default -> problems.of(Reason.DENIED, problem);
                });
    }
}
