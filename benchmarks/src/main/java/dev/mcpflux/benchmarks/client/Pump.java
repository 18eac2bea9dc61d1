package dev.mcpflux.benchmarks.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps so many asynchronous calls under way: each that ends starts the next, from the thread that it ends on. One thread
 * starts calls at a time, also where a call ends before its start has returned.
 */
final class Pump {

    private static final long LIMIT_SECONDS = 60;

    private final Call[] calls;
    private final BiConsumer<Call, Client.Callback> caller;
    private final int inFlight;
    private final AtomicInteger toStart = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private long deadline;
    private int next;

    private Pump(Call[] calls, BiConsumer<Call, Client.Callback> caller, int inFlight) {
        this.calls = calls;
        this.caller = caller;
        this.inFlight = inFlight;
    }

    /**
     * Makes calls for a while.
     *
     * @param caller starts one call
     */
    static Tally run(BiConsumer<Call, Client.Callback> caller, Call[] calls, Duration time, int inFlight)
            throws TimeoutException, InterruptedException {
        return new Pump(calls, caller, inFlight).run(time);
    }

    private Tally run(Duration time) throws TimeoutException, InterruptedException {
        long start = System.nanoTime();
        deadline = start + time.toNanos();
        running.set(inFlight);
        start(inFlight);
        if (!ended.await(time.toSeconds() + LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(running.get() + " calls have not ended");
        }
        Throwable problem = wrong.get();
        if (problem != null) {
            throw new Call.WrongAnswerException(String.valueOf(problem.getMessage()));
        }
        return new Tally(answered.sum(), failed.sum(), System.nanoTime() - start);
    }

    private void start(int count) {
        if (toStart.getAndAdd(count) != 0) {
            return;
        }
        do {
            if (System.nanoTime() - deadline < 0) {
                Call call = calls[next++ & (calls.length - 1)];
                caller.accept(call, (text, failure) -> done(call, text, failure));
            } else if (running.decrementAndGet() == 0) {
                ended.countDown();
            }
        } while (toStart.decrementAndGet() != 0);
    }

    private void done(Call call, @Nullable String text, @Nullable Throwable failure) {
        if (failure != null) {
            failed.increment();
        } else {
            try {
                call.check(String.valueOf(text));
                answered.increment();
            } catch (Call.WrongAnswerException e) {
                wrong.set(e);
            }
        }
        start(1);
    }
}
