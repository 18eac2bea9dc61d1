package dev.mcpflux.client;

import dev.mcpflux.client.ModernNegotiation.Outcome;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The modern era where the server speaks it, else the legacy one (specification 2026-07-28: basic/transports/stdio,
 * backward compatibility). What a server turned out to be is remembered, and found out anew when it is not true any more.
 */
final class AutoNegotiation implements Negotiation {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** With less than this part of the time for starting left, a server is not started again. */
    private static final int LAST_PART = 20;

    private final ModernNegotiation modern = new ModernNegotiation();
    private final LegacyHandshake legacy = new LegacyHandshake();

    @Override
    public Mono<PeerInfo> negotiate(Attempt attempt) {
        EraMemory memory = attempt.options().memory();
        return Mono.defer(() -> {
                    if (memory.recall(attempt.origin()).orElse(ProtocolEra.MODERN) != ProtocolEra.LEGACY) {
                        return detect(attempt, true);
                    }
                    // known again once it has held again: "re-probing if the cached assumption later fails"
                    memory.forget(attempt.origin());
                    // a server that says no is not what it was
                    return legacy.negotiate(attempt)
                            .onErrorResume(AutoNegotiation::saysNo, e -> detect(attempt, false));
                })
                .doOnNext(peer -> memory.remember(attempt.origin(), peer.era()));
    }

    private static boolean saysNo(Throwable e) {
        return e instanceof PeerErrorException || (e instanceof McpHttpStatusException http && !http.isTransient());
    }

    /** Whether a server refuses the handshake since it is modern: then it will answer the probe, however slow it is. */
    private static boolean namesModern(Throwable e) {
        return e instanceof McpUnsupportedVersionException refusal
                && ProtocolRevision.newest(ProtocolEra.MODERN, refusal.supported())
                        .isPresent();
    }

    /**
     * Finds out by a probe.
     *
     * @param fresh whether the probe is the first thing that the server hears: then a refusal of the handshake that follows
     *     may come of it
     */
    private Mono<PeerInfo> detect(Attempt attempt, boolean fresh) {
        // one probe, waited for twice: a server that is slow to start may answer it after the handshake was tried as
        // well
        Sinks.Empty<Void> decided = Sinks.empty();
        Mono<Outcome> probe =
                modern.probe(attempt).takeUntilOther(decided.asMono()).cache();
        return probe.timeout(patience(attempt.options()), attempt.options().timer())
                .flatMap(outcome -> settle(attempt, outcome, fresh))
                .onErrorResume(TimeoutException.class, e -> both(attempt, probe, fresh))
                // nobody waits for a probe that decides nothing any more
                .doOnTerminate(decided::tryEmitEmpty);
    }

    /** The handshake has to have its share of the time, too. */
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

    /** Whether this is how servers of the legacy era answer what they do not know, or do not expect before a handshake. */
    private static boolean isOrdinary(McpException refusal) {
        return refusal instanceof PeerErrorException peer
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
     * Whether a handshake may have failed since the server was probed before: some bridges begin their only session at the
     * first request, whatever that is, and refuse to begin another one.
     */
    private static boolean mayBeSpoilt(Attempt attempt, Throwable e) {
        return e instanceof PeerErrorException
                || e instanceof McpTimeoutException
                || (e instanceof McpConnectionException && attempt.connection().isTerminated());
    }

    /** Starts the server once more and greets it the old way, without the probe; what came of that is remembered. */
    private Mono<PeerInfo> startAgain(Attempt attempt, McpException because) {
        if (attempt.left().compareTo(attempt.options().startTimeout().dividedBy(LAST_PART)) < 0) {
            // too late: what is known is why it failed
            return Mono.error(because);
        }
        log.debug("[{}] is started again and not probed: {}", attempt.server(), SafeText.line(because));
        return attempt.again(because)
                .then(Mono.defer(() -> legacy.negotiate(attempt)))
                .onErrorMap(McpException.class, e -> StartFailures.ofBoth(attempt.server(), because, e));
    }

    /** The server is silent: whichever it answers. */
    private Mono<PeerInfo> both(Attempt attempt, Mono<Outcome> probe, boolean fresh) {
        Mono<PeerInfo> late = probe.onErrorComplete()
                .flatMap(outcome -> outcome instanceof Outcome.Modern found ? Mono.just(found.peer()) : Mono.empty());
        Mono<PeerInfo> handshake = legacy.negotiate(attempt)
                // a modern server says no to initialize, and may say so before it answers the probe; one that was slow
                // to
                // start may end at the probe only now
                .onErrorResume(e -> probe.onErrorComplete()
                        .filter(outcome -> outcome instanceof Outcome.Modern
                                || (outcome instanceof Outcome.Ended && e instanceof McpConnectionException))
                        // one that stays silent: then the refusal is what there is to tell
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
