package dev.mcpflux.benchmarks.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Makes calls from many threads that block for each answer. */
final class Threads {

    private Threads() {}

    static Tally run(Client client, Call[] calls, Duration time, int threads) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            long start = System.nanoTime();
            long deadline = start + time.toNanos();
            List<Callable<long[]>> tasks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t * 7;
                tasks.add(() -> callUntil(client, calls, first, deadline));
            }
            long answered = 0;
            long failed = 0;
            for (Future<long[]> future : executor.invokeAll(tasks)) {
                long[] counts = future.get();
                answered += counts[0];
                failed += counts[1];
            }
            return new Tally(answered, failed, System.nanoTime() - start);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            executor.shutdownNow();
        }
    }

    /** Does something that may fail. */
    interface Step<T, R> {
        R apply(T value) throws Exception;
    }

    /** Does the same with each, 32 at a time. */
    static <T, R> List<R> each(List<T> values, Step<T, R> step) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(32);
        try {
            List<Callable<R>> tasks = new ArrayList<>();
            values.forEach(value -> tasks.add(() -> step.apply(value)));
            List<R> results = new ArrayList<>();
            for (Future<R> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdown();
            // they are not to be counted among the threads of the sessions
            executor.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static long[] callUntil(Client client, Call[] calls, int first, long deadline) {
        long answered = 0;
        long failed = 0;
        for (int i = first; System.nanoTime() - deadline < 0; i++) {
            Call call = calls[i % calls.length];
            try {
                call.check(client.call(call));
                answered++;
            } catch (Call.WrongAnswerException e) {
                throw e;
            } catch (Exception e) {
                failed++;
            }
        }
        return new long[] {answered, failed};
    }
}
