package dev.mcpflux.client;

import dev.mcpflux.error.McpException;
import dev.mcpflux.transport.spi.Connection;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Negotiates a revision over an open connection. */
interface Negotiation {

    /**
     * Emits the result of the negotiation, before the server is notified of it. Fails with
     * {@link dev.mcpflux.error.McpException}.
     */
    Mono<PeerInfo> negotiate(Attempt attempt);

    /** One attempt to negotiate. */
    interface Attempt {

        String server();

        /** The key under which the era of the server is remembered. */
        String origin();

        SessionOptions options();

        /** Remembers the era of each server. */
        EraMemory memory();

        /** The connection; a different one after {@link #again(McpException)}. */
        Connection connection();

        /**
         * Closes the connection and opens a new one.
         *
         * @param because the failure of the first connection, for the error message if the second one fails too
         */
        Mono<Void> again(McpException because);

        /** The remaining time for the start. */
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
