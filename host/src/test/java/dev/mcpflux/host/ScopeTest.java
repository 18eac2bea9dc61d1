package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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

    private boolean adopt(String name, Mono<Void> release) {
        return scope.adopt(entry(name, release));
    }

    private Scope.Entry entry(String name, Mono<Void> release) {
        return new Scope.Entry(name, release, Mono.fromCallable(() -> {
            log.add(name + " killed");
            return "its exit";
        }));
    }

    private Scope.Entry adopted(String name, Mono<Void> release) {
        Scope.Entry entry = entry(name, release);
        assertThat(scope.adopt(entry)).isTrue();
        return entry;
    }

    private Throwable failure(TestSubscriber<Void> closing) {
        assertThat(closing.isTerminated()).isTrue();
        return closing.expectTerminalError();
    }

    @Test
    void releasesTheLastFirstEachAfterTheOneBefore() {
        adopt("a", release("a", Duration.ofSeconds(1)));
        adopt("b", release("b", Duration.ofSeconds(1)));
        adopt("c", release("c", Duration.ofSeconds(1)));
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
        adopt("a", release.mono());
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
    void failuresAreCollected() {
        IllegalStateException first = new IllegalStateException("c failed");
        IllegalStateException second = new IllegalStateException("a failed");
        adopt("a", Mono.error(second));
        adopt("b", release("b", Duration.ZERO));
        adopt("c", Mono.error(first));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTime();
        assertThat(log).containsExactly("b begins", "b ended");
        assertThat(failure(closing))
                .isInstanceOf(McpShutdownException.class)
                .hasMessageContaining("c failed")
                .hasMessageContaining("a failed")
                .hasCause(first)
                .hasSuppressedException(second);
        StepVerifier.create(scope.closed()).verifyError(McpShutdownException.class);
    }

    @Test
    void aReleaseHasNoShareOfTheTime() {
        for (int i = 0; i < 38; i++) {
            adopt("quick" + i, Mono.empty());
        }
        adopt("slow", release("slow", Duration.ofMillis(6_500)));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofMillis(6_500));
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(log).containsExactly("slow begins", "slow ended");
    }

    @Test
    void aReleaseThatHangsLetsTheOthersEnd() {
        adopt("a", release("a", Duration.ofSeconds(3)));
        adopt("b", release("b", Duration.ofSeconds(3)));
        adopt("c", Mono.never());
        adopt("d", release("d", Duration.ofSeconds(1)));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofMillis(19_999));
        assertThat(log).containsExactly("d begins", "d ended");
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(log).containsExactly("d begins", "d ended", "b begins", "a begins");
        time.advanceTimeBy(Duration.ofMillis(9_999));
        assertThat(closing.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(log).endsWith("b ended", "a ended", "c killed");
        assertThat(failure(closing)).isInstanceOfSatisfying(McpShutdownException.class, e -> {
            assertThat(e.unfinished()).containsExactly(new McpShutdownException.Unfinished("c", "its exit", true));
            assertThat(e)
                    .hasMessage(
                            "the shutdown took longer than 30 s: server 'c' was waiting for its exit and was killed");
            assertThat(e.getCause()).isInstanceOfSatisfying(McpTimeoutException.class, cause -> {
                assertThat(cause.server()).isEqualTo("c");
                assertThat(cause.phase()).isEqualTo(McpTimeoutException.Phase.CLOSE);
            });
        });
    }

    @Test
    void manySlowReleasesEndTogetherBeforeTheLimit() {
        for (int i = 0; i < 100; i++) {
            adopt("s" + i, release("s" + i, Duration.ofSeconds(6)));
        }
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(26));
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(log).hasSize(200).startsWith("s99 begins", "s99 ended", "s98 begins");
    }

    @Test
    void allThatHangAreKilledAndNamed() {
        adopt("a", Mono.never());
        scope.adopt(new Scope.Entry("b", Mono.never(), Mono.never()));
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(log).containsExactly("a killed");
        assertThat(closing.isTerminated()).isFalse();
        time.advanceTimeBy(Scope.KILL_LIMIT);
        assertThat(failure(closing))
                .isInstanceOfSatisfying(
                        McpShutdownException.class,
                        e -> assertThat(e.unfinished())
                                .containsExactly(
                                        new McpShutdownException.Unfinished("b", "its end after it was killed", false),
                                        new McpShutdownException.Unfinished("a", "its exit", true)));
    }

    @Test
    void fiveThousandReleasesNeedNoStack() throws Exception {
        AtomicInteger released = new AtomicInteger();
        for (int i = 0; i < 5_000; i++) {
            adopt(
                    "s" + i,
                    i % 2 == 0
                            ? Mono.fromRunnable(released::incrementAndGet)
                            : Mono.<Void>error(new IllegalStateException("s"))
                                    .doOnError(e -> released.incrementAndGet()));
        }
        TestSubscriber<Void> closing = TestSubscriber.create();
        Thread small = new Thread(null, () -> scope.close().subscribe(closing), "small", 64 * 1024);
        small.start();
        small.join();
        assertThat(released).hasValue(5_000);
        assertThat(failure(closing)).isInstanceOf(McpShutdownException.class).hasMessageContaining("and 2490 more");
    }

    @Test
    void whatComesWhileItClosesIsNotTaken() {
        scope.close().block();
        assertThat(adopt("late", Mono.empty())).isFalse();
    }

    @Test
    void whoCancelsWaitsNoLongerAndTheReleaseGoesOn() {
        adopt("a", release("a", Duration.ofSeconds(1)));
        TestSubscriber<Void> impatient = TestSubscriber.create();
        scope.close().subscribe(impatient);
        impatient.cancel();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(log).containsExactly("a begins", "a ended");
        StepVerifier.create(scope.closed()).verifyComplete();
    }

    // -- one entry before the others

    @Test
    void releasedEntryLeavesTheOrderOfTheOthers() {
        adopt("a", release("a", Duration.ofSeconds(1)));
        Scope.Entry b = adopted("b", release("b", Duration.ofSeconds(1)));
        adopt("c", release("c", Duration.ofSeconds(1)));
        TestSubscriber<Void> releasing = TestSubscriber.create();
        scope.release(b).subscribe(releasing);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(releasing.isTerminatedComplete()).isTrue();
        scope.close().subscribe();
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(log).containsExactly("b begins", "b ended", "c begins", "c ended", "a begins", "a ended");
        StepVerifier.create(scope.closed()).verifyComplete();
    }

    @Test
    void releaseIsColdAndRunsOnce() {
        PublisherProbe<Void> release = PublisherProbe.empty();
        Scope.Entry a = adopted("a", release.mono());
        Mono<Void> releasing = scope.release(a);
        release.assertWasNotSubscribed();
        releasing.block();
        releasing.block();
        scope.release(a).block();
        scope.close().block();
        assertThat(release.subscribeCount()).isOne();
    }

    @Test
    void closeWaitsForAReleaseInItsPlace() {
        adopt("a", release("a", Duration.ofSeconds(1)));
        Scope.Entry b = adopted("b", release("b", Duration.ofSeconds(3)));
        adopt("c", release("c", Duration.ofSeconds(1)));
        TestSubscriber<Void> releasing = TestSubscriber.create();
        scope.release(b).subscribe(releasing);
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(log).containsExactly("b begins", "c begins", "c ended", "b ended", "a begins");
        assertThat(releasing.isTerminatedComplete()).isTrue();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void releaseWhileClosingWaitsForItsTurn() {
        Scope.Entry a = adopted("a", release("a", Duration.ofSeconds(1)));
        adopt("b", release("b", Duration.ofSeconds(1)));
        scope.close().subscribe();
        TestSubscriber<Void> releasing = TestSubscriber.create();
        scope.release(a).subscribe(releasing);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(log).containsExactly("b begins", "b ended", "a begins");
        assertThat(releasing.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(releasing.isTerminatedComplete()).isTrue();
    }

    @Test
    void errorOfAReleaseIsNotOneOfClosing() {
        IllegalStateException error = new IllegalStateException("a failed");
        Scope.Entry a = adopted("a", Mono.error(error));
        StepVerifier.create(scope.release(a)).verifyErrorMatches(e -> e == error);
        StepVerifier.create(scope.release(a)).verifyComplete();
        StepVerifier.create(scope.close()).verifyComplete();
    }

    @Test
    void hangingReleaseIsKilledByClosing() {
        Scope.Entry a = adopted("a", Mono.never());
        TestSubscriber<Void> releasing = TestSubscriber.create();
        scope.release(a).subscribe(releasing);
        TestSubscriber<Void> closing = TestSubscriber.create();
        scope.close().subscribe(closing);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(log).containsExactly("a killed");
        assertThat(releasing.isTerminatedComplete()).isTrue();
        assertThat(failure(closing)).isInstanceOf(McpShutdownException.class);
    }

    @Test
    void cancelledReleaseGoesOnAndIsForgotten() {
        Scope.Entry a = adopted("a", release("a", Duration.ofSeconds(1)));
        TestSubscriber<Void> impatient = TestSubscriber.create();
        scope.release(a).subscribe(impatient);
        impatient.cancel();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(log).containsExactly("a begins", "a ended");
        StepVerifier.create(scope.close()).verifyComplete();
        assertThat(log).hasSize(2);
    }

    @Test
    void unknownEntryIsReleasedAtOnce() {
        StepVerifier.create(scope.release(entry("a", Mono.never()))).verifyComplete();
    }
}
