package dev.mcpflux.host.server;

import static dev.mcpflux.host.server.Supervised.SECOND;
import static dev.mcpflux.host.server.Supervised.refusal;
import static dev.mcpflux.host.server.Supervised.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.CallLimits;
import dev.mcpflux.jsonrpc.JsonRpcError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;

/** Calls that wait for their turn, are refused or end, and what is left of them. */
class CallGateTest {

    private static final McpException LOST = new McpConnectionException("s", "it ended", Diagnostics.NONE, null);

    private final Sinks.Empty<Void> first = Sinks.empty();
    private final Sinks.Empty<Void> second = Sinks.empty();
    private Supervised it = limited(limits -> limits.maxInFlight(1).maxQueued(1));

    private static Supervised limited(UnaryOperator<CallLimits.Builder> limits) {
        return Supervised.process(options -> options.limits(limits)).started();
    }

    private static Supervised remote() {
        return Supervised.remote(options -> options).started();
    }

    private static Supervised breaking(int failures) {
        return limited(limits -> limits.failures(failures).cooldown(Duration.ofSeconds(10)));
    }

    /** After each test everything is given back, whatever it did. */
    @AfterEach
    void nothingIsHeld() {
        first.tryEmitEmpty();
        second.tryEmitEmpty();
        it.supervisor.close().block();
        assertThat(it.supervisor.gate().queued()).isZero();
        assertThat(it.server.live()).isZero();
    }

    private TestSubscriber<Void> fail(McpException error) {
        return subscribed(it.handle().useOne(session -> Mono.<Void>error(error)));
    }

    private static <T> TestSubscriber<T> as(String caller, Mono<T> work) {
        return subscribed(work.contextWrite(context -> context.put(CallContext.PRINCIPAL, caller)));
    }

    private static McpException status(int status, @Nullable Duration retryAfter) {
        return new McpHttpStatusException("s", "HTTP " + status, status, retryAfter);
    }

    private int uses() {
        return it.supervisor.position().current().uses();
    }

    private int queued() {
        return it.supervisor.gate().queued();
    }

    // -- the queue

    @Test
    void callBeyondTheLimitWaitsForItsTurn() {
        it.hold(first);
        TestSubscriber<String> waiting = it.call();
        assertThat(queued()).isEqualTo(1);
        assertThat(waiting.isTerminated()).isFalse();
        first.tryEmitEmpty();
        assertThat(waiting.getReceivedOnNext()).containsExactly("echo");
        assertThat(queued()).isZero();
    }

    @Test
    void fullQueueRefusesCalls() {
        it.hold(first);
        it.hold(second);
        assertThat(it.call().expectTerminalError())
                .isInstanceOfSatisfying(
                        McpOverloadException.class, e -> assertThat(e.outcome()).isEqualTo(CallOutcome.NOT_SENT))
                .hasMessageContaining("1 calls are in progress and 1 wait for their turn");
        assertThat(queued()).isEqualTo(1);
    }

    @Test
    void callWaitsNoLongerThanTheQueueTimeout() {
        it = limited(limits -> limits.maxInFlight(1).queueTimeout(SECOND));
        it.hold(first);
        TestSubscriber<String> waiting = it.call();
        it.pass(Duration.ofMillis(999));
        assertThat(waiting.isTerminated()).isFalse();
        it.pass(Duration.ofMillis(1));
        assertThat(waiting.expectTerminalError())
                .isInstanceOf(McpOverloadException.class)
                .hasMessageContaining("no call ended within PT1S");
        assertThat(queued()).isZero();
        first.tryEmitEmpty();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void cancelledWaitingLeavesTheQueue() {
        it.hold(first);
        TestSubscriber<String> waiting = it.call();
        waiting.cancel();
        assertThat(queued()).isZero();
        TestSubscriber<String> next = it.call();
        first.tryEmitEmpty();
        assertThat(next.getReceivedOnNext()).containsExactly("echo");
        assertThat(it.server.memory().receivedMethods())
                .filteredOn("tools/call"::equals)
                .hasSize(1);
    }

    @Test
    void callsAreMadeInTheOrderOfArrival() {
        it = limited(limits -> limits.maxInFlight(1));
        it.hold(first);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int call = i;
            subscribed(it.handle().useOne(session -> Mono.fromRunnable(() -> order.add(call))));
        }
        first.tryEmitEmpty();
        assertThat(order).isSorted().hasSize(20);
    }

