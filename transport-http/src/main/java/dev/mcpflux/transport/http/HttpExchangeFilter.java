package dev.mcpflux.transport.http;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sees every HTTP request of a connection before it is sent, and the head of every response before its body is read: POST and
 * DELETE, the streams of both transports, each redirect that is followed, each repeated attempt. Authorization belongs here: it
 * may need time to get a token before a request is sent. Called on any thread, for several requests at a time.
 *
 * <p><em>Cancellation</em>: cancelling a request cancels the publisher of this filter that it waits for.
 */
public interface HttpExchangeFilter {

    /** How often one request is sent at most. */
    int MAX_ATTEMPTS = 3;

    /**
     * A request.
     *
     * @param url where it goes, after redirects
     * @param caller the caller of the request
     * @param attempt 1 for the first time it is sent
     * @param added the headers that this filter has added to it; none before it is asked for them
     */
    record Request(HttpMethod method, URI url, Caller caller, int attempt, Map<String, String> added) {

        /** The URL and the headers of a caller may hold secrets. */
        @Override
        public String toString() {
            return "Request[" + method + ", attempt " + attempt + "]";
        }
    }

    /**
     * The head of a response.
     *
     * @param headers of the response; valid until the publisher of {@link #sendAgain} has ended
     */
    record Response(int status, HttpHeaders headers) {

        /** The authentication challenges of the server ({@code WWW-Authenticate}); empty if it sent none. */
        public List<AuthChallenge> challenges() {
            return ChallengeParser.parse(headers.getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        }

        /** The headers may hold secrets. */
        @Override
        public String toString() {
            return "Response[" + status + "]";
        }
    }

    /**
     * The headers to add to a request, which replace those that are configured and those of the caller; an empty value takes one
     * away. The transport sets its own after them. Their values are masked wherever the server shows them.
     *
     * @return emits them before the request is sent, or completes where there are none; an error fails the request, which has
     *     then not been sent
     */
    Mono<Map<String, String>> headers(Request request);

    /**
     * Decides whether the request is sent again, with the same body and new {@linkplain #headers headers}: then the body of this
     * response is discarded. At the last of {@value #MAX_ATTEMPTS} attempts the answer does not count.
     *
     * @return whether it is sent again; nothing means no. An error fails the request.
     */
    Mono<Boolean> sendAgain(Request request, Response response);

    /**
     * What is to be published among the events of each connection that has this filter; nothing by default. Subscribed when a
     * connection is opened, and cancelled when it is closed.
     */
    default Flux<ConnectionEvent> events() {
        return Flux.empty();
    }
}
