package dev.mcpflux.transport.http.auth;

import dev.mcpflux.transport.http.HttpExchangeFilter;
import java.net.URI;

/**
 * Authorizes requests as a configuration says. The module {@code mcpflux-auth} has one; a framework may have another, for
 * example one that asks its own manager of tokens.
 */
@FunctionalInterface
public interface HttpAuthorizer {

    /**
     * The filter for one server. Called for each new connection, so tokens must outlive the filter.
     *
     * @param server the name of the server
     * @param resource its endpoint; it may hold secrets
     * @param authorization what is configured
     * @throws IllegalArgumentException if that makes no sense; the message quotes no secret
     */
    HttpExchangeFilter authorize(String server, URI resource, HttpAuthorization authorization);
}
