package dev.mcpflux.session;

import dev.mcpflux.transport.Connection;
import reactor.core.publisher.Mono;

/**
 * How both sides agree on a revision over a connection that is open: a step of the chain that ends in a {@link PeerInfo}.
 */
interface Negotiation {

    /** Emits what was agreed on; fails with {@link dev.mcpflux.error.McpException}. */
    Mono<PeerInfo> negotiate(String server, Connection connection, SessionOptions options);
}
