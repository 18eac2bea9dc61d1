package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OneFlightTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ROUNDS = 1_000;

    private final OneFlight<String> flight = new OneFlight<>();
    private final AtomicInteger started = new AtomicInteger();

    private Mono<String> join(Mono<String> work) {
        return flight.join(() -> work.doOnSubscribe(subscription -> started.incrementAndGet()));
    }

    @Test
    void joiningStartsNothing() {
        join(Mono.just("a"));
        assertThat(started).hasValue(0);
        assertThat(flight.busy()).isFalse();
    }

    @Test
    void allThatWaitShareOneRun() {
        Sinks.One<String> result = Sinks.one();
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            join(result.asMono()).subscribe(received::add);
        }
        assertThat(flight.busy()).isTrue();
        result.tryEmitValue("a");
        assertThat(received).containsExactly("a", "a", "a");
        assertThat(started).hasValue(1);
        assertThat(flight.busy()).isFalse();
    }

    @Test
    void emptyWorkCompletesEach() {
        Sinks.One<String> result = Sinks.one();
        StepVerifier one =
                StepVerifier.create(join(result.asMono())).expectComplete().verifyLater();
        StepVerifier two =
                StepVerifier.create(join(result.asMono())).expectComplete().verifyLater();
        result.tryEmitEmpty();
        one.verify(LIMIT);
        two.verify(LIMIT);
    }

    @Test
    void errorFailsEachAndTheNextStartsAnew() {
        Sinks.One<String> result = Sinks.one();
        StepVerifier one = StepVerifier.create(join(result.asMono()))
                .expectErrorMessage("no")
                .verifyLater();
        StepVerifier two = StepVerifier.create(join(result.asMono()))
                .expectErrorMessage("no")
                .verifyLater();
        result.tryEmitError(new IllegalStateException("no"));
        one.verify(LIMIT);
        two.verify(LIMIT);
        assertThat(join(Mono.just("b")).block(LIMIT)).isEqualTo("b");
        assertThat(started).hasValue(2);
    }

    @Test
    void whoeverLearnsOfTheEndStartsAnew() {
        Mono<String> failing = join(Mono.error(new IllegalStateException("no")));
        assertThat(failing.onErrorResume(e -> join(Mono.just("again"))).block(LIMIT))
                .isEqualTo("again");
    }

    @Test
    void lastOneThatCancelsCancelsTheWork() {
        TestPublisher<String> work = TestPublisher.create();
        Disposable one = join(work.mono()).subscribe();
        Disposable two = join(work.mono()).subscribe();
        one.dispose();
        work.assertNotCancelled();
        two.dispose();
        work.assertCancelled();
        assertThat(flight.busy()).isFalse();
        assertThat(join(Mono.just("b")).block(LIMIT)).isEqualTo("b");
    }

    @Test
    void failingSupplierFailsTheJoin() {
        StepVerifier.create(flight.join(() -> {
                    throw new IllegalStateException("no");
                }))
                .expectErrorMessage("no")
                .verify(LIMIT);
        assertThat(flight.busy()).isFalse();
    }

    @Test
    void workSeesTheContextOfTheFirst() {
        Mono<String> work = flight.join(() -> Mono.deferContextual(context -> Mono.just(context.<String>get("who"))));
        assertThat(work.contextWrite(context -> context.put("who", "alice")).block(LIMIT))
                .isEqualTo("alice");
    }

    @Test
    void cancelWhileStartingCancelsTheWork() {
        TestPublisher<String> work = TestPublisher.create();
        StepVerifier.create(join(work.mono().doOnSubscribe(subscription -> work.assertSubscribers(0))))
                .thenCancel()
                .verify(LIMIT);
        work.assertCancelled();
        assertThat(flight.busy()).isFalse();
    }

    @Test
    void cancelAfterTheEndChangesNothing() {
        Sinks.One<String> second = Sinks.one();
        Disposable first = join(Mono.just("a")).subscribe();
        StepVerifier next = StepVerifier.create(join(second.asMono()))
                .expectNext("b")
                .expectComplete()
                .verifyLater();
        first.dispose();
        second.tryEmitValue("b");
        next.verify(LIMIT);
    }

    /** Lets both do their work at the same moment. */
    private static void race(Runnable one, Runnable two) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        Thread thread = new Thread(() -> {
            await(start);
            one.run();
        });
        thread.start();
        await(start);
        two.run();
        thread.join();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cancelOfOneNeverFailsAnother() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            OneFlight<String> racing = new OneFlight<>();
            Sinks.One<String> result = Sinks.one();
            AtomicInteger running = new AtomicInteger();
            Mono<String> work = racing.join(() -> result.asMono()
                    .doOnSubscribe(subscription -> running.incrementAndGet())
                    .doOnCancel(running::decrementAndGet));
            Disposable leaving = work.subscribe();
            Sinks.One<String> outcome = Sinks.one();
            race(
                    leaving::dispose,
                    () -> work.subscribe(outcome::tryEmitValue, outcome::tryEmitError, outcome::tryEmitEmpty));
            assertThat(racing.busy()).as("round %s", round).isTrue();
            work.subscribe(done -> {}, e -> {});
            assertThat(running).as("round %s", round).hasValue(1);
            result.tryEmitValue("a");
            assertThat(outcome.asMono().block(LIMIT)).isEqualTo("a");
        }
    }

    @Test
    void concurrentSubscribersShareOneRun() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            OneFlight<String> racing = new OneFlight<>();
            AtomicInteger runs = new AtomicInteger();
            Mono<String> work =
                    racing.join(() -> Mono.<String>never().doOnSubscribe(subscription -> runs.incrementAndGet()));
            race(work::subscribe, work::subscribe);
            assertThat(runs).hasValue(1);
        }
    }
}
