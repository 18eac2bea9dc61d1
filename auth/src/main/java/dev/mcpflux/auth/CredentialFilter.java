package dev.mcpflux.auth;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.http.HttpExchangeFilter;
import io.netty.util.AsciiString;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Puts the credentials of a {@link CredentialSource} on every HTTP request of one transport, and tells the source of every
 * refusal (401, 403), whatever the request was: a POST, a stream, the end of a session. A request is sent at most
 * {@value HttpExchangeFilter#MAX_ATTEMPTS} times.
 *
 * <p>The scopes that a server asks for are collected for each caller: a later refusal adds to them, so that a step-up does not
 * lose what was granted before (specification 2025-11-25: basic/authorization, scope challenge handling).
 */
public final class CredentialFilter implements HttpExchangeFilter {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** RFC 9449, 8.2: any response may give a new one. */
    private static final AsciiString NONCE = AsciiString.cached("DPoP-Nonce");

    private final String server;
    private final URI resource;
    private final CredentialSource source;

    private final CollectedScopes scopes = new CollectedScopes();

    private CredentialFilter(String server, URI resource, CredentialSource source) {
        this.server = server;
        this.resource = resource;
        this.source = source;
    }

    /**
     * A filter for one transport.
     *
     * @param server the name of the server
     * @param resource its endpoint
     */
    public static CredentialFilter create(String server, URI resource, CredentialSource source) {
        return new CredentialFilter(server, resource, source);
    }

    @Override
    public Mono<Map<String, String>> headers(Request request) {
        Mono<Credentials> given = source.credentials(wanted(request, scopes.of(request.caller())));
        if (given instanceof Fuseable.ScalarCallable<?> known) {
            // there already: no operator is needed
            try {
                return known.call() instanceof Credentials credentials ? credentials.emitted() : Mono.empty();
            } catch (Exception e) {
                return Mono.error(e);
            }
        }
        return given.map(Credentials::headers);
    }

    @Override
    public Mono<Boolean> sendAgain(Request request, Response response) {
        int status = response.status();
        String nonce = response.headers().get(NONCE);
        if (nonce != null) {
            source.nonce(wanted(request, Set.of()), nonce);
        }
        if (status != UNAUTHORIZED && status != FORBIDDEN) {
            return Mono.empty();
        }
        return Mono.defer(() -> {
            List<AuthChallenge> challenges = response.challenges();
            Set<String> asked = scopes.add(request.caller(), challenges);
            return source.refused(
                    wanted(request, asked),
                    Credentials.headers(request.added()),
                    new CredentialSource.Refusal(status, challenges));
        });
    }

    @Override
    public Flux<ConnectionEvent> events() {
        return source.events(server);
    }

    private CredentialRequest wanted(Request request, Set<String> asked) {
        return new CredentialRequest(
                server, request.caller(), resource, asked, request.method().name(), request.url(), request.attempt());
    }

    /** Shows the server only. */
    @Override
    public String toString() {
        return "CredentialFilter[" + server + "]";
    }
}
