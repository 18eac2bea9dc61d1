package dev.mcpflux.session;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.session.ModernNegotiation.Outcome;
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

    private final ModernNegotiation modern = new ModernNegotiation();
    private final LegacyHandshake legacy = new LegacyHandshake();

    @Override
    public Mono<PeerInfo> negotiate(Attempt attempt) {
        EraMemory memory = attempt.options().memory();
        return Mono.defer(() -> {
                    if (memory.recall(attempt.origin()).orElse(Era.MODERN) != Era.LEGACY) {
                        return detect(attempt);
                    }
                    // known again once it has held again: "re-probing if the cached assumption later fails"
                    memory.forget(attempt.origin());
                    // a server that says no is not what it was
                    return legacy.negotiate(attempt).onErrorResume(AutoNegotiation::saysNo, e -> detect(attempt));
                })
                .doOnNext(peer -> memory.remember(attempt.origin(), peer.era()));
    }

    private static boolean saysNo(Throwable e) {
        return e instanceof PeerErrorException || (e instanceof McpHttpStatusException http && !http.isTransient());
    }

    /** Whether a server refuses the handshake since it is modern: then it will answer the probe, however slow it is. */
    private static boolean namesModern(Throwable e) {
        return e instanceof McpUnsupportedVersionException refusal
                && ProtocolRevision.newest(Era.MODERN, refusal.supported()).isPresent();
    }

    private Mono<PeerInfo> detect(Attempt attempt) {
        // one probe, waited for twice: a server that is slow to start may answer it after the handshake was tried as
        // well
        Sinks.Empty<Void> decided = Sinks.empty();
        Mono<Outcome> probe =
                modern.probe(attempt).takeUntilOther(decided.asMono()).cache();
        return probe.timeout(patience(attempt.options()), attempt.options().timer())
                .flatMap(outcome -> settle(attempt, outcome))
                .onErrorResume(TimeoutException.class, e -> both(attempt, probe))
                // nobody waits for a probe that decides nothing any more
                .doOnTerminate(decided::tryEmitEmpty);
    }

    /** The handshake has to have its share of the time, too. */
    private static Duration patience(SessionOptions options) {
        Duration most = options.startTimeout().dividedBy(3);
        return options.probeTimeout().compareTo(most) < 0 ? options.probeTimeout() : most;
    }

    private Mono<PeerInfo> settle(Attempt attempt, Outcome outcome) {
        if (outcome instanceof Outcome.Modern found) {
            return Mono.just(found.peer());
        }
        if (outcome instanceof Outcome.Ended ended) {
            log.debug(
                    "[{}] ended when it was probed, so it is started again: {}",
                    attempt.server(),
                    ended.because().getMessage());
            return attempt.again().then(Mono.defer(() -> legacy.negotiate(attempt)));
        }
        return legacy.negotiate(attempt);
    }

    /** The server is silent: whichever it answers. */
    private Mono<PeerInfo> both(Attempt attempt, Mono<Outcome> probe) {
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
                        .flatMap(outcome -> settle(attempt, outcome))
                        .switchIfEmpty(Mono.error(e)));
        return Mono.firstWithSignal(handshake, late.switchIfEmpty(Mono.never()));
    }
}
