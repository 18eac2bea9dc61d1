package dev.mcpflux.auth.oauth;

import java.net.URI;
import reactor.core.publisher.Mono;

/**
 * One MCP server. It is not keyed by caller: what it keeps belongs to this side as a client, and to nobody in particular.
 *
 * @param interactive whether a person logs in
 * @param means emits what tokens are obtained with, made when it is needed first: a server that asks for none costs nothing
 */
record Target(
        String server, URI resource, OAuthOptions options, Problems problems, boolean interactive, Mono<Means> means) {

    /** What tokens are obtained with. */
    record Means(GuardedHttp http, Discovery discovery, Clients clients, TokenEndpoint tokens, GrantFlow flow) {
        /** Shows nothing. */
        @Override
        public String toString() {
            return "Means";
        }
    }

    /** Shows the name only. */
    @Override
    public String toString() {
        return "Target[" + server + "]";
    }
}