    @Test
    void limitHoldsForStreamsToo() {
        TestPublisher<String> stream = TestPublisher.create();
        TestSubscriber<String> streaming = TestSubscriber.create();
        it.handle().use(session -> stream).subscribe(streaming);
        TestSubscriber<String> waiting = it.call();
        stream.next("one");
        assertThat(waiting.isTerminated()).isFalse();
        stream.complete();
        assertThat(streaming.getReceivedOnNext()).containsExactly("one");
        assertThat(waiting.getReceivedOnNext()).containsExactly("echo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complete", "error", "throw", "cancel"})
    void permitIsReleasedHoweverACallEnds(String end) {
        for (int i = 0; i < 5; i++) {
            TestPublisher<String> work = TestPublisher.create();
            TestSubscriber<String> call = subscribed(it.handle().useOne(session -> {
                if (end.equals("throw")) {
                    throw new IllegalStateException("no");
                }
                return work.mono();
            }));
            switch (end) {
                case "complete" -> work.complete();
                case "error" -> work.error(LOST);
                case "cancel" -> call.cancel();
                default -> assertThat(call.expectTerminalError()).hasMessage("no");
            }
            assertThat(uses()).isZero();
        }
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"complete", "error", "throw", "cancel"})
    void permitIsReleasedHoweverAStreamEnds(String end) {
        for (int i = 0; i < 5; i++) {
            TestPublisher<String> work = TestPublisher.create();
            TestSubscriber<String> stream = TestSubscriber.create();
            it.handle()
                    .use(session -> {
                        if (end.equals("throw")) {
                            throw new IllegalStateException("no");
                        }
                        return work.flux();
                    })
                    .subscribe(stream);
            switch (end) {
                case "complete" -> work.emit("a", "b");
                case "error" -> work.error(LOST);
                case "cancel" -> stream.cancel();
                default -> assertThat(stream.expectTerminalError()).hasMessage("no");
            }
            assertThat(uses()).isZero();
        }
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void permitIsReleasedBeforeTheResultIsEmitted() {
        TestSubscriber<String> second = subscribed(
                it.handle().useOne(Supervised::echo).flatMap(one -> it.handle().useOne(Supervised::echo)));
        assertThat(second.getReceivedOnNext()).containsExactly("echo");
    }

    // -- while it is starting

    private void notStarted() {
        Sinks.Empty<Void> opening = first;
        it = Supervised.process(options -> options.limits(limits -> limits.maxInFlight(1)));
        it.server.opening(opening.asMono());
        it.supervisor.start().subscribe();
    }

    @Test
    void callsWaitForTheStartInOrder() {
        notStarted();
        TestSubscriber<String> one = it.call();
        TestSubscriber<String> other = it.call();
        assertThat(queued()).isEqualTo(1);
        first.tryEmitEmpty();
        assertThat(one.getReceivedOnNext()).containsExactly("echo");
        assertThat(other.getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void cancelWhileStartingReleasesThePermit() {
        notStarted();
        TestSubscriber<String> gone = it.call();
        TestSubscriber<String> next = it.call();
        gone.cancel();
        assertThat(queued()).isZero();
        first.tryEmitEmpty();
        assertThat(next.getReceivedOnNext()).containsExactly("echo");
        assertThat(uses()).isZero();
    }

    @Test
    void failedStartReleasesThePermits() {
        notStarted();
        it.server.opening(Mono.error(LOST));
        TestSubscriber<String> one = it.call();
        TestSubscriber<String> other = it.call();
        first.tryEmitError(LOST);
        assertThat(one.expectTerminalError()).isInstanceOf(McpServerUnavailableException.class);
        assertThat(other.expectTerminalError()).isInstanceOf(McpServerUnavailableException.class);
        assertThat(queued()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void cancelledAtTheGrantReleasesThePermit(int moment) {
        it.hold(first);
        TestSubscriber<String> waiting = it.call();
        AtomicInteger looks = new AtomicInteger();
        // somebody cancels at the moment in which it has its turn and has not entered yet
        it.onLook = () -> {
            if (looks.incrementAndGet() == moment) {
                waiting.cancel();
            }
        };
        // ends the first call, whose permit goes to the one that waits
        first.tryEmitEmpty();
        it.onLook = () -> {};
        assertThat(looks).hasValueGreaterThanOrEqualTo(moment);
        assertThat(uses()).isZero();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    // -- the rate

    @Test
    void callsBeyondTheRateAreSpread() {
        it = limited(limits -> limits.rate(2));
        TestSubscriber<String> a = it.call();
        TestSubscriber<String> b = it.call();
        TestSubscriber<String> c = it.call();
        assertThat(a.isTerminated() && b.isTerminated()).isTrue();
        assertThat(queued()).isEqualTo(1);
        it.pass(Duration.ofMillis(999));
        assertThat(c.isTerminated()).isFalse();
        it.pass(Duration.ofMillis(1));
        assertThat(c.getReceivedOnNext()).containsExactly("echo");
        assertThat(queued()).isZero();
    }

    @Test
    void rateThatWouldTakeTooLongRefusesCalls() {
        it = limited(limits -> limits.rate(1).queueTimeout(Duration.ofSeconds(2)));
        it.call();
        TestSubscriber<String> b = it.call();
        TestSubscriber<String> c = it.call();
        assertThat(it.call().expectTerminalError())
                .isInstanceOf(McpOverloadException.class)
                .hasMessageContaining("more than 1 calls within PT1S");
        it.pass(Duration.ofSeconds(2));
        assertThat(b.isTerminatedComplete() && c.isTerminatedComplete()).isTrue();
    }

    @Test
    void queueOfTheRateIsBounded() {
        it = limited(limits -> limits.rate(1).maxQueued(2));
        it.call();
        it.call();
        it.call();
        assertThat(it.call().expectTerminalError()).hasMessageContaining("2 calls wait for their turn");
    }

    @Test
    void cancelledWaitForTheRateSendsNothing() {
        it = limited(limits -> limits.maxInFlight(5).rate(1));
        it.call();
        it.call().cancel();
        assertThat(queued()).isZero();
        it.pass(Duration.ofMinutes(1));
        assertThat(it.server.memory().receivedMethods())
                .filteredOn("tools/call"::equals)
                .hasSize(1);
        assertThat(uses()).isZero();
    }

    @Test
    void callsThatWaitFailWhenTheServerIsClosed() {
        it = limited(limits -> limits.maxInFlight(1));
        it.hold(first);
        TestSubscriber<String> waiting = it.call();
        it.supervisor.close().block();
        assertThat(refusal(waiting)).hasMessageContaining("clos");

        it = limited(limits -> limits.rate(1));
        it.call();
        TestSubscriber<String> paced = it.call();
        it.supervisor.close().block();
        assertThat(refusal(paced)).hasMessageContaining("clos");
    }

    // -- the circuit

    @Test
    void failuresInARowOpenTheCircuit() {
        it = breaking(3);
        for (int i = 0; i < 3; i++) {
            assertThat(it.state()).isEqualTo(ServerState.READY);
            fail(LOST);
        }
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.Degraded.class,
                        life -> assertThat(life.error())
                                .hasMessageContaining("its last 3 calls failed, the latest: a lost connection"));
        McpServerUnavailableException refused = refusal(it.call());
        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(10));
        assertThat(refused.isTransient()).isTrue();
        assertThat(refused.outcome()).isEqualTo(CallOutcome.NOT_SENT);
    }

    @Test
    void successBetweenFailuresKeepsTheCircuitClosed() {
        it = breaking(2);
        for (int i = 0; i < 5; i++) {
            fail(LOST);
            it.call();
        }
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void failuresOfTheCallAloneDoNotCount() {
        it = breaking(2);
        McpException answer = new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32602, "no"));
        for (int i = 0; i < 5; i++) {
            fail(answer);
            fail(status(404, null));
            fail(new McpOverloadException("s", "full", CallOutcome.NOT_SENT));
            subscribed(it.handle().useOne(session -> Mono.error(new IllegalStateException("mine"))));
        }
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void answerBetweenFailuresKeepsTheCircuitClosed() {
        it = breaking(2);
        for (int i = 0; i < 5; i++) {
            fail(LOST);
            fail(new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32602, "no")));
        }
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 599})
    void serverErrorsOfHttpCount(int status) {
        it = breaking(1);
        fail(status(status, null));
        assertThat(it.life().error()).hasMessageContaining("HTTP " + status);
    }

    @Test
    void timeoutsCount() {
        it = breaking(1);
        fail(new McpTimeoutException("s", McpTimeoutException.Phase.REQUEST, "tools/call", SECOND, Diagnostics.NONE));
        assertThat(it.life().error()).hasMessageContaining("its last call failed: a timeout");
    }

    @Test
    void oneTrialAtATimeAfterTheCooldown() {
        it = breaking(1);
        fail(LOST);
        it.pass(Duration.ofSeconds(10));
        TestSubscriber<Void> trial = it.hold(first);
        assertThat(trial.isTerminated()).isFalse();
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ZERO);
        first.tryEmitEmpty();
        assertThat(trial.isTerminatedComplete()).isTrue();
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void failedTrialOpensTheCircuitAgain() {
        it = breaking(3);
        for (int i = 0; i < 3; i++) {
            fail(LOST);
        }
        it.pass(Duration.ofSeconds(10));
        fail(LOST);
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(10));
        it.pass(Duration.ofSeconds(10));
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void failedTrialOpensAlsoAfterAnAnswerInBetween() {
        it = breaking(3);
        TestPublisher<Void> late = TestPublisher.create();
        subscribed(it.handle().useOne(session -> late.mono()));
        for (int i = 0; i < 3; i++) {
            fail(LOST);
        }
        // an answer to a call that was sent before
        late.error(new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32602, "no")));
        it.pass(Duration.ofSeconds(10));
        fail(LOST);
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(10));
    }

    @Test
    void cancelledTrialLetsTheNextOneTry() {
        it = breaking(1);
        fail(LOST);
        it.pass(Duration.ofSeconds(10));
        it.hold(first).cancel();
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void trialThatIsAnsweredWithAnErrorRecovers() {
        it = breaking(1);
        fail(LOST);
        it.pass(Duration.ofSeconds(10));
        fail(new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32602, "no")));
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void trialThatWasNotSentProvesNothing() {
        it = breaking(1);
        fail(LOST);
        it.pass(Duration.ofSeconds(10));
        fail(new McpOverloadException("s", "full", CallOutcome.NOT_SENT));
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void trialThatFindsNoRoomLetsTheNextOneTry() {
        it = limited(limits -> limits.failures(1).maxInFlight(2).maxQueued(0));
        it.hold(first);
        TestSubscriber<Void> other = it.hold(second);
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", Instant.ofEpochMilli(1));
        it.pass(SECOND);
        assertThat(it.call().expectTerminalError()).isInstanceOf(McpOverloadException.class);
        other.cancel();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void callsThatWaitedAreRefusedOnceTheCircuitIsOpen() {
        it = limited(limits -> limits.failures(1).maxInFlight(1));
        TestPublisher<Void> failing = TestPublisher.create();
        subscribed(it.handle().useOne(session -> failing.mono()));
        TestSubscriber<String> waiting = it.call();
        failing.error(LOST);
        assertThat(refusal(waiting).state()).isEqualTo(ServerState.DEGRADED);
        assertThat(it.server.memory().receivedMethods()).doesNotContain("tools/call");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void trialThatIsCancelledAtItsTurnBlocksNoOther(int moment) {
        it = limited(limits -> limits.failures(1).maxInFlight(2).cooldown(SECOND));
        it.hold(first);
        it.hold(second);
        TestSubscriber<String> waiting = it.call();
        // the circuit opens while the call waits, and the cooldown passes
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", Instant.ofEpochMilli(1));
        it.pass(SECOND);
        AtomicInteger looks = new AtomicInteger();
        it.onLook = () -> {
            if (looks.incrementAndGet() == moment) {
                waiting.cancel();
            }
        };
        second.tryEmitError(new IllegalStateException("mine"));
        it.onLook = () -> {};
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
        assertThat(it.call().getReceivedOnNext()).as("another trial").containsExactly("echo");
    }

    @Test
    void endOfATrialLetsTheOneBehindItTry() {
        it = limited(limits -> limits.failures(1).maxInFlight(1).cooldown(SECOND));
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", Instant.ofEpochMilli(1));
        it.pass(SECOND);
        TestSubscriber<Void> trial = it.hold(first);
        it.onLook = () -> {};
        TestSubscriber<String> refused = it.call();
        assertThat(refusal(refused).state()).isEqualTo(ServerState.DEGRADED);
        trial.cancel();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void lateSuccessDoesNotCloseAnOpenCircuit() {
        it = breaking(1);
        TestSubscriber<Void> before = it.hold(first);
        fail(LOST);
        first.tryEmitEmpty();
        assertThat(before.isTerminatedComplete()).isTrue();
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(10));
    }

    @Test
    void newSessionClosesTheCircuit() {
        it = breaking(1);
        fail(LOST);
        it.supervisor.restart().block();
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void failureOfAnOldSessionDoesNotOpenTheCircuit() {
        it = breaking(1);
        TestPublisher<Void> old = TestPublisher.create();
        subscribed(it.handle().useOne(session -> old.mono()));
        it.supervisor.restart().block();
        old.error(LOST);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void failedRefusalsDoNotCount() {
        it = breaking(2);
        fail(LOST);
        it.server.closing(Mono.empty());
        it.server.crash();
        for (int i = 0; i < 5; i++) {
            refusal(it.call());
        }
        it.pass(SECOND);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    // -- pauses that a server asks for

    @Test
    void tooManyRequestsPausesThatCallerOnly() {
        it = remote();
        Mono<Void> tooMany = it.handle().useOne(session -> Mono.error(status(429, Duration.ofSeconds(5))));
        Mono<String> call = it.handle().useOne(Supervised::echo);
        as("ada", tooMany);
        assertThat(refusal(as("ada", call)).retryAfter()).contains(Duration.ofSeconds(5));
        assertThat(as("bob", call).getReceivedOnNext()).containsExactly("echo");
        assertThat(it.call().getReceivedOnNext()).as("no caller").containsExactly("echo");
        it.pass(SECOND);
        as("bob", tooMany);
        it.pass(Duration.ofSeconds(4));
        assertThat(as("ada", call).getReceivedOnNext()).containsExactly("echo");
        assertThat(refusal(as("bob", call)).retryAfter()).contains(SECOND);
        it.pass(SECOND);
        assertThat(as("bob", call).getReceivedOnNext()).containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void refusalOfOneCallerNamesNoOther() {
        it = remote();
        as("ada", it.handle().useOne(session -> Mono.error(status(429, SECOND))));
        assertThat(refusal(as("ada", it.handle().useOne(Supervised::echo))))
                .hasMessageContaining("the server asked this caller to wait")
                .hasMessageNotContaining("ada");
    }

    @Test
    void unavailableServerPausesEverybody() {
        it = remote();
        as("ada", it.handle().useOne(session -> Mono.error(status(503, Duration.ofSeconds(5)))));
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(5));
        it.pass(Duration.ofSeconds(5));
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void unavailableWithoutATimePausesNobody() {
        it = remote();
        fail(status(503, null));
        fail(status(429, null));
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void timeOfAnotherStatusPausesNobody() {
        it = remote();
        fail(status(404, Duration.ofSeconds(5)));
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void pauseIsLimited() {
        it = remote();
        fail(status(503, Duration.ofDays(365)));
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofMinutes(10));
        it.supervisor.restart().block();
        fail(status(429, Duration.ofDays(365)));
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofMinutes(10));
    }

    @Test
    void lateSuccessDoesNotEndThePause() {
        it = remote();
        it.hold(first);
        fail(status(503, Duration.ofSeconds(5)));
        first.tryEmitEmpty();
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(5));
    }

    @Test
    void longerOfPauseAndCooldownCounts() {
        it = Supervised.remote(
                        options -> options.limits(limits -> limits.failures(1).cooldown(Duration.ofSeconds(10))))
                .started();
        fail(status(503, Duration.ofSeconds(60)));
        assertThat(refusal(it.call()).retryAfter()).contains(Duration.ofSeconds(60));
    }

    @Test
    void listeningIsAUseWithoutLimits() {
        Flux<String> listening = it.supervisor.useEach(session -> Flux.<String>never());
        reactor.core.Disposable one = listening.subscribe();
        reactor.core.Disposable other = listening.subscribe();
        assertThat(uses()).isEqualTo(2);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        one.dispose();
        other.dispose();
        assertThat(uses()).isZero();
    }

    @Test
    void withoutLimitsThereIsNoGate() {
        assertThat(Supervised.process(options -> options).supervisor.gate()).isNull();
        it = limited(limits -> limits.failures(1));
        assertThat(it.supervisor.gate()).isNotNull();
    }

    @Test
    void bodyOfALateUseGetsTheNewSession() {
        it.hold(first);
        List<McpSession> used = new ArrayList<>();
        TestSubscriber<Void> waiting =
                subscribed(it.handle().useOne(session -> Mono.fromRunnable(() -> used.add(session))));
        McpSession before = it.supervisor.position().usable();
        it.supervisor.restart().block();
        first.tryEmitEmpty();
        assertThat(waiting.isTerminatedComplete()).isTrue();
        assertThat(used)
                .doesNotContain(before)
                .containsExactly(it.supervisor.position().usable());
    }
}
