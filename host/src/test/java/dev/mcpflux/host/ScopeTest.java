package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class ScopeTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Scope scope = new Scope(Duration.ofSeconds(30), time);
    private final List<String> log = new CopyOnWriteArrayList<>();

    private Mono<Void> release(String name, Duration takes) {
        return Mono.defer(() -> {
            log.add(name + " begins");
            return Mono.delay(takes, time)
                    .doOnNext(t -> log.add(name + " ended"))
                    .then();
        });
    }

    @Test
    void releasesTheLastFirstEachAfterTheOneBefore() {
        scope.adopt("a", release("a", Duration.ofSeconds(1)));
        scope.adopt("b", release("b", Duration.ofSeconds(1)));
        scope.adopt("c", release("c", Duration.ofSeconds(1)));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(log).containsExactly("c begins", "c ended", "b begins", "b ended", "a begins", "a ended");
        assertThat(closing.isTerminatedComplete()).isTrue();
        StepVerifier.create(scope.closed()).verifyComplete();
    }

    @Test
    void nothingIsReleasedBeforeItIsClosedAndThenOnce() {
        PublisherProbe<Void> release = PublisherProbe.empty();
        scope.adopt("a", release.mono());
        TestSubscriber<Void> closed = TestSubscriber.create();
        scope.closed().subscribe(closed);
        release.assertWasNotSubscribed();
        assertThat(closed.isTerminated()).isFalse();
        scope.close().block();
        scope.close().block();
        assertThat(release.subscribeCount()).isOne();
        assertThat(closed.isTerminatedComplete()).isTrue();
    }

    @Test
    void whatFailsKeepsNobodyFromBeingReleasedAndIsTold() {
        IllegalStateException first = new IllegalStateException("c failed");
        IllegalStateException second = new IllegalStateException("a failed");
        scope.adopt("a", Mono.error(second));
        scope.adopt("b", release("b", Duration.ZERO));
        scope.adopt("c", Mono.error(first));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTime();
        assertThat(log).containsExactly("b begins", "b ended");
        assertThat(closing.expectTerminalError()).isSameAs(first).hasSuppressedException(second);
        StepVerifier.create(scope.closed()).verifyErrorMessage("c failed");
    }

    @Test
    void oneThatHangsIsLeftBehindAfterItsShareAndTheDeadlineHolds() {
        scope.adopt("a", release("a", Duration.ofSeconds(1)));
        scope.adopt("b", Mono.never());
        scope.adopt("c", release("c", Duration.ofSeconds(1)));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(log).containsExactly("c begins", "c ended", "a begins", "a ended");
        assertThat(closing.expectTerminalError()).isInstanceOfSatisfying(McpTimeoutException.class, e -> {
            assertThat(e.server()).isEqualTo("b");
            assertThat(e.phase()).isEqualTo(McpTimeoutException.Phase.CLOSE);
        });
    }

    @Test
    void whatComesWhileItClosesIsNotTaken() {
        scope.close().block();
        assertThat(scope.adopt("late", Mono.empty())).isFalse();
    }

    @Test
    void whoCancelsWaitsNoLongerAndTheReleaseGoesOn() {
        scope.adopt("a", release("a", Duration.ofSeconds(1)));
        TestSubscriber<Void> impatient = TestSubscriber.create();
        scope.close().subscribe(impatient);
        impatient.cancel();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(log).containsExactly("a begins", "a ended");
        StepVerifier.create(scope.closed()).verifyComplete();
    }
}
