package dev.mcpflux.host.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** How each call of a soak test ended: it must do so exactly once, and by one of the ways that are documented. */
final class Ledger {

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
    /** The calls that have ended; a bit each, so that the ledger does not grow as a leak would. */
    private final BitSet ended = new BitSet();

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** The number of the next call. */
    int next() {
        return numbers.incrementAndGet();
    }

    /** Notes how a call ends; the result never fails. */
    Mono<Void> note(int number, Mono<String> call) {
        return Mono.defer(() -> {
            pending.incrementAndGet();
            return call.doOnNext(text -> {
                        if (!text.equals(String.valueOf(number))) {
                            faults.add("call " + number + " got the answer " + text);
                        }
                    })
                    .doOnError(e -> reason(number, e))
                    .doFinally(end -> end(number, end))
                    .onErrorComplete()
                    .then();
        });
    }

    private void reason(int number, Throwable e) {
        if (!(e instanceof McpException mcp)) {
            faults.add("call " + number + " failed with " + e);
            return;
        }
        String outcome = mcp.outcome() == CallOutcome.NOT_SENT ? "failed, not sent" : "failed, outcome unknown";
        count(outcome);
        reasons.computeIfAbsent(outcome + ": " + e.getClass().getSimpleName(), key -> new LongAdder())
                .increment();
    }

    private void end(int number, SignalType end) {
        pending.decrementAndGet();
        synchronized (ended) {
            if (ended.get(number)) {
                faults.add("call " + number + " ended more than once");
            }
            ended.set(number);
        }
        if (end == SignalType.CANCEL) {
            count("cancelled");
        } else if (end == SignalType.ON_COMPLETE) {
            count("answered");
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, key -> new LongAdder()).increment();
    }

    int pending() {
        return pending.get();
    }

    int made() {
        return numbers.get();
    }

    long answered() {
        LongAdder answered = outcomes.get("answered");
        return answered == null ? 0 : answered.sum();
    }

    /** How many calls ended in which way. */
    String summary() {
        return new TreeMap<>(outcomes) + " of " + numbers.get() + " calls; " + new TreeMap<>(reasons);
    }

    void assertEveryCallEndedOnce() {
        assertThat(faults).isEmpty();
        assertThat(pending()).as("calls that have not ended").isZero();
        synchronized (ended) {
            assertThat(ended.cardinality()).as("calls that have ended").isEqualTo(numbers.get());
        }
    }

    /** What servers have noted of calls that act: each number once at most. */
    static void assertNothingWasSentTwice(List<Integer> acted) {
        assertThat(acted).doesNotHaveDuplicates();
    }
}
