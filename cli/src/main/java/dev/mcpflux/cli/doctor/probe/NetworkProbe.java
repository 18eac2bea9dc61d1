package dev.mcpflux.cli.doctor.probe;

import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Asks the network. Cold; <em>cancellation</em> closes the connection. */
public interface NetworkProbe {

    /** Looks a host up; fails with {@link java.net.UnknownHostException}. */
    Mono<Void> resolve(String host);

    /** Connects to an address, and closes the connection; fails with {@link java.io.IOException}. */
    Mono<Void> connect(String host, int port);

    /**
     * Connects to an address by TLS, and closes the connection.
     *
     * @return when the certificate expires; fails with {@link java.io.IOException} where it is not accepted
     */
    Mono<Instant> certificate(String host, int port);

    /**
     * The network of this machine.
     *
     * @param limit how long connecting, and each answer, may take
     */
    static NetworkProbe ofThisMachine(Duration limit) {
        return new SocketProbe(limit);
    }
}
