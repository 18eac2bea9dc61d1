package dev.mcpflux.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class EventSinkTest {

    @Test
    void manyThreadsEmitAndNothingIsLost() throws Exception {
        EventSink<Integer> sink = new EventSink<>();
        AtomicInteger seen = new AtomicInteger();
        sink.flux().subscribe(i -> seen.incrementAndGet());
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

    @Test
    void aSlowSubscriberLosesTheOldestAndHoldsUpNobody() {
        EventSink<Integer> sink = new EventSink<>();
        TestSubscriber<Integer> slow =
                TestSubscriber.builder().initialRequest(0).build();
        sink.flux().subscribe(slow);
        for (int i = 0; i < 1000; i++) {
            sink.emit(i);
        }
        sink.complete();
        slow.request(Long.MAX_VALUE);
        assertThat(slow.getReceivedOnNext()).hasSize(256).startsWith(744).endsWith(999);
        assertThat(slow.isTerminatedComplete()).isTrue();
    }

    @Test
    void completesForWhoComesLate() {
        EventSink<Integer> sink = new EventSink<>();
        sink.emit(1);
        sink.complete();
        StepVerifier.create(sink.flux()).verifyComplete();
    }
}
