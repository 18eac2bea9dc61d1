package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.transport.Connection;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * How both sides agree on a revision over a connection that is open: a chain of steps that ends in a {@link PeerInfo}.
 */
interface Negotiation {

    /** Emits what was agreed on, before the server is told that it is; fails with {@link dev.mcpflux.error.McpException}. */
    Mono<PeerInfo> negotiate(Attempt attempt);

    /** What is negotiated over. */
    interface Attempt {

        String server();

        /** What the era of the server is remembered by. */
        String origin();

        SessionOptions options();

        /** The connection; another one after {@link #again(McpException)}. */
        Connection connection();

        /**
         * Gives the connection up and opens a fresh one.
         *
         * @param because what happened over the first, for an error message if the second one is of no use either
         */
        Mono<Void> again(McpException because);

        /** What is left of the time for starting. */
        Duration left();
    }

    static Negotiation of(EraPolicy policy) {
        return switch (policy) {
            case AUTO -> new AutoNegotiation();
            case MODERN -> new ModernNegotiation();
            case LEGACY -> new LegacyHandshake();
        };
    }
}
