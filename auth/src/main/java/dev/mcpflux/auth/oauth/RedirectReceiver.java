package dev.mcpflux.auth.oauth;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where an authorization server sends a person back to after the login. {@link #loopback} listens on this machine; an
 * application that has a page of its own for it implements this interface.
 */
@FunctionalInterface
public interface RedirectReceiver {

    /** Starts nothing: a handle, which is opened and closed for one login. */
    Listener listener();

    /** Receives the callback of one login. */
    interface Listener {

        /**
         * Begins to listen.
         *
         * @param preferred the address that the client is registered with, null if it is registered with none yet; another
         *     one leads to a new registration
         * @return emits the address to come back to. <em>Cancellation</em>: the caller closes the listener.
         */
        Mono<URI> open(@Nullable URI preferred);

        /**
         * The address that the person came back to, with its query.
         *
         * @param state of this login: a callback with another one does not count, whoever made it
         * @return emits it once. <em>Cancellation</em>: nobody waits any more.
         */
        Mono<URI> callback(String state);

        /** Stops listening; completes when that is done. May be called at any moment, and more than once. */
        Mono<Void> close();
    }

    /** Listens on a free port of {@code 127.0.0.1} for the time of a login (RFC 8252, 7.3). */
    static RedirectReceiver loopback() {
        return loopback(0);
    }

    /**
     * Listens on a port of {@code 127.0.0.1} for the time of a login. For clients that are registered with one address.
     *
     * @param port 0 for a free one
     */
    static RedirectReceiver loopback(int port) {
        return () -> new LoopbackListener("127.0.0.1", port, "/callback");
    }

    /**
     * Listens at an address of this machine for the time of a login. For clients that are registered with one address.
     *
     * @param address an {@code http} URL with the host {@code localhost}, {@code 127.0.0.1} or {@code [::1]}, a port and a path
     * @throws IllegalArgumentException if it is something else
     */
    static RedirectReceiver loopback(URI address) {
        String host = address.getHost();
        if (!"http".equalsIgnoreCase(address.getScheme())
                || host == null
                || !Reach.isLoopback(host)
                || address.getPort() < 0
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new IllegalArgumentException("expected an address of this machine, http://127.0.0.1:PORT/PATH");
        }
        String path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        return () -> new LoopbackListener(host, address.getPort(), path);
    }
}
