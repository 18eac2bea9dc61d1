package dev.mcpflux.client;

import dev.mcpflux.client.ModernNegotiation.Outcome;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Negotiates the modern era if the server supports it, else the legacy era (specification 2026-07-28:
 * basic/transports/stdio, backward compatibility). The era of a server is remembered, and determined again when the
 * remembered one fails.
 */
final class AutoNegotiation implements Negotiation {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** If less than this fraction of the start timeout is left, a server is not restarted. */
    private static final int LAST_PART = 20;

    private final ModernNegotiation modern = new ModernNegotiation();
    private final LegacyHandshake legacy = new LegacyHandshake();

    @Override
    public Mono<PeerInfo> negotiate(Attempt attempt) {
        EraMemory memory = attempt.memory();
        return Mono.defer(() -> {
                    if (memory.recall(attempt.origin()).orElse(ProtocolEra.MODERN) != ProtocolEra.LEGACY) {
                        return detect(attempt, true);
                    }
                    // remembered again once it has been confirmed: "re-probing if the cached assumption later fails"
                    memory.forget(attempt.origin());
                    // a server that rejects the handshake has changed since
                    return legacy.negotiate(attempt)
                            .onErrorResume(AutoNegotiation::saysNo, e -> detect(attempt, false));
                })
                .doOnNext(peer -> memory.remember(attempt.origin(), peer.era()));
    }

    private static boolean saysNo(Throwable e) {
        return e instanceof McpPeerErrorException || (e instanceof McpHttpStatusException http && !http.isTransient());
    }

    /**
     * Whether a server rejects the handshake because it is modern. Such a server answers the probe, even if slowly.
     */
    private static boolean namesModern(Throwable e) {
        return e instanceof McpUnsupportedVersionException refusal
                && ProtocolRevision.newest(ProtocolEra.MODERN, refusal.supported())
                        .isPresent();
    }

    /**
     * Determines the era with a probe.
     *
     * @param fresh whether the probe is the first message to the server; if so, the probe may be the reason why the
     *     server rejects the handshake that follows
     */
    private Mono<PeerInfo> detect(Attempt attempt, boolean fresh) {
        // one probe with two subscribers: a slow server may answer it after the handshake was tried as well
        Sinks.Empty<Void> decided = Sinks.empty();
        Mono<Outcome> probe =
                modern.probe(attempt).takeUntilOther(decided.asMono()).cache();
        return decide(attempt, probe, fresh)
                // cancels a probe whose outcome can no longer matter
                .doOnTerminate(decided::tryEmitEmpty);
    }

    private Mono<PeerInfo> decide(Attempt attempt, Mono<Outcome> probe, boolean fresh) {
        return probe.timeout(patience(attempt.options()), attempt.options().timer())
                .flatMap(outcome -> settle(attempt, outcome, fresh))
                .onErrorResume(
                        TimeoutException.class,
                        // a server that has not got the probe yet, since a person has to log in first, is not silent
                        e -> attempt.connection().holdsBack()
                                ? decide(attempt, probe, fresh)
                                : both(attempt, probe, fresh));
    }

    /** Leaves enough time for the handshake. */
    private static Duration patience(SessionOptions options) {
        Duration most = options.startTimeout().dividedBy(3);
        return options.probeTimeout().compareTo(most) < 0 ? options.probeTimeout() : most;
    }

    private Mono<PeerInfo> settle(Attempt attempt, Outcome outcome, boolean fresh) {
        if (outcome instanceof Outcome.Modern found) {
            return Mono.just(found.peer());
        }
        if (outcome instanceof Outcome.Ended ended) {
            return startAgain(attempt, ended.because());
        }
        Mono<PeerInfo> handshake = legacy.negotiate(attempt);
        if (!fresh) {
            return handshake;
        }
        if (outcome instanceof Outcome.Legacy old && !isOrdinary(old.because())) {
            Duration half = attempt.left().dividedBy(2);
            handshake = handshake.timeout(
                    half,
                    Mono.error(() -> silent(attempt, half)),
                    attempt.options().timer());
        }
        return handshake.onErrorResume(e -> mayBeSpoilt(attempt, e), e -> startAgain(attempt, (McpException) e));
    }

    /**
     * Whether this is a usual error of a legacy server for an unknown method, or for a request before the handshake.
     */
    private static boolean isOrdinary(McpException refusal) {
        return refusal instanceof McpPeerErrorException peer
                && (peer.error().code() == JsonRpcError.METHOD_NOT_FOUND
                        || peer.error().code() == JsonRpcError.INVALID_PARAMS
                        || peer.error().code() == JsonRpcError.INVALID_REQUEST);
    }

    private static McpException silent(Attempt attempt, Duration limit) {
        return new McpTimeoutException(
                attempt.server(),
                McpTimeoutException.Phase.HANDSHAKE,
                "the handshake after the probe",
                limit,
                attempt.connection().diagnostics());
    }

    /**
     * Whether the preceding probe may be the reason why the handshake failed: some bridges create their only session at
     * the first request, whatever its method, and refuse to create another.
     */
    private static boolean mayBeSpoilt(Attempt attempt, Throwable e) {
        return e instanceof McpPeerErrorException
                || e instanceof McpTimeoutException
                || (e instanceof McpConnectionException && attempt.connection().isTerminated());
    }

    /** Restarts the server and sends the handshake without a probe; the resulting era is remembered. */
    private Mono<PeerInfo> startAgain(Attempt attempt, McpException because) {
        if (attempt.left().compareTo(attempt.options().startTimeout().dividedBy(LAST_PART)) < 0) {
            // too late: fail with the original error
            return Mono.error(because);
        }
        log.debug("[{}] is restarted without a probe: {}", attempt.server(), SafeText.line(because));
        return attempt.again(because)
                .then(Mono.defer(() -> legacy.negotiate(attempt)))
                .onErrorMap(McpException.class, e -> StartFailures.ofBoth(attempt.server(), because, e));
    }

    /** The server has not answered the probe, so it also gets the handshake; the first answer decides. */
    private Mono<PeerInfo> both(Attempt attempt, Mono<Outcome> probe, boolean fresh) {
        Mono<PeerInfo> late = probe.onErrorComplete()
                .flatMap(outcome -> outcome instanceof Outcome.Modern found ? Mono.just(found.peer()) : Mono.empty());
        Mono<PeerInfo> handshake = legacy.negotiate(attempt)
                // a modern server rejects initialize, maybe before it answers the probe; a slow server may end only now
                // because of the probe
                .onErrorResume(e -> probe.onErrorComplete()
                        .filter(outcome -> outcome instanceof Outcome.Modern
                                || (outcome instanceof Outcome.Ended && e instanceof McpConnectionException))
                        // without an answer to the probe, the rejection is the error to report
                        .takeUntilOther(
                                namesModern(e)
                                        ? Mono.never()
                                        : Mono.delay(
                                                patience(attempt.options()),
                                                attempt.options().timer()))
                        .flatMap(outcome -> settle(attempt, outcome, fresh))
                        .switchIfEmpty(Mono.defer(() -> fresh && mayBeSpoilt(attempt, e)
                                ? startAgain(attempt, (McpException) e)
                                : Mono.error(e))));
        return Mono.firstWithSignal(handshake, late.switchIfEmpty(Mono.never()));
    }
}
