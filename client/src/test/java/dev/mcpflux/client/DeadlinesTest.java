package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class DeadlinesTest {

    private final Timer timer = new Timer();
    private final Deadlines deadlines = new Deadlines(timer);
    private final List<String> expired = new ArrayList<>();

    /** Virtual time, and the number of tasks that were scheduled and not disposed. */
    private static class Timer implements Scheduler {
        private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
        private final AtomicInteger scheduled = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();

        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            scheduled.incrementAndGet();
            waiting.incrementAndGet();
            Disposable done = Disposables.composite(waiting::decrementAndGet);
            Disposable inner = time.schedule(
                    () -> {
                        done.dispose();
                        task.run();
                    },
                    delay,
                    unit);
            return Disposables.composite(inner, done);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }

        @Override
        public long now(TimeUnit unit) {
            return time.now(unit);
        }

        @Override
        public void dispose() {
            time.dispose();
        }

        void advance(long millis) {
            time.advanceTimeBy(Duration.ofMillis(millis));
        }
    }

    private final class Wait implements Deadlines.Entry {
        private final String name;
        private long due;

        Wait(String name, long millis) {
            this.name = name;
            this.due = deadlines.now() + millis;
        }

        @Override
        public long due() {
            return due;
        }

        @Override
        public void expire() {
            expired.add(name + " at " + deadlines.now());
        }
    }

    private Wait add(String name, long millis) {
        Wait wait = new Wait(name, millis);
        deadlines.add(wait);
        return wait;
    }

    @Test
    void entriesExpireInOrderOfDeadline() {
        add("late", 3000);
        add("early", 1000);
        add("middle", 2000);
        timer.advance(999);
        assertThat(expired).isEmpty();
        timer.advance(5000);
        assertThat(expired).containsExactly("early at 1000", "middle at 2000", "late at 3000");
        assertThat(deadlines.size()).isZero();
        assertThat(timer.waiting).hasValue(0);
    }

    @Test
    void completedRequestsShareOneTask() {
        for (int i = 0; i < 1000; i++) {
            Wait wait = add("w" + i, 60_000);
            timer.advance(10);
            deadlines.remove(wait);
        }
        assertThat(timer.scheduled).hasValue(1);
        timer.advance(200_000);
        assertThat(expired).isEmpty();
        assertThat(timer.scheduled).hasValue(1);
    }

    @Test
    void taskIsNotScheduledTwice() {
        add("long", 60_000);
        for (int i = 0; i < 100; i++) {
            deadlines.remove(add("short", 1000));
            timer.advance(500);
        }
        assertThat(timer.waiting.get()).isLessThanOrEqualTo(1);
    }

    @Test
    void movedDeadlineIsRescheduled() {
        Wait wait = add("moves", 1000);
        timer.advance(900);
        wait.due = 2500;
        timer.advance(1500);
        assertThat(expired).isEmpty();
        timer.advance(200);
        assertThat(expired).containsExactly("moves at 2500");
    }

    @Test
    void entryAddedAfterAllExpiredIsWatched() {
        add("first", 1000);
        timer.advance(1000);
        add("second", 1000);
        timer.advance(1000);
        assertThat(expired).containsExactly("first at 1000", "second at 2000");
    }

    @Test
    void removedEntryDoesNotExpire() {
        deadlines.remove(add("gone", 1000));
        timer.advance(2000);
        assertThat(expired).isEmpty();
    }

    @Test
    void nothingIsScheduledAtRest() {
        add("waits", 1000);
        deadlines.rest();
        assertThat(timer.waiting).hasValue(0);
        // another entry schedules the task again, for both
        add("later", 2000);
        timer.advance(2000);
        assertThat(expired).containsExactlyInAnyOrder("waits at 2000", "later at 2000");
    }

    @Test
    void rejectingTimerThrows() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        Deadlines none = new Deadlines(gone);
        assertThatThrownBy(() -> none.add(new Wait("x", 1000))).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void settingSystemClockExpiresNothing() {
        AtomicLong clock = new AtomicLong(System.currentTimeMillis());
        Timer set = new Timer() {
            @Override
            public long now(TimeUnit unit) {
                return unit.convert(clock.get(), TimeUnit.MILLISECONDS);
            }
        };
        Deadlines real = new Deadlines(set);
        long before = real.now();
        clock.addAndGet(3_600_000);
        assertThat(real.now() - before).isLessThan(600_000);
    }

    @Test
    void concurrentAddAndRemoveLoseNoEntry() throws InterruptedException {
        Deadlines real = new Deadlines(Schedulers.parallel());
        int threads = 4;
        int each = 2000;
        CountDownLatch left = new CountDownLatch(threads * each / 10);
        List<Thread> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread worker = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    long due = real.now() + (i % 7) * 5;
                    boolean stays = i % 10 == 0;
                    Deadlines.Entry entry = new Deadlines.Entry() {
                        @Override
                        public long due() {
                            return due + (stays ? 0 : 60_000);
                        }

                        @Override
                        public void expire() {
                            left.countDown();
                        }
                    };
                    real.add(entry);
                    if (!stays) {
                        real.remove(entry);
                    }
                }
            });
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(real.size()).isZero();
        real.rest();
    }
}
