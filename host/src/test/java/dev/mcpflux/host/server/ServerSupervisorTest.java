package dev.mcpflux.host.server;

import static dev.mcpflux.host.server.Supervised.MINUTE;
import static dev.mcpflux.host.server.Supervised.SECOND;
import static dev.mcpflux.host.server.Supervised.ended;
import static dev.mcpflux.host.server.Supervised.refusal;
import static dev.mcpflux.host.server.Supervised.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.host.config.RestartOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** One server through its starts, its losses and its close. */
class ServerSupervisorTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Sinks.Empty<Void> gate = Sinks.empty();
    private final Sinks.Empty<Void> other = Sinks.empty();
    private Supervised it = restarting(restart -> restart);

    private static Supervised restarting(UnaryOperator<RestartOptions.Builder> change) {
        return Supervised.process(options -> options.restart(restart -> change.apply(
                restart.firstDelay(SECOND).maxDelay(SECOND.multipliedBy(8)).maxRestarts(3))));
    }

    private static Supervised lazy() {
        return Supervised.process(
                options -> options.lifetime(life -> life.lazy(true)).restart(restart -> restart.firstDelay(SECOND)));
    }

    /** However it was left, closing leaves nothing, and nothing begins after it. */
    @AfterEach
    void closesCompletely() {
        gate.tryEmitEmpty();
        other.tryEmitEmpty();
        it.supervisor.close().block(LIMIT);
        assertThat(it.life()).isInstanceOfAny(ServerLife.Closed.class, ServerLife.Disabled.class);
        assertThat(it.server.live()).isZero();
        int opened = it.server.opened();
        it.pass(Duration.ofHours(1));
        assertThat(it.server.opened()).isEqualTo(opened);
        assertThat(it.lives).extracting(ServerLife::generation).isSorted();
    }

    private List<ServerState> states() {
        return it.lives.stream().map(ServerLife::state).toList();
    }

    // -- restarts

    @Test
    void lostServerIsStartedAgain() {
        it.started();
        it.server.crash();
        assertThat(it.life()).isInstanceOfSatisfying(ServerLife.BackingOff.class, life -> {
            assertThat(life.attempt()).isEqualTo(2);
            assertThat(life.until()).isEqualTo(Instant.ofEpochMilli(1000));
            assertThat(life.error()).hasMessageContaining("the server went away");
        });
        it.pass(SECOND.minusMillis(1));
        assertThat(it.server.opened()).isEqualTo(1);
        it.pass(Duration.ofMillis(1));
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.Ready.class,
                        life -> assertThat(life.generation()).isEqualTo(2));
        assertThat(states())
                .containsExactly(
                        ServerState.STARTING,
                        ServerState.READY,
                        ServerState.BACKING_OFF,
                        ServerState.STARTING,
                        ServerState.READY);
    }

    @Test
    void callsDuringTheBackOffAreRefusedWithTheTime() {
        it.started();
        it.server.crash();
        it.pass(Duration.ofMillis(400));
        McpServerUnavailableException refused = refusal(it.call());
        assertThat(refused.state()).isEqualTo(ServerState.BACKING_OFF);
        assertThat(refused.retryAfter()).contains(Duration.ofMillis(600));
        assertThat(refused.isTransient()).isTrue();
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void callsDuringTheRestartWaitForIt() {
        it.started();
        it.server.crash();
        it.server.opening(gate.asMono());
        it.pass(SECOND);
        TestSubscriber<String> call = it.call();
        assertThat(call.isTerminated()).isFalse();
        gate.tryEmitEmpty();
        assertThat(call.getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void serverThatDoesNotStartIsTriedAgain() {
        it.server.refuse();
        it.started();
        assertThat(it.life()).isInstanceOf(ServerLife.BackingOff.class);
        it.server.refuse(null);
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void attemptsAreCountedInTheLives() {
        it.server.refuse();
        it.started();
        it.pass(SECOND.multipliedBy(3));
        assertThat(it.lives)
                .filteredOn(ServerLife.Starting.class::isInstance)
                .extracting(life -> ((ServerLife.Starting) life).attempt())
                .containsExactly(1, 2, 3);
    }

    @Test
    void serverThatCannotBeStartedStaysFailed() {
        it.server.refuse(new McpStartException("s", "not found", Diagnostics.NONE, null, false));
        it.started();
        assertThat(it.state()).isEqualTo(ServerState.FAILED);
        it.pass(Duration.ofHours(1));
        assertThat(it.server.opened()).isEqualTo(1);
        assertThat(refusal(it.call())).hasMessageContaining("not found");
    }

    @Test
    void serverThatWasReadyIsTriedAgain() {
        it.started();
        it.server.crash();
        it.server.refuse(new McpStartException("s", "not found", Diagnostics.NONE, null, false));
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
        it.server.refuse(null);
        it.pass(SECOND.multipliedBy(2));
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void serverThatIsLostAsItBecomesReadyIsStartedAgain() {
        it.onChange = life -> {
            if (life instanceof ServerLife.Ready) {
                it.onChange = any -> {};
                it.server.crash();
            }
        };
        it.started();
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void lateLossOfAnOldSessionIsNoRestart() {
        it.started();
        Generation old = it.supervisor.position().current();
        it.handle().restart().block(LIMIT);
        for (int i = 0; i < 5; i++) {
            it.supervisor.lost(old, new McpConnectionException("s", "it ended", Diagnostics.NONE, null));
        }
        it.server.crash();
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.BackingOff.class,
                        life -> assertThat(life.attempt()).isEqualTo(2));
    }

    @Test
    void whatIsLeftOfALostServerIsClosed() {
        it.started();
        it.server.crash();
        assertThat(it.server.live()).isZero();
    }

    @Test
    void restartWaitsForTheOldOneToBeGone() {
        it.started();
        it.server.closing(gate.asMono());
        it.server.crash();
        it.pass(MINUTE);
        assertThat(it.life()).isInstanceOf(ServerLife.Starting.class);
        assertThat(it.server.opened()).isEqualTo(1);
        it.server.closing(Mono.empty());
        gate.tryEmitEmpty();
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.server.most()).isEqualTo(1);
    }

    @Test
    void restartByHandWaitsForTheOldOneToBeGone() {
        it.started();
        it.server.closing(gate.asMono());
        TestSubscriber<Void> restart = subscribed(it.handle().restart());
        assertThat(it.server.opened()).isEqualTo(1);
        assertThat(restart.isTerminated()).isFalse();
        gate.tryEmitEmpty();
        assertThat(restart.isTerminatedComplete()).isTrue();
        assertThat(it.server.most()).isEqualTo(1);
    }

    @Test
    void failedCloseOfTheOldOneDoesNotKeepTheNext() {
        it.started();
        it.server.closing(Mono.error(new IllegalStateException("stuck")));
        it.server.crash();
        it.server.closing(Mono.empty());
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void callsThatDrainAreNotEndedByALoss() {
        it = Supervised.process(options -> options.lifetime(life -> life.maxLifetime(MINUTE)))
                .started();
        TestSubscriber<Void> draining = it.hold(gate);
        McpSession old = it.supervisor.position().usable();
        it.pass(MINUTE);
        assertThat(it.life().generation()).isEqualTo(2);
        it.supervisor.lost(
                it.supervisor.position().current(),
                new McpConnectionException("s", "it ended", Diagnostics.NONE, null));
        it.pass(SECOND);
        assertThat(ended(old)).isFalse();
        gate.tryEmitEmpty();
        assertThat(draining.isTerminatedComplete()).isTrue();
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void restartByHandEndsCallsThatDrain() {
        it = Supervised.process(options -> options.lifetime(life -> life.maxLifetime(MINUTE)))
                .started();
        it.hold(gate);
        McpSession old = it.supervisor.position().usable();
        it.pass(MINUTE);
        assertThat(subscribed(it.handle().restart()).isTerminatedComplete()).isTrue();
        assertThat(ended(old)).isTrue();
        assertThat(it.server.live()).isEqualTo(1);
    }

    // -- quarantine

    private void quarantine() {
        it.server.refuse();
        it.started();
        it.pass(MINUTE);
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.Quarantined.class,
                        life -> assertThat(life.restarts()).isEqualTo(3));
        it.server.refuse(null);
    }

    @Test
    void tooManyRestartsQuarantine() {
        quarantine();
        assertThat(it.server.opened()).isEqualTo(4);
        it.pass(Duration.ofHours(10));
        assertThat(it.server.opened()).isEqualTo(4);
        McpServerUnavailableException refused = refusal(it.call());
        assertThat(refused.state()).isEqualTo(ServerState.QUARANTINED);
        assertThat(refused.isTransient()).isFalse();
        assertThat(it.handle().status().health().level()).isEqualTo(ServerHealth.Level.DOWN);
    }

    @Test
    void releaseStartsAQuarantinedServer() {
        quarantine();
        it.handle().release().block(LIMIT);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void releasedServerHasAllItsRestartsAgain() {
        quarantine();
        it.handle().release().block(LIMIT);
        for (int i = 0; i < 3; i++) {
            it.server.crash();
            it.pass(SECOND.multipliedBy(8));
            assertThat(it.state()).isEqualTo(ServerState.READY);
        }
        it.server.crash();
        assertThat(it.state()).isEqualTo(ServerState.QUARANTINED);
    }

    @Test
    void releaseThatDoesNotStartFails() {
        quarantine();
        it.server.refuse();
        assertThat(subscribed(it.handle().release()).expectTerminalError())
                .isInstanceOf(McpServerUnavailableException.class);
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
    }

    @Test
    void releaseOfAnotherServerDoesNothing() {
        it.started();
        assertThat(subscribed(it.handle().release()).isTerminatedComplete()).isTrue();
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void twoReleasesStartItOnce() {
        quarantine();
        it.server.opening(gate.asMono());
        subscribed(it.handle().release());
        TestSubscriber<Void> second = subscribed(it.handle().release());
        gate.tryEmitEmpty();
        assertThat(second.isTerminated()).isTrue();
        assertThat(it.server.opened()).isEqualTo(5);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void quarantineOfARequiredServerFailsItsStart() {
        it = Supervised.process(options -> options.required(true).restart(restart -> restart.maxRestarts(0)));
        it.server.refuse();
        it.started();
        assertThat(it.state()).isEqualTo(ServerState.QUARANTINED);
        assertThat(subscribed(it.supervisor.awaitStart()).expectTerminalError())
                .isInstanceOf(McpServerUnavailableException.class);
    }

    // -- by hand

    @Test
    void restartByHandReplacesTheSession() {
        it.started();
        McpSession old = it.supervisor.position().usable();
        it.handle().restart().block(LIMIT);
        assertThat(it.supervisor.position().usable()).isNotSameAs(old);
        assertThat(ended(old)).isTrue();
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void restartByHandFailsCallsInProgress() {
        it.started();
        it.server.memory().handle("slow", call -> Mono.never());
        TestSubscriber<Object> call = subscribed(
                it.handle().useOne(session -> session.callTool("slow", null).cast(Object.class)));
        it.handle().restart().block(LIMIT);
        assertThat(call.isTerminatedError()).isTrue();
    }

    @Test
    void restartByHandDuringABackOffStartsNow() {
        it.started();
        it.server.crash();
        it.handle().restart().block(LIMIT);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.pass(MINUTE);
        assertThat(it.server.opened())
                .as("the alarm of the back-off starts no other")
                .isEqualTo(2);
    }

    @Test
    void cancelledRestartGoesOn() {
        it.started();
        it.server.opening(gate.asMono());
        subscribed(it.handle().restart()).cancel();
        gate.tryEmitEmpty();
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void restartOfAServerThatIsStartingFails() {
        it.server.opening(gate.asMono());
        it.supervisor.start().subscribe();
        assertThat(refusal(subscribed(it.handle().restart())).state()).isEqualTo(ServerState.STARTING);
        gate.tryEmitEmpty();
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void restartBeforeTheStartFails() {
        assertThat(refusal(subscribed(it.handle().restart())).state()).isEqualTo(ServerState.PENDING);
    }

    @Test
    void restartAfterTheCloseFails() {
        it.started();
        it.supervisor.close().block(LIMIT);
        assertThat(refusal(subscribed(it.handle().restart())).state()).isEqualTo(ServerState.CLOSED);
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void failedRestartFailsWhoWaits() {
        it.started();
        it.server.refuse();
        assertThat(refusal(subscribed(it.handle().restart()))).hasMessageContaining("it does not start");
    }

    // -- close

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pending",
                "idle",
                "starting",
                "ready",
                "degraded",
                "backing off",
                "failed",
                "quarantined",
                "restarting",
                "waiting for the old one"
            })
    void closeWinsInEveryState(String state) {
        switch (state) {
            case "idle" -> {
                it = lazy();
                it.started();
            }
            case "starting" -> {
                it.server.opening(Mono.never());
                it.supervisor.start().subscribe();
            }
            case "ready" -> it.started();
            case "degraded" -> {
                it.started();
                it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", null);
            }
            case "backing off" -> {
                it.started();
                it.server.crash();
            }
            case "failed" -> {
                it.server.refuse(new McpStartException("s", "not found", Diagnostics.NONE, null, false));
                it.started();
            }
            case "quarantined" -> quarantine();
            case "restarting" -> {
                it.started();
                it.server.opening(Mono.never());
                subscribed(it.handle().restart());
            }
            case "waiting for the old one" -> {
                it.started();
                it.server.closing(gate.asMono());
                subscribed(it.handle().restart());
            }
            default -> assertThat(it.state()).isEqualTo(ServerState.PENDING);
        }
        int opened = it.server.opened();
        TestSubscriber<Void> close = subscribed(it.supervisor.close());
        assertThat(close.isTerminated()).isEqualTo(!state.equals("waiting for the old one"));
        gate.tryEmitEmpty();
        assertThat(close.isTerminatedComplete()).isTrue();
        assertThat(it.life()).isInstanceOf(ServerLife.Closed.class);
        it.server.refuse(null);
        it.server.opening(Mono.empty());
        it.pass(Duration.ofHours(1));
        it.supervisor.start().block(LIMIT);
        assertThat(subscribed(it.handle().restart()).isTerminatedError()).isTrue();
        assertThat(it.call().isTerminatedError()).isTrue();
        assertThat(it.server.opened()).isEqualTo(opened);
    }

    @Test
    void closeWaitsForEarlierSessions() {
        it.started();
        it.server.closing(gate.asMono());
        it.server.crash();
        TestSubscriber<Void> close = subscribed(it.supervisor.close());
        assertThat(close.isTerminated()).isFalse();
        assertThat(it.server.live()).isEqualTo(1);
        gate.tryEmitEmpty();
        assertThat(close.isTerminatedComplete()).isTrue();
    }

    @Test
    void closeAtTheMomentOfTheLossLeavesNothing() {
        it.started();
        it.server.closing(gate.asMono());
        List<TestSubscriber<Void>> closes = new ArrayList<>();
        it.onChange = life -> {
            if (life instanceof ServerLife.BackingOff) {
                closes.add(subscribed(it.supervisor.close()));
            }
        };
        it.server.crash();
        assertThat(closes).hasSize(1);
        assertThat(closes.get(0).isTerminated()).isFalse();
        gate.tryEmitEmpty();
        assertThat(closes.get(0).isTerminatedComplete()).isTrue();
    }

    @Test
    void closeAtTheMomentOfARestartLeavesNothing() {
        it.started();
        it.server.closing(gate.asMono());
        List<TestSubscriber<Void>> closes = new ArrayList<>();
        it.onChange = life -> {
            if (life instanceof ServerLife.Starting) {
                closes.add(subscribed(it.supervisor.close()));
            }
        };
        TestSubscriber<Void> restart = subscribed(it.handle().restart());
        assertThat(closes.get(0).isTerminated()).as("the old one is there").isFalse();
        gate.tryEmitEmpty();
        assertThat(closes.get(0).isTerminatedComplete()).isTrue();
        assertThat(restart.isTerminatedError()).isTrue();
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void closeAtTheMomentOfAFailedStartLeavesNothing() {
        it.server.opening(other.asMono());
        List<TestSubscriber<Void>> closes = new ArrayList<>();
        it.onChange = life -> {
            if (life instanceof ServerLife.BackingOff) {
                closes.add(subscribed(it.supervisor.close()));
            }
        };
        it.supervisor.start().subscribe();
        other.tryEmitError(new McpStartException("s", "no", Diagnostics.NONE, null, true));
        assertThat(closes).hasSize(1);
        assertThat(closes.get(0).isTerminatedComplete()).isTrue();
        assertThat(it.server.live()).isZero();
    }

    @Test
    void closedServerIsNeverReadyAgain() {
        it.server.opening(gate.asMono());
        it.supervisor.start().subscribe();
        it.server.closing(other.asMono());
        TestSubscriber<Void> close = subscribed(it.supervisor.close());
        gate.tryEmitEmpty();
        assertThat(it.state()).isEqualTo(ServerState.CLOSING);
        other.tryEmitEmpty();
        assertThat(close.isTerminatedComplete()).isTrue();
        assertThat(states()).doesNotContain(ServerState.READY);
    }

    @Test
    void failedCloseIsReportedToAll() {
        it.started();
        it.server.closing(Mono.error(new IllegalStateException("stuck")));
        assertThat(subscribed(it.supervisor.close()).expectTerminalError()).hasMessageContaining("stuck");
        assertThat(subscribed(it.supervisor.close()).expectTerminalError()).hasMessageContaining("stuck");
        assertThat(it.life()).isInstanceOf(ServerLife.Closed.class);
        it = restarting(restart -> restart);
    }

    @Test
    void whoWaitsForTheStartFailsAtTheClose() {
        it.server.opening(Mono.never());
        it.supervisor.start().subscribe();
        TestSubscriber<String> call = it.call();
        it.supervisor.close().block(LIMIT);
        assertThat(call.isTerminatedError()).isTrue();
    }

    @Test
    void whoWaitsForDependenciesFailsAtTheClose() {
        it = new Supervised(false, options -> options, Mono.never());
        it.supervisor.start().subscribe();
        TestSubscriber<String> call = it.call();
        it.supervisor.close().block(LIMIT);
        assertThat(call.isTerminatedError()).isTrue();
        assertThat(it.server.opened()).isZero();
    }

    @Test
    void closeNowEndsACloseThatHangs() {
        it.started();
        it.server.closing(gate.asMono());
        it.supervisor.close().subscribe();
        TestSubscriber<String> now = subscribed(it.supervisor.closeNow());
        gate.tryEmitEmpty();
        assertThat(now.isTerminatedComplete()).isTrue();
        assertThat(it.server.live()).isZero();
    }

    @Test
    void livesEndWithTheClose() {
        it.started();
        Flux<ServerLife> lives = it.handle().life();
        List<ServerLife> seen = new ArrayList<>();
        Mono<List<ServerLife>> all = lives.doOnNext(seen::add).collectList();
        java.util.concurrent.CompletableFuture<List<ServerLife>> future = all.toFuture();
        it.supervisor.close().block(LIMIT);
        assertThat(future.join()).last().isInstanceOf(ServerLife.Closed.class);
        assertThat(lives.collectList().block()).containsExactly(it.life());
    }

    // -- lazy

    @Test
    void lazyServerStartsWithItsFirstUse() {
        it = lazy().started();
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        it.pass(Duration.ofHours(1));
        assertThat(it.server.opened()).isZero();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.life().generation()).isEqualTo(1);
    }

    @Test
    void callBeforeTheStartOfALazyServerStartsIt() {
        it = lazy();
        TestSubscriber<String> call = it.call();
        assertThat(call.isTerminated()).isFalse();
        it.started();
        assertThat(call.getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void usesAtTheSameTimeStartItOnce() {
        it = lazy().started();
        it.server.opening(gate.asMono());
        List<TestSubscriber<String>> calls = List.of(it.call(), it.call(), it.call());
        gate.tryEmitEmpty();
        assertThat(calls)
                .allSatisfy(call -> assertThat(call.getReceivedOnNext()).containsExactly("echo"));
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void cancelledFirstUseLetsTheStartGoOn() {
        it = lazy().started();
        it.server.opening(gate.asMono());
        it.call().cancel();
        gate.tryEmitEmpty();
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void lostLazyServerWaitsForTheNextUse() {
        it = lazy().started();
        it.call();
        it.server.crash();
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        assertThat(it.server.opened()).isEqualTo(1);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void restartStartsALazyServer() {
        it = lazy().started();
        it.handle().restart().block(LIMIT);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void stableServerThatRestedBeginsANewRow() {
        it = Supervised.process(options -> options.lifetime(life -> life.idleTimeout(MINUTE))
                        .restart(restart -> restart.firstDelay(SECOND)))
                .started();
        it.server.crash();
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.pass(MINUTE);
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        it.server.refuse();
        it.call();
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.BackingOff.class,
                        life -> assertThat(life.attempt())
                                .as("the first restart")
                                .isEqualTo(2));
    }

    // -- dependencies

    @Test
    void startWaitsForItsDependencies() {
        it = new Supervised(false, options -> options, gate.asMono());
        it.supervisor.start().subscribe();
        assertThat(it.state()).isEqualTo(ServerState.STARTING);
        assertThat(it.server.opened()).isZero();
        gate.tryEmitEmpty();
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void ensureStartedStartsAnIdleServer() {
        it = lazy().started();
        assertThat(subscribed(it.supervisor.ensureStarted()).isTerminatedComplete())
                .isTrue();
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.supervisor.ensureStarted().block(LIMIT);
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void ensureStartedWaitsForAStart() {
        it.server.opening(gate.asMono());
        TestSubscriber<Void> early = subscribed(it.supervisor.ensureStarted());
        it.supervisor.start().subscribe();
        TestSubscriber<Void> late = subscribed(it.supervisor.ensureStarted());
        assertThat(early.isTerminated() || late.isTerminated()).isFalse();
        gate.tryEmitEmpty();
        assertThat(early.isTerminatedComplete() && late.isTerminatedComplete()).isTrue();
    }

    @Test
    void ensureStartedNeverFails() {
        it.server.refuse();
        it.started();
        assertThat(subscribed(it.supervisor.ensureStarted()).isTerminatedComplete())
                .isTrue();
    }

    // -- remote servers

    @Test
    void callTriesARemoteServerDuringTheBackOff() {
        it = Supervised.remote(options ->
                        options.restart(restart -> restart.firstDelay(MINUTE).maxDelay(MINUTE)))
                .started();
        it.server.crash();
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void remoteServerComesBackByItself() {
        it = Supervised.remote(options -> options.restart(restart -> restart.firstDelay(SECOND)))
                .started();
        it.server.refuse();
        it.server.crash();
        it.pass(Duration.ofHours(1));
        assertThat(it.state()).isEqualTo(ServerState.BACKING_OFF);
        it.server.refuse(null);
        it.pass(MINUTE);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void callsAtTheSameTimeTryARemoteServerOnce() {
        it = Supervised.remote(options ->
                        options.restart(restart -> restart.firstDelay(MINUTE).maxDelay(MINUTE)))
                .started();
        it.server.opening(gate.asMono());
        it.server.crash();
        List<TestSubscriber<String>> calls = List.of(it.call(), it.call(), it.call());
        gate.tryEmitEmpty();
        assertThat(calls)
                .allSatisfy(call -> assertThat(call.getReceivedOnNext()).containsExactly("echo"));
        assertThat(it.server.opened()).isEqualTo(2);
    }

    // -- subscriptions

    @Test
    void subscriptionsMoveToTheRestartedSession() {
        it.started();
        List<McpSession> used = new ArrayList<>();
        it.supervisor
                .useEach(session -> Flux.<String>never().doOnSubscribe(s -> used.add(session)))
                .subscribe();
        it.server.crash();
        it.pass(SECOND);
        assertThat(used).hasSize(2).last().isSameAs(it.supervisor.position().usable());
    }

    @Test
    void subscriptionsEndWithTheServer() {
        it.started();
        TestSubscriber<String> listening = TestSubscriber.create();
        it.supervisor
                .useEach(session -> session.onTermination().<String>thenMany(Flux.empty()))
                .subscribe(listening);
        it.supervisor.close().block(LIMIT);
        assertThat(listening.isTerminatedComplete()).isTrue();
    }

    @Test
    void disabledServerIsNeverStarted() {
        it = Supervised.process(options -> options.disabled("a test")).started();
        it.pass(MINUTE);
        assertThat(refusal(subscribed(it.handle().restart())).state()).isEqualTo(ServerState.DISABLED);
        assertThat(it.server.opened()).isZero();
    }
}
