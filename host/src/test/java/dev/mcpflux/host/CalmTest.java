package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class CalmTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger calls = new AtomicInteger();
    private final TestSubscriber<Void> waiting = TestSubscriber.create();

    private void awaitCalm(Duration grace) {
        new Calm(calls::get, grace, time).await().subscribe(waiting);
    }

    private boolean calmAfter(long millis) {
        time.advanceTimeBy(Duration.ofMillis(millis));
        return waiting.isTerminatedComplete();
    }

    @Test
    void anIdleHostIsCalmAfterAMoment() {
        awaitCalm(Duration.ofSeconds(5));
        assertThat(calmAfter(199)).isFalse();
        assertThat(calmAfter(1)).isTrue();
    }

    @Test
    void aCallThatFollowsSoonIsWaitedForAsWell() {
        calls.set(1);
        awaitCalm(Duration.ofSeconds(5));
        assertThat(calmAfter(1_000)).isFalse();
        calls.set(0);
        assertThat(calmAfter(100)).isFalse();
        calls.set(1);
        assertThat(calmAfter(1_000)).isFalse();
        calls.set(0);
        assertThat(calmAfter(180)).isFalse();
        assertThat(calmAfter(40)).isTrue();
    }

    @Test
    void aCallThatDoesNotEndIsWaitedForInTheGraceOnly() {
        calls.set(1);
        awaitCalm(Duration.ofSeconds(5));
        assertThat(calmAfter(4_999)).isFalse();
        assertThat(calmAfter(1)).isTrue();
    }

    @Test
    void withoutAGraceNothingIsWaitedFor() {
        calls.set(1);
        awaitCalm(Duration.ZERO);
        assertThat(waiting.isTerminatedComplete()).isTrue();
    }
}
