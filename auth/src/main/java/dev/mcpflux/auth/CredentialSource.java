package dev.mcpflux.auth;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.transport.ConnectionEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gives the credentials for requests to servers. An application that has a manager of its own for tokens implements this
 * interface; {@link #fixed} and {@link HelperCommand} are others.
 *
 * <p>The methods are called on any thread, for several requests at a time, and for each attempt of each request, so a
 * source keeps what it has obtained. Whatever it keeps is keyed by caller, unless its documentation says otherwise.
 */
public interface CredentialSource {

    /**
     * A refusal of the server.
     *
     * @param status 401 or 403
     * @param challenges what the server wants; empty if it does not say
     */
    record Refusal(int status, List<AuthChallenge> challenges) {
        public Refusal {
            challenges = List.copyOf(challenges);
        }
    }

    /**
     * The credentials for a request.
     *
     * @return emits them before the request is sent, without any cost if it is a {@code Mono.just}; completes without any if
     *     the request is to be sent as it is. An error fails the request, which has then not been sent.
     *     <em>Cancellation</em>: nobody waits for these credentials any more.
     */
    Mono<Credentials> credentials(CredentialRequest request);

    /**
     * The server has refused a request. A source that kept these credentials drops them here, but only these: for a request
     * that was sent before a refresh the refusal comes after it.
     *
     * @param request with the scopes that the server has asked for now
     * @param sent the credentials that were refused
     * @return whether to ask for credentials and to send the request again; nothing means no. An error fails the request.
     */
    Mono<Boolean> refused(CredentialRequest request, Credentials sent, Refusal refusal);

    /**
     * A response, whatever its status, has a nonce for the next proof of possession (RFC 9449, 9). Called before
     * {@link #refused}, on the thread that reads the response: it must not block. Does nothing unless a source overrides it.
     */
    default void nonce(CredentialRequest request, String nonce) {}

    /** What is to be published among the events of a server; nothing by default. */
    default Flux<ConnectionEvent> events(String server) {
        return Flux.empty();
    }

    /** Always the same credentials, for every caller. */
    static CredentialSource fixed(Credentials credentials) {
        return new FixedCredentials(credentials);
    }
}
