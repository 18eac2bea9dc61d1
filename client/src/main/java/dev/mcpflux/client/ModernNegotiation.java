package dev.mcpflux.client;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpMissingCapabilityException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.protocol.Discovery.DiscoverResult;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.transport.Connection;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * {@code server/discover} as the first request: it says whether the server is of the modern era, and which revision to
 * speak (specification 2026-07-28: basic/versioning; basic/transports/stdio, backward compatibility).
 */
final class ModernNegotiation implements Negotiation {

    /** What a probe found out. */
    sealed interface Outcome {

        /** The server is modern, and this was agreed on. */
        record Modern(PeerInfo peer) implements Outcome {}

        /** The server is of the legacy era; the error is what tells it. */
        record Legacy(McpException because) implements Outcome {}

        /** The server is modern, and speaks no revision that is known here. */
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
                return Replies.unhooked(ended.because());
            }
            McpException because = ((Outcome.Legacy) outcome).because();
            return Replies.unhooked(
                    because instanceof PeerErrorException || because instanceof McpHttpStatusException
                            ? new McpProtocolException(
                                    attempt.server(),
                                    "it does not speak the modern era of the protocol, and no other was asked for",
                                    Diagnostics.NONE,
                                    because)
                            : because);
        });
    }

    /** Emits what the server is. Fails if it is modern and nothing can be agreed on. */
    Mono<Outcome> probe(Attempt attempt) {
        return Mono.defer(() -> probe(
                        attempt.server(),
                        attempt.connection(),
                        attempt.options(),
                        ProtocolRevision.latestModern(),
                        true))
                // only a link that is gone says that the server ended; one that breaks off is no sign of an era
                .onErrorResume(
                        e -> e instanceof McpConnectionException
                                && attempt.connection().isTerminated(),
                        e -> Mono.just(new Outcome.Ended((McpException) e)));
    }

    private Mono<Outcome> probe(
            String server, Connection connection, SessionOptions options, ProtocolRevision revision, boolean again) {
        return Discover.ask(server, connection, options, revision, true)
                .map(result -> choose(connection, server, result))
                // an answer that does not fit at all is none of a modern server
                .onErrorResume(McpProtocolException.class, e -> Mono.just(new Outcome.Legacy(e)))
                .flatMap(ModernNegotiation::refuse)
                .onErrorResume(McpUnsupportedVersionException.class, e -> {
                    Optional<ProtocolRevision> other = ProtocolRevision.newest(ProtocolEra.MODERN, e.supported());
                    // once, also where it is the same: a server that names it will speak it
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
                        // what follows from a recognised modern error is an error of a modern server
                        e -> e instanceof PeerErrorException
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
            // what answers anything with anything is no modern server
            return new Outcome.Legacy(new McpProtocolException(
                    server, "the answer to " + Methods.DISCOVER + " names no supportedVersions"));
        }
        if (ProtocolRevision.newest(ProtocolEra.LEGACY, offered).isPresent()) {
            return new Outcome.Legacy(Discover.nothingInCommon(connection, server, offered));
        }
        return new Outcome.Nothing(Discover.nothingInCommon(connection, server, offered));
    }

    private static Mono<Outcome> refuse(Outcome outcome) {
        return outcome instanceof Outcome.Nothing nothing ? Replies.unhooked(nothing.because()) : Mono.just(outcome);
    }

    private static Mono<Outcome> legacyOrNothing(
            Connection connection, String server, List<String> offered, McpUnsupportedVersionException e) {
        if (ProtocolRevision.newest(ProtocolEra.LEGACY, offered).isPresent()) {
            return Mono.just(new Outcome.Legacy(e));
        }
        // one that refuses what it names is told as it is
        boolean contradicts =
                ProtocolRevision.newest(ProtocolEra.MODERN, offered).isPresent();
        return Mono.error(offered.isEmpty() || contradicts ? e : Discover.nothingInCommon(connection, server, offered));
    }
}
