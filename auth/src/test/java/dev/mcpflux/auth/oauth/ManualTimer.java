package dev.mcpflux.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Time that passes when the test says so. It reports the delays that are begun, so that a test can wait for them. */
final class ManualTimer implements Scheduler {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Sinks.Many<Duration> delays = Sinks.many().replay().all();

    /** Lets time pass. */
    void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Waits until the code under test has begun so many delays of this length. */
    void awaitDelays(Duration delay, int count) {
        assertThat(delays.asFlux()
                        .filter(delay::equals)
                        .take(count)
                        .collectList()
                        .block(LIMIT))
                .hasSize(count);
    }

    /** Waits until the code under test has begun this delay, and lets it pass. */
    void pass(Duration delay) {
        awaitDelays(delay, 1);
        advance(delay);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return time.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Disposable scheduled = time.schedule(task, delay, unit);
        delays.emitNext(Duration.ofNanos(unit.toNanos(delay)), Sinks.EmitFailureHandler.busyLooping(LIMIT));
        return scheduled;
    }

    @Override
    public Worker createWorker() {
        return time.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return time.now(unit);
    }
}
