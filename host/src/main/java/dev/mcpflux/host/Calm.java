package dev.mcpflux.host;

import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Waits until no call has been under way for a moment: one that has just ended may be followed by another, of the same request
 * that the application is answering. Looks again and again, so that calls pay nothing for it.
 */
final class Calm {

    private static final Logger log = LoggerFactory.getLogger(Calm.class);

    private static final Duration LOOK = Duration.ofMillis(20);

    /** So many looks in a row have to find none: 200 ms. */
    private static final int LOOKS = 11;

    private final IntSupplier calls;
    private final Duration grace;
    private final Scheduler timer;

    Calm(IntSupplier calls, Duration grace, Scheduler timer) {
        this.calls = calls;
        this.grace = grace;
        this.timer = timer;
    }

    /** Completes then, or when the grace is over; never fails. */
    Mono<Void> await() {
        if (grace.isZero()) {
            return Mono.empty();
        }
        return Flux.interval(Duration.ZERO, LOOK, timer)
                .onBackpressureDrop()
                .scan(0, (quiet, tick) -> calls.getAsInt() == 0 ? quiet + 1 : 0)
                .filter(quiet -> quiet >= LOOKS)
                .next()
                .then()
                .timeout(
                        grace,
                        Mono.fromRunnable(() ->
                                log.warn("{} calls are still under way after {}; closing", calls.getAsInt(), grace)),
                        timer)
                // a timer that has been stopped already: then nothing is waited for
                .onErrorComplete();
    }
}
