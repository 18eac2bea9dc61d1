package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class DeadlineFluxTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Deadlines deadlines = new Deadlines(time);
    private final TestPublisher<String> source = TestPublisher.create();

    private Flux<String> total(long seconds) {
        return new DeadlineFlux<>(
                source.flux(),
                () -> "tools/call s__t",
                deadlines,
                (begin, last) -> begin + seconds * 1000,
                () -> new IllegalStateException("too late"));
    }

    private Flux<String> idle(long seconds) {
        return new DeadlineFlux<>(
                source.flux(),
                () -> "tools/call s__t",
                deadlines,
                (begin, last) -> last + seconds * 1000,
                () -> new IllegalStateException("silent"));
    }

    private static TestSubscriber<String> subscribe(Flux<String> flux) {
        TestSubscriber<String> subscriber = TestSubscriber.create();
        flux.subscribe(subscriber);
        return subscriber;
    }

    @Test
    void forwardsSignalsBeforeDeadline() {
        TestSubscriber<String> call = subscribe(total(10));
        source.next("a", "b").complete();
        assertThat(call.getReceivedOnNext()).containsExactly("a", "b");
        assertThat(call.isTerminatedComplete()).isTrue();
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void totalDeadlineAppliesDespiteSignals() {
        TestSubscriber<String> call = subscribe(total(10));
        for (int i = 0; i < 9; i++) {
            time.advanceTimeBy(Duration.ofSeconds(1));
            source.next("s");
        }
        time.advanceTimeBy(Duration.ofSeconds(1));
        source.assertCancelled();
        assertThat(call.getReceivedOnNext()).hasSize(9);
        assertThat(call.expectTerminalError()).hasMessage("too late");
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void eachSignalRestartsIdleTimeout() {
        TestSubscriber<String> call = subscribe(idle(10));
        for (int i = 0; i < 5; i++) {
            time.advanceTimeBy(Duration.ofSeconds(9));
            source.next("s");
        }
        assertThat(call.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(10));
        source.assertCancelled();
        assertThat(call.expectTerminalError()).hasMessage("silent");
    }

    @Test
    void errorIsForwardedAndRemovesDeadline() {
        TestSubscriber<String> call = subscribe(total(10));
        source.error(new IllegalArgumentException("broken"));
        assertThat(call.expectTerminalError()).hasMessage("broken");
        assertThat(deadlines.size()).isZero();
        time.advanceTimeBy(Duration.ofMinutes(1));
    }

    @Test
    void cancellingCancelsSourceOnceAndRemovesDeadline() {
        TestSubscriber<String> call = subscribe(total(10));
        call.cancel();
        call.cancel();
        source.assertCancelled(1);
        assertThat(deadlines.size()).isZero();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(call.isTerminated()).isFalse();
    }

    @Test
    void sourceThatEndsDuringSubscribeIsNotWatched() {
        TestSubscriber<String> call = subscribe(new DeadlineFlux<>(
                Flux.just("a"),
                () -> "tools/call s__t",
                deadlines,
                (begin, last) -> begin + 10,
                () -> new IllegalStateException("late")));
        assertThat(call.getReceivedOnNext()).containsExactly("a");
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void itsNameCanBeScanned() {
        AtomicReference<Scannable> running = new AtomicReference<>(Scannable.from(null));
        Flux<String> seen = new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super String> actual) {
                running.set(Scannable.from(actual));
                source.flux().subscribe(actual);
            }
        };
        Flux<String> flux = new DeadlineFlux<>(
                seen,
                () -> "tools/call s__t",
                deadlines,
                (begin, last) -> begin + 1000,
                () -> new IllegalStateException("late"));
        assertThat(Scannable.from(flux).name()).isEqualTo("tools/call s__t");
        assertThat(Scannable.from(flux.map(value -> value)).name()).isEqualTo("tools/call s__t");
        subscribe(flux);
        assertThat(running.get().name()).isEqualTo("tools/call s__t");
        source.complete();
        assertThat(running.get().scan(Scannable.Attr.TERMINATED)).isTrue();
    }

    @Test
    void demandIsForwarded() {
        TestSubscriber<String> call = TestSubscriber.builder().initialRequest(1).build();
        new DeadlineFlux<>(
                        Flux.just("a", "b"),
                        () -> "tools/call s__t",
                        deadlines,
                        (begin, last) -> begin + 10_000,
                        () -> new IllegalStateException("late"))
                .subscribe(call);
        assertThat(call.getReceivedOnNext()).containsExactly("a");
        call.request(1);
        assertThat(call.getReceivedOnNext()).containsExactly("a", "b");
    }

    @Test
    void eachSubscriptionHasItsOwnDeadline() {
        Flux<String> flux = total(10);
        TestSubscriber<String> first = subscribe(flux);
        time.advanceTimeBy(Duration.ofSeconds(6));
        TestSubscriber<String> second = subscribe(flux);
        time.advanceTimeBy(Duration.ofSeconds(6));
        assertThat(first.isTerminatedError()).isTrue();
        assertThat(second.isTerminated()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(6));
        assertThat(second.isTerminatedError()).isTrue();
    }

    @Test
    void rejectingTimerFailsSubscription() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        TestSubscriber<String> call = subscribe(new DeadlineFlux<>(
                source.flux(),
                () -> "tools/call s__t",
                new Deadlines(gone),
                (begin, last) -> begin + 1000,
                () -> new IllegalStateException("late")));
        assertThat(call.expectTerminalError()).isInstanceOf(RejectedExecutionException.class);
        source.assertCancelled();
    }

    /** Signals on one thread and the deadline on another: signals never overlap, and none follows the end. */
    @Test
    void concurrentSignalsAreSerialized() throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            TestPublisher<String> race = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
            AtomicInteger inside = new AtomicInteger();
            List<String> wrong = new ArrayList<>();
            CountDownLatch ended = new CountDownLatch(1);
            new DeadlineFlux<>(
                            race.flux(),
                            () -> "tools/call s__t",
                            deadlines,
                            (begin, last) -> begin + 1000,
                            () -> new IllegalStateException("late"))
                    .subscribe(new BaseSubscriber<>() {
                        @Override
                        protected void hookOnNext(String value) {
                            enter();
                        }

                        @Override
                        protected void hookOnError(Throwable e) {
                            enter();
                            ended.countDown();
                        }

                        private void enter() {
                            if (inside.getAndIncrement() != 0 || ended.getCount() == 0) {
                                wrong.add("at once, or after the end");
                            }
                            inside.decrementAndGet();
                        }
                    });
            Thread signals = new Thread(() -> {
                for (int n = 0; n < 50; n++) {
                    race.next("s");
                }
            });
            signals.start();
            time.advanceTimeBy(Duration.ofSeconds(2));
            signals.join();
            ended.await();
            assertThat(wrong).isEmpty();
        }
    }
}
