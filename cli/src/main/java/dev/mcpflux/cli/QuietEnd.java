package dev.mcpflux.cli;

import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The end of what servers print at their start: when all have started and nothing has come for a moment. */
final class QuietEnd {

    /** How long nothing must have come. */
    static final Duration QUIET = Duration.ofSeconds(1);

    /** A server that never stops printing is not waited for any longer than this after the start. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    private QuietEnd() {}

    /**
     * Completes when it has been quiet.
     *
     * @param started completes when every server is ready or has failed
     * @param lines emits for each line that was printed; hot
     */
    static Mono<Void> of(Publisher<?> started, Flux<?> lines, Scheduler timer) {
        Mono<Long> quiet = Flux.merge(Flux.just(0), lines)
                .switchMap(line -> Mono.delay(QUIET, timer))
                .next();
        return Flux.from(started)
                .then(Mono.defer(() -> quiet.takeUntilOther(Mono.delay(LONGEST, timer))))
                .then();
    }
}
