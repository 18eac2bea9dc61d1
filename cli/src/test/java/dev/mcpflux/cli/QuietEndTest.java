package dev.mcpflux.cli;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class QuietEndTest {

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Sinks.Many<String> lines = Sinks.many().multicast().directBestEffort();
    private final Sinks.Empty<Void> started = Sinks.empty();
    private final Mono<Void> end = QuietEnd.of(started.asMono(), lines.asFlux(), timer);

    private void pass(long millis) {
        timer.advanceTimeBy(Duration.ofMillis(millis));
    }

    @Test
    void endsASecondAfterTheLastLine() {
        StepVerifier.create(end)
                .then(() -> pass(60_000))
                .then(started::tryEmitEmpty)
                .then(() -> pass(900))
                .then(() -> lines.tryEmitNext("a"))
                .then(() -> pass(999))
                .expectNoEvent(Duration.ofMillis(10))
                .then(() -> pass(1))
                .verifyComplete();
    }

    @Test
    void silentServerEndsAfterASecond() {
        StepVerifier.create(end)
                .then(started::tryEmitEmpty)
                .then(() -> pass(1000))
                .verifyComplete();
    }

    @Test
    void endlessTalkEndsAfterTenSeconds() {
        StepVerifier.create(QuietEnd.of(Mono.empty(), Flux.interval(Duration.ofMillis(500), timer), timer))
                .then(() -> pass(9_900))
                .expectNoEvent(Duration.ofMillis(10))
                .then(() -> pass(100))
                .verifyComplete();
    }
}
