package dev.mcpflux.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.server.Permits.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/** A limited number of permits, and a queue in the order of arrival. */
class PermitsTest {

    private final List<String> granted = new ArrayList<>();

    private Permit take(Permits permits, String name) {
        Permit permit = Objects.requireNonNull(permits.take());
        permit.whenGranted().subscribe(null, null, () -> granted.add(name));
        return permit;
    }

    @Test
    void firstOnesAreGrantedAtOnce() {
        Permits permits = new Permits(2, 5);
        take(permits, "a");
        take(permits, "b");
        take(permits, "c");
        assertThat(granted).containsExactly("a", "b");
        assertThat(permits.queued()).isEqualTo(1);
    }

    @Test
    void waitingAreGrantedInTheOrderOfArrival() {
        Permits permits = new Permits(1, 5);
        Permit a = take(permits, "a");
        Permit b = take(permits, "b");
        take(permits, "c");
        permits.release(a);
        permits.release(b);
        assertThat(granted).containsExactly("a", "b", "c");
        assertThat(permits.queued()).isZero();
    }

    @Test
    void fullQueueIsRefused() {
        Permits permits = new Permits(1, 1);
        take(permits, "a");
        Permit b = take(permits, "b");
        assertThat(permits.take()).isNull();
        permits.release(b);
        take(permits, "c");
        assertThat(permits.queued()).isEqualTo(1);
    }

    @Test
    void withoutAQueueOnlyFreePermitsAreGiven() {
        Permits permits = new Permits(1, 0);
        Permit a = take(permits, "a");
        assertThat(permits.take()).isNull();
        permits.release(a);
        assertThat(permits.take()).isNotNull();
    }

    @Test
    void leavingTheQueueGivesItsPlaceToTheNext() {
        Permits permits = new Permits(1, 5);
        Permit a = take(permits, "a");
        Permit b = take(permits, "b");
        take(permits, "c");
        permits.release(b);
        permits.release(a);
        assertThat(granted).containsExactly("a", "c");
    }

    @Test
    void secondReleaseFreesNothing() {
        Permits permits = new Permits(1, 5);
        Permit a = take(permits, "a");
        permits.release(a);
        permits.release(a);
        take(permits, "b");
        take(permits, "c");
        assertThat(granted).containsExactly("a", "b");
    }

    @Test
    void freePermitIsTakenAgain() {
        Permits permits = new Permits(2, 0);
        for (int i = 0; i < 10; i++) {
            Permit one = take(permits, "one");
            Permit other = take(permits, "other");
            assertThat(permits.take()).isNull();
            permits.release(one);
            permits.release(other);
        }
        assertThat(granted).hasSize(20);
    }

    @Test
    void lateSubscriberOfAGrantedPermitIsServed() {
        Permits permits = new Permits(1, 1);
        Permit a = Objects.requireNonNull(permits.take());
        Permit b = Objects.requireNonNull(permits.take());
        permits.release(a);
        b.whenGranted().subscribe(null, null, () -> granted.add("b"));
        assertThat(granted).containsExactly("b");
    }

    @Test
    void callsThatEndAtOnceNeedNoStack() {
        int calls = 100_000;
        Permits permits = new Permits(1, calls);
        Permit first = take(permits, "first");
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < calls; i++) {
            Permit permit = Objects.requireNonNull(permits.take());
            permit.whenGranted().subscribe(null, null, () -> {
                ended.incrementAndGet();
                permits.release(permit);
            });
        }
        permits.release(first);
        assertThat(ended).hasValue(calls);
        assertThat(permits.queued()).isZero();
    }

    @Test
    void subscriberThatThrowsHoldsUpNoOther() {
        Permits permits = new Permits(1, 5);
        Permit a = take(permits, "a");
        Permit b = Objects.requireNonNull(permits.take());
        b.whenGranted().subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(Void nothing) {}

            @Override
            public void onError(Throwable e) {}

            @Override
            public void onComplete() {
                throw new NoClassDefFoundError("a class of the application");
            }
        });
        take(permits, "c");
        permits.release(a);
        permits.release(b);
        assertThat(granted).containsExactly("a", "c");
    }

    /** Threads that take, give back before and after the grant, and twice: at no time more are held than there are. */
    @Test
    void racesKeepTheLimitAndLoseNoPermit() throws Exception {
        int max = 3;
        int threads = 8;
        int rounds = 4000;
        Permits permits = new Permits(max, 5);
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger granted = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int mine = thread;
                all.add(pool.submit(() -> {
                    begin.await();
                    for (int i = 0; i < rounds; i++) {
                        Permit permit = permits.take();
                        if (permit == null) {
                            refused.incrementAndGet();
                            continue;
                        }
                        // 0: nobody has it yet, 1: it is held, 2: it was given back
                        AtomicInteger state = new AtomicInteger();
                        permit.whenGranted().subscribe(null, null, () -> {
                            if (state.compareAndSet(0, 1)) {
                                most.accumulateAndGet(held.incrementAndGet(), Math::max);
                            }
                        });
                        if ((i + mine) % 5 == 0) {
                            Thread.yield();
                        }
                        if (state.getAndSet(2) == 1) {
                            granted.incrementAndGet();
                            held.decrementAndGet();
                        } else {
                            left.incrementAndGet();
                        }
                        permits.release(permit);
                        permits.release(permit);
                    }
                    return null;
                }));
            }
            begin.countDown();
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(held).hasValue(0);
        assertThat(most.get()).isLessThanOrEqualTo(max);
        assertThat(granted.get() + left.get() + refused.get()).isEqualTo(threads * rounds);
        assertThat(permits.queued()).isZero();
        List<Permit> last = new ArrayList<>();
        for (int i = 0; i < max; i++) {
            last.add(take(permits, "last"));
        }
        assertThat(this.granted).as("none is lost").hasSize(max);
        take(permits, "too many");
        assertThat(this.granted).as("none is too many").hasSize(max);
    }
}
