package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.transport.Termination;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class EndingTest {

    private final AtomicInteger teardowns = new AtomicInteger();
    private final Sinks.Empty<Void> torndown = Sinks.empty();
    private final Ending ending = new Ending(() -> {
        teardowns.incrementAndGet();
        return torndown.asMono();
    });

    private static Termination lost(String reason) {
        return Termination.lost(reason, Diagnostics.NONE, null);
    }

    @Test
    void firstCauseWins() {
        assertThat(ending.hasEnded()).isFalse();
        assertThat(ending.end(lost("first"))).isTrue();
        assertThat(ending.end(lost("second"))).isFalse();

        assertThat(ending.cause()).isEqualTo(lost("first"));
        StepVerifier.create(ending.onEnd()).expectNext(lost("first")).verifyComplete();
    }

    @Test
    void earlyAndLateSubscribersSeeTheCause() {
        TestSubscriber<Termination> early = TestSubscriber.create();
        ending.onEnd().subscribe(early);
        assertThat(early.getReceivedOnNext()).isEmpty();

        ending.end(lost("gone"));

        assertThat(early.getReceivedOnNext()).containsExactly(lost("gone"));
        StepVerifier.create(ending.onEnd()).expectNext(lost("gone")).verifyComplete();
    }

    @Test
    void runsWorkOfFirstCauseBeforeAnnouncing() {
        List<String> order = new ArrayList<>();
        ending.onEnd().doOnNext(cause -> order.add("announced")).subscribe();

        ending.end(lost("first"), () -> order.add("cause known: " + ending.hasEnded()));
        ending.end(lost("second"), () -> order.add("second"));

        assertThat(order).containsExactly("cause known: true", "announced");
    }

    @Test
    void throwingSubscriberDoesNotHideCause() {
        ending.onEnd()
                .subscribe(
                        cause -> {
                            throw new NoClassDefFoundError("of a subscriber");
                        },
                        e -> {});
        TestSubscriber<Termination> other = TestSubscriber.create();
        ending.onEnd().subscribe(other);

        ending.end(lost("gone"));

        assertThat(other.getReceivedOnNext()).containsExactly(lost("gone"));
    }

    @Test
    void closesOnceAndContinuesWhenCancelled() {
        assertThat(teardowns).hasValue(0);
        ending.close().subscribe().dispose();
        TestSubscriber<Void> second = TestSubscriber.create();
        ending.close().subscribe(second);
        assertThat(teardowns).hasValue(1);
        assertThat(second.isTerminated()).isFalse();

        torndown.tryEmitEmpty();

        assertThat(second.isTerminatedComplete()).isTrue();
        StepVerifier.create(ending.close()).verifyComplete();
        assertThat(teardowns).hasValue(1);
    }

    @Test
    void eachWaiterGetsItsOwnException() {
        assertThat(ending.toException("s", null, CallOutcome.UNKNOWN)).isInstanceOf(McpClosedException.class);
        ending.end(lost("gone"));
        assertThat(ending.toException("s", "the call", CallOutcome.UNKNOWN))
                .isInstanceOf(McpConnectionException.class)
                .hasMessageContaining("the call failed: gone")
                .isNotSameAs(ending.toException("s", "the call", CallOutcome.UNKNOWN));
    }

    @Test
    void failedTeardownIsReportedToAll() {
        Ending failing = new Ending(() -> Mono.error(new IllegalStateException("stuck")));
        StepVerifier.create(failing.close()).verifyErrorMessage("stuck");
        StepVerifier.create(failing.close()).verifyErrorMessage("stuck");
    }
}
