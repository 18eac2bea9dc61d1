package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class BackoffTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void delaysGrowUpToTheLimit() {
        assertThat(LongStream.range(0, 8).mapToObj(Backoff.RESUBSCRIBE::delay).map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(Backoff.RESUBSCRIBE.delay(Long.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void fractionsOfMillisecondsAreCutOff() {
        Backoff backoff = new Backoff(Duration.ofMillis(5), SECOND, 1.5);
        assertThat(LongStream.range(0, 4).mapToObj(backoff::delay).map(Duration::toMillis))
                .containsExactly(5L, 7L, 11L, 16L);
    }

    @Test
    void jitterOnlyAdds() {
        Backoff backoff = new Backoff(SECOND, Duration.ofSeconds(2), 2);
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.delay(0, 0.1)).isBetween(SECOND, Duration.ofMillis(1100));
            assertThat(backoff.delay(9, 0.1)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2200));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 1, 2", "1, -1, 2", "1, 1, 0.5", "1, 1, NaN"})
    void delaysDoNotShrink(long first, long most, double growth) {
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(first), Duration.ofSeconds(most), growth))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void failedSourceIsSubscribedAgainLaterAndLater() {
        VirtualTimeScheduler timer = VirtualTimeScheduler.create();
        int[] attempts = {0};
        Flux<Object> failing = Flux.defer(() -> {
            attempts[0]++;
            return Flux.error(new IllegalStateException("again"));
        });
        StepVerifier.create(failing.retryWhen(Backoff.RESUBSCRIBE.retry(timer).jitter(0)))
                .then(() -> assertThat(attempts[0]).isEqualTo(1))
                .then(() -> timer.advanceTimeBy(SECOND))
                .then(() -> assertThat(attempts[0]).isEqualTo(2))
                .then(() -> timer.advanceTimeBy(SECOND))
                .then(() -> assertThat(attempts[0]).isEqualTo(2))
                .then(() -> timer.advanceTimeBy(SECOND))
                .then(() -> assertThat(attempts[0]).isEqualTo(3))
                .thenCancel()
                .verify();
    }
}
