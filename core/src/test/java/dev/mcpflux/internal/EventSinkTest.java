package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class EventSinkTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final EventSink<Integer> sink = new EventSink<>(missed -> (int) -missed);

    @AfterEach
    void noFrame() {
        FrameBytes.ofThisThread().set(0);
    }

    @Test
    void concurrentEmissionsAreNotLost() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        EventSink.direct(sink.flux()).subscribe(i -> seen.incrementAndGet());
        CountDownLatch go = new CountDownLatch(1);
        Thread[] threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < 1000; i++) {
                    sink.emit(i);
                }
            });
            threads[t].start();
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(seen).hasValue(8000);
    }

    // -- replay

    /** Replays the sum of all events. */
    private static final class Sum implements EventSink.Replay<Integer> {
        private int sum;

        @Override
        public void emitted(Integer event) {
            sum += event;
        }

        @Override
        public List<Integer> events() {
            return List.of(0, sum);
        }
    }

    private final EventSink<Integer> replaying = new EventSink<>(missed -> (int) -missed, new Sum());

    @Test
    void replayedEventsComeBeforeAllOthers() {
        replaying.emit(1);
        TestSubscriber<Integer> early = TestSubscriber.create();
        replaying.flux().subscribe(early);
        TestSubscriber<Integer> direct = TestSubscriber.create();
        EventSink.direct(replaying.flux()).subscribe(direct);
        replaying.emit(5);
        replaying.complete();
        TestSubscriber<Integer> late = TestSubscriber.create();
        replaying.flux().subscribe(late);

        early.block(LIMIT);
        late.block(LIMIT);
        assertThat(early.getReceivedOnNext()).containsExactly(0, 1, 5);
        assertThat(direct.getReceivedOnNext()).containsExactly(0, 1, 5);
        assertThat(late.getReceivedOnNext()).containsExactly(0, 6);
        assertThat(late.isTerminatedComplete()).isTrue();
    }

    @Test
    void replayedEventsAreNotDropped() {
        TestSubscriber<Integer> slow =
                TestSubscriber.builder().initialRequest(0).build();
        replaying.flux().subscribe(slow);
        for (int i = 0; i < 257; i++) {
            replaying.emit(1000 + i);
        }
        replaying.complete();
        slow.request(Long.MAX_VALUE);
        slow.block(LIMIT);
        assertThat(slow.getReceivedOnNext())
                .hasSize(259)
                .startsWith(0, 0, -1, 1001)
                .endsWith(1256);
    }

    /** A subscriber that is added while an event is handed out gets either the event or what it has changed, not both. */
    @Test
    void eventIsNotBothReplayedAndEmitted() {
        List<Integer> nested = new CopyOnWriteArrayList<>();
        EventSink.direct(replaying.flux()).subscribe(event -> {
            if (event == 1) {
                EventSink.direct(replaying.flux()).subscribe(nested::add);
                replaying.emit(2);
            }
        });
        replaying.emit(1);
        assertThat(nested).containsExactly(0, 1, 2);
    }

    // -- limits

    private TestSubscriber<Integer> unasked() {
        TestSubscriber<Integer> slow =
                TestSubscriber.builder().initialRequest(0).build();
        sink.flux().subscribe(slow);
        return slow;
    }

    @Test
    void slowSubscriberLosesOldestAndIsNotified() {
        TestSubscriber<Integer> slow = unasked();
        for (int i = 0; i < 1000; i++) {
            sink.emit(i);
        }
        sink.complete();
        slow.request(Long.MAX_VALUE);
        slow.block(LIMIT);
        assertThat(slow.getReceivedOnNext()).hasSize(257).startsWith(-744, 744).endsWith(999);
        assertThat(slow.isTerminatedComplete()).isTrue();
    }

    @Test
    void largeEventsAreLimitedInBytes() {
        TestSubscriber<Integer> slow = unasked();
        FrameBytes.ofThisThread().set(1024 * 1024);
        for (int i = 0; i < 60; i++) {
            sink.emit(i);
        }
        sink.complete();
        slow.request(Long.MAX_VALUE);
        slow.block(LIMIT);
        assertThat(slow.getReceivedOnNext()).containsExactly(-56, 56, 57, 58, 59);
    }

    @Test
    void singleEventOverLimitIsDelivered() {
        TestSubscriber<Integer> slow = unasked();
        FrameBytes.ofThisThread().set(Integer.MAX_VALUE);
        sink.emit(1);
        sink.complete();
        slow.request(1);
        slow.block(LIMIT);
        assertThat(slow.getReceivedOnNext()).containsExactly(1);
    }

    @Test
    void completesForLateSubscribers() {
        sink.emit(1);
        sink.complete();
        StepVerifier.create(sink.flux()).expectComplete().verify(LIMIT);
    }

    @Test
    void blockingSubscriberDoesNotDelayOthers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(3);
        sink.flux().subscribe(i -> {
            blocked.countDown();
            assertThat(Schedulers.isInNonBlockingThread()).isFalse();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            freed.countDown();
        });
        sink.emit(0);
        assertThat(blocked.await(20, TimeUnit.SECONDS)).isTrue();
        List<Integer> others = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        sink.flux().doOnComplete(done::countDown).subscribe(others::add);
        sink.emit(1);
        sink.emit(2);
        sink.complete();
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(others).containsExactly(1, 2);
        release.countDown();
        assertThat(freed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.mcpflux.internal.Throwing#errors")
    void throwingSubscriberDoesNotAffectOthers(Throwable e) {
        for (boolean direct : new boolean[] {true, false}) {
            EventSink<Integer> events = new EventSink<>();
            Flux<Integer> flux = direct ? EventSink.direct(events.flux()) : events.flux();
            flux.subscribe(Throwing.subscriber(e));
            TestSubscriber<Integer> other = TestSubscriber.create();
            flux.subscribe(other);
            flux.subscribe(Throwing.subscriber(e));
            IntStream.range(0, 10).forEach(events::emit);
            events.complete();
            other.block(LIMIT);
            assertThat(other.getReceivedOnNext()).hasSize(10);
            assertThat(other.isTerminatedComplete()).isTrue();
        }
    }

    @Test
    void directSubscribersAreNotifiedFirst() {
        AtomicInteger state = new AtomicInteger();
        Flux<Integer> states = sink.flux().map(event -> state.get());
        TestSubscriber<Integer> seen = TestSubscriber.create();
        states.subscribe(seen);
        EventSink.direct(sink.flux()).subscribe(state::set);
        sink.emit(1);
        sink.complete();
        seen.block(LIMIT);
        assertThat(seen.getReceivedOnNext()).containsExactly(1);
    }
}
