package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

class OnceMonoTest {

    private final AtomicInteger runs = new AtomicInteger();
    private final TestPublisher<String> work = TestPublisher.create();
    private final Mono<String> once = Callbacks.once(() -> {
        runs.incrementAndGet();
        return work.mono();
    });

    private static TestSubscriber<String> subscriber() {
        return TestSubscriber.create();
    }

    @Test
    void runsForTheFirstSubscriberAndServesAll() {
        assertThat(runs).hasValue(0);
        List<TestSubscriber<String>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(subscriber());
            once.subscribe(all.get(i));
        }
        work.emit("done");
        all.add(subscriber());
        once.subscribe(all.get(3));
        assertThat(runs).hasValue(1);
        assertThat(all).allSatisfy(each -> {
            assertThat(each.getReceivedOnNext()).containsExactly("done");
            assertThat(each.isTerminatedComplete()).isTrue();
        });
    }

    @Test
    void errorAndEmptinessAreServedToAll() {
        once.subscribe(v -> {}, e -> {});
        work.error(new IllegalStateException("no"));
        StepVerifier.create(once).verifyErrorMessage("no");
        Mono<String> empty = Callbacks.once(Mono::empty);
        StepVerifier.create(empty).verifyComplete();
        StepVerifier.create(empty).verifyComplete();
        Mono<String> throwing = Callbacks.once(() -> {
            throw new IllegalStateException("thrown");
        });
        StepVerifier.create(throwing).verifyErrorMessage("thrown");
        StepVerifier.create(throwing).verifyErrorMessage("thrown");
    }

    @Test
    void cancellationStopsWaitingOnly() {
        TestSubscriber<String> gone = subscriber();
        once.subscribe(gone);
        gone.cancel();
        work.assertNotCancelled();
        work.emit("done");
        assertThat(gone.getReceivedOnNext()).isEmpty();
        StepVerifier.create(once).expectNext("done").verifyComplete();
        assertThat(runs).hasValue(1);
    }

    @Test
    void valueWaitsForItsRequest() {
        TestSubscriber<String> slow = TestSubscriber.builder().initialRequest(0).build();
        once.subscribe(slow);
        work.emit("done");
        assertThat(slow.getReceivedOnNext()).isEmpty();
        assertThat(slow.isTerminated()).isFalse();
        slow.request(1);
        assertThat(slow.getReceivedOnNext()).containsExactly("done");
        assertThat(slow.isTerminatedComplete()).isTrue();
    }

    @Test
    void cancelInOnNextIsNotCompleted() {
        AtomicInteger completed = new AtomicInteger();
        once.doOnSuccess(v -> {})
                .as(mono -> Mono.from(mono.flux().take(1)))
                .doOnTerminate(completed::incrementAndGet)
                .subscribe();
        work.emit("done");
        assertThat(completed).hasValue(1);
    }

    @Test
    void workHasTheContextOfTheFirstSubscriber() {
        Mono<String> named = Callbacks.once(() -> Mono.deferContextual(context -> Mono.just(context.get("name"))));
        StepVerifier.create(named.contextWrite(context -> context.put("name", "first")))
                .expectNext("first")
                .verifyComplete();
        StepVerifier.create(named.contextWrite(context -> context.put("name", "second")))
                .expectNext("first")
                .verifyComplete();
    }

    @Test
    void subscriberThatThrowsHarmsNoOther() {
        for (Throwable e : Throwing.errors()) {
            Sinks.One<String> source = Sinks.one();
            Mono<String> shared = Callbacks.once(source::asMono);
            shared.subscribe(Throwing.subscriber(e));
            TestSubscriber<String> other = subscriber();
            shared.subscribe(other);
            source.tryEmitValue("done");
            assertThat(other.getReceivedOnNext()).containsExactly("done");
            assertThat(other.isTerminatedComplete()).isTrue();
        }
    }

    @Test
    void subscriberThatComesAtTheEndIsServed() throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            Sinks.One<String> source = Sinks.one();
            Mono<String> shared = Callbacks.once(source::asMono);
            shared.subscribe();
            CountDownLatch served = new CountDownLatch(2);
            Thread ending = new Thread(() -> source.tryEmitValue("done"));
            ending.start();
            shared.subscribe(v -> served.countDown());
            shared.subscribe(v -> served.countDown());
            ending.join();
            assertThat(served.getCount()).isZero();
        }
    }
}
