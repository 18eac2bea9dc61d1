package dev.mcpflux.session;

import dev.mcpflux.error.PeerErrorException;
import dev.mcpflux.session.ModernNegotiation.Outcome;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

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
        return Mono.defer(() -> memory.recall(attempt.server())
                        .filter(era -> era == Era.LEGACY)
                        .map(known -> legacy.negotiate(attempt)
                                // it says no: it is not what it was
                                .onErrorResume(PeerErrorException.class, e -> {
                                    memory.forget(attempt.server());
                                    return detect(attempt);
                                }))
                        .orElseGet(() -> detect(attempt)))
                .doOnNext(peer -> memory.remember(attempt.server(), peer.era()));
    }

    private Mono<PeerInfo> detect(Attempt attempt) {
        // one probe, waited for twice: a server that is slow to start may answer it after the handshake was tried as
        // well
        Mono<Outcome> probe = modern.probe(attempt).cache();
        return probe.timeout(attempt.options().probeTimeout(), attempt.options().timer())
                .flatMap(outcome -> settle(attempt, outcome))
                .onErrorResume(TimeoutException.class, e -> both(attempt, probe));
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
                // a modern server says no to initialize, and may say so before it answers the probe
                .onErrorResume(e -> late.switchIfEmpty(Mono.error(e)));
        return Mono.firstWithSignal(handshake, late.switchIfEmpty(Mono.never()));
    }
}
