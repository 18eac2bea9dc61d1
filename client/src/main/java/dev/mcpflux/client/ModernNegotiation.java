package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpMissingCapabilityException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.protocol.Discovery.DiscoverResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.spi.Connection;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Sends {@code server/discover} as the first request, which determines whether the server is modern and which revision
 * to use (specification 2026-07-28: basic/versioning; basic/transports/stdio, backward compatibility).
 */
final class ModernNegotiation implements Negotiation {

    /** The result of a probe. */
    sealed interface Outcome {

        /** The server is modern, and this was negotiated. */
        record Modern(PeerInfo peer) implements Outcome {}

        /** The server is legacy, as this error shows. */
        record Legacy(McpException because) implements Outcome {}

        /** The server is modern, and there is no common revision. */
        record Nothing(McpException because) implements Outcome {}

        /** The server ended instead of answering. */
        record Ended(McpException because) implements Outcome {}
    }

    @Override
    public Mono<PeerInfo> negotiate(Attempt attempt) {
        return probe(attempt).flatMap(outcome -> {
            if (outcome instanceof Outcome.Modern modern) {
                return Mono.just(modern.peer());
            }
            if (outcome instanceof Outcome.Ended ended) {
                return Responses.unhooked(ended.because());
            }
            McpException because = ((Outcome.Legacy) outcome).because();
            return Responses.unhooked(
                    because instanceof McpPeerErrorException || because instanceof McpHttpStatusException
                            ? new McpProtocolException(
                                    attempt.server(),
                                    "it does not speak the modern era of the protocol, and only that era is allowed",
                                    Diagnostics.NONE,
                                    because)
                            : because);
        });
    }

    /** Emits the result of the probe. Fails if the server is modern but the negotiation failed. */
    Mono<Outcome> probe(Attempt attempt) {
        return Mono.defer(() -> probe(
                        attempt.server(),
                        attempt.connection(),
                        attempt.options(),
                        ProtocolRevision.latestModern(),
                        true))
                // only a lost connection means that the server ended; a stream that breaks does not identify an era
                .onErrorResume(
                        e -> e instanceof McpConnectionException
                                && attempt.connection().isTerminated(),
                        e -> Mono.just(new Outcome.Ended((McpException) e)));
    }

    private Mono<Outcome> probe(
            String server, Connection connection, SessionOptions options, ProtocolRevision revision, boolean again) {
        return Discover.ask(server, connection, options, revision, true)
                .map(result -> choose(connection, server, result))
                // a modern server does not send an invalid response
                .onErrorResume(McpProtocolException.class, e -> Mono.just(new Outcome.Legacy(e)))
                .flatMap(ModernNegotiation::refuse)
                .onErrorResume(McpUnsupportedVersionException.class, e -> {
                    Optional<ProtocolRevision> other = ProtocolRevision.newest(ProtocolEra.MODERN, e.supported());
                    // once, even for the same revision: a server that names a revision is expected to support it
                    if (other.isPresent() && again) {
                        return probe(server, connection, options, other.get(), false);
                    }
                    return legacyOrNothing(connection, server, e.supported(), e);
                })
                // "If the body is empty or is not a recognized modern JSON-RPC error, fall back to initialize"
                .onErrorResume(
                        McpHttpStatusException.class,
                        e -> e.isTransient() || e.isAboutAuthorization()
                                ? Mono.error(e)
                                : Mono.just(new Outcome.Legacy(e)))
                .onErrorResume(
                        // an error after a recognised modern error comes from a modern server
                        e -> e instanceof McpPeerErrorException
                                && !(e instanceof McpUnsupportedVersionException)
                                && !(e instanceof McpMissingCapabilityException)
                                && !(e instanceof McpHeaderMismatchException),
                        e -> Mono.just(new Outcome.Legacy((McpException) e)));
    }

    private static Outcome choose(Connection connection, String server, DiscoverResult result) {
        List<String> offered = result.supportedVersions();
        Optional<ProtocolRevision> revision = ProtocolRevision.newest(ProtocolEra.MODERN, offered);
        if (revision.isPresent()) {
            return new Outcome.Modern(Discover.peer(server, revision.get(), result));
        }
        if (offered.isEmpty()) {
            // a server that echoes or answers everything is not a modern one
            return new Outcome.Legacy(new McpProtocolException(
                    server, "the answer to " + Methods.DISCOVER + " names no supportedVersions"));
        }
        if (ProtocolRevision.newest(ProtocolEra.LEGACY, offered).isPresent()) {
            return new Outcome.Legacy(Discover.nothingInCommon(connection, server, offered));
        }
        return new Outcome.Nothing(Discover.nothingInCommon(connection, server, offered));
    }

    private static Mono<Outcome> refuse(Outcome outcome) {
        return outcome instanceof Outcome.Nothing nothing ? Responses.unhooked(nothing.because()) : Mono.just(outcome);
    }

    private static Mono<Outcome> legacyOrNothing(
            Connection connection, String server, List<String> offered, McpUnsupportedVersionException e) {
        if (ProtocolRevision.newest(ProtocolEra.LEGACY, offered).isPresent()) {
            return Mono.just(new Outcome.Legacy(e));
        }
        // a server that rejects the revision it names is reported as an error
        boolean contradicts =
                ProtocolRevision.newest(ProtocolEra.MODERN, offered).isPresent();
        return Mono.error(offered.isEmpty() || contradicts ? e : Discover.nothingInCommon(connection, server, offered));
    }
}
