package dev.mcpflux.host.server;

import static dev.mcpflux.host.server.Supervised.MINUTE;
import static dev.mcpflux.host.server.Supervised.SECOND;
import static dev.mcpflux.host.server.Supervised.ended;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.host.config.LifetimeOptions;
import dev.mcpflux.host.config.ServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Sessions that have become old, and the ones that take their place. */
class RenewalTest {

    private static final Duration AGE = Duration.ofHours(1);

    private final Sinks.Empty<Void> until = Sinks.empty();
    private Supervised it = aging(life -> life);

    private static Supervised aging(UnaryOperator<LifetimeOptions.Builder> lifetime) {
        return aging(lifetime, options -> options);
    }

    private static Supervised aging(
            UnaryOperator<LifetimeOptions.Builder> lifetime, UnaryOperator<ServerOptions.Builder> other) {
        return Supervised.process(options -> other.apply(options.lifetime(
                        life -> lifetime.apply(life.maxLifetime(AGE).drainTimeout(Duration.ofSeconds(30))))))
                .started();
    }

    @AfterEach
    void close() {
        it.supervisor.close().block();
        assertThat(it.server.live()).isZero();
        int opened = it.server.opened();
        it.pass(AGE.multipliedBy(3));
        assertThat(it.server.opened()).as("nothing is opened after the close").isEqualTo(opened);
    }

    private McpSession session() {
        return it.supervisor.position().usable();
    }

    @Test
    void anotherSessionTakesOver() {
        McpSession old = session();
        it.pass(AGE.minusMillis(1));
        assertThat(session()).isSameAs(old);
        it.pass(Duration.ofMillis(1));
        assertThat(session()).isNotSameAs(old);
        assertThat(it.life().generation()).isEqualTo(2);
        assertThat(it.server.live()).isEqualTo(1);
        assertThat(ended(old)).isTrue();
        it.pass(AGE);
        assertThat(it.life().generation()).as("its age counts, too").isEqualTo(3);
    }

    @Test
    void serverIsUsableAllTheTime() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        assertThat(it.server.live()).isEqualTo(2);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        until.tryEmitEmpty();
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.lives).allMatch(life -> life instanceof ServerLife.Starting || life instanceof ServerLife.Ready);
    }

    @Test
    void callsOfTheOldSessionEnd() {
        TestSubscriber<Void> call = it.hold(until);
        McpSession old = session();
        it.pass(AGE);
        assertThat(it.life().generation()).isEqualTo(2);
        assertThat(ended(old)).isFalse();
        until.tryEmitEmpty();
        assertThat(call.isTerminatedComplete()).isTrue();
        assertThat(ended(old)).isTrue();
        assertThat(it.server.live()).isEqualTo(1);
    }

    @Test
    void drainTimeIsLimited() {
        it.hold(until);
        McpSession old = session();
        it.pass(AGE.plusSeconds(29));
        assertThat(ended(old)).isFalse();
        it.pass(SECOND);
        assertThat(ended(old)).isTrue();
    }

    @Test
    void callsUnderWayCountTheOldSession() {
        it.server.memory().handle("slow", call -> Mono.never());
        it.pass(AGE.minus(SECOND));
        Supervised.subscribed(it.handle().useOne(session -> session.callTool("slow", null)));
        it.pass(SECOND);
        assertThat(it.life().generation()).isEqualTo(2);
        assertThat(it.supervisor.callsUnderWay()).isEqualTo(1);
        assertThat(it.handle().status().calls()).isEqualTo(1);
    }

    @Test
    void failedRenewalKeepsTheOldSession() {
        McpSession old = session();
        it.server.refuse();
        it.pass(AGE);
        assertThat(session()).isSameAs(old);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.server.live()).isEqualTo(1);
        it.server.refuse(null);
        it.pass(MINUTE);
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void failedRenewalIsTriedAgainAfterAMinute() {
        it.server.refuse();
        it.pass(AGE.plusMinutes(10));
        assertThat(it.server.opened()).isEqualTo(1 + 11);
    }

    @Test
    void shortAgeIsTheTimeToTryAgain() {
        it = aging(life -> life.maxLifetime(SECOND));
        it.server.refuse();
        it.pass(SECOND.multipliedBy(10));
        assertThat(it.server.opened()).isEqualTo(1 + 10);
    }

    @Test
    void closeDuringARenewalLeavesNothing() {
        it.server.opening(Mono.never());
        it.pass(AGE);
        assertThat(it.server.live()).isEqualTo(2);
        it.supervisor.close().block();
        assertThat(it.server.live()).isZero();
    }

    @Test
    void renewalAfterTheCloseBeginsNothing() {
        it.supervisor.close().block();
        it.pass(AGE);
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void closeDuringTheDrainLeavesNothing() {
        it.hold(until);
        it.pass(AGE);
        assertThat(it.server.live()).isEqualTo(2);
        it.supervisor.close().block();
        assertThat(it.server.live()).isZero();
    }

    @Test
    void lostDuringARenewalIsRestarted() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        it.server.opening(Mono.empty());
        it.server.crash();
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.life().generation()).isEqualTo(2);
        McpSession restarted = session();
        until.tryEmitEmpty();
        assertThat(session()).isSameAs(restarted);
        assertThat(it.server.live()).isEqualTo(1);
    }

    @Test
    void renewalOfALostSessionIsGivenUp() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        it.server.opening(Mono.empty());
        it.server.crash();
        assertThat(it.server.live()).as("at once").isZero();
        it.pass(SECOND);
        assertThat(it.server.live()).as("the restarted one only").isEqualTo(1);
    }

    @Test
    void restartedSessionIsRenewedThoughARenewalHung() {
        it = aging(life -> life, options -> options.startTimeout(AGE.multipliedBy(3)));
        it.server.opening(Mono.never());
        it.pass(AGE);
        it.server.opening(Mono.empty());
        it.server.crash();
        it.pass(SECOND);
        assertThat(it.life().generation()).isEqualTo(2);
        it.pass(AGE);
        assertThat(it.life().generation()).isEqualTo(3);
    }

    @Test
    void lateFailureOfARenewalDisturbsNoOther() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        it.server.opening(Mono.empty());
        it.server.crash();
        it.pass(SECOND);
        until.tryEmitError(new IllegalStateException("late"));
        int opened = it.server.opened();
        it.pass(AGE.minusSeconds(2));
        assertThat(it.server.opened()).isEqualTo(opened);
        it.pass(SECOND.multipliedBy(2));
        assertThat(it.life().generation()).isEqualTo(3);
    }

    @Test
    void restartByHandDuringARenewalTakesItsPlace() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        it.server.opening(Mono.empty());
        it.supervisor.restart().block();
        assertThat(it.server.live()).isEqualTo(1);
        until.tryEmitEmpty();
        assertThat(it.server.live()).isEqualTo(1);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void idleServerIsNotRenewed() {
        it = aging(life -> life.idleTimeout(MINUTE));
        it.pass(AGE.multipliedBy(3));
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void quarantinedServerIsNotRenewed() {
        it = aging(life -> life, options -> options.restart(restart -> restart.maxRestarts(0)));
        it.server.crash();
        assertThat(it.state()).isEqualTo(ServerState.QUARANTINED);
        it.pass(AGE.multipliedBy(3));
        assertThat(it.server.opened()).isEqualTo(1);
    }

    @Test
    void subscriptionsMoveToTheNewSession() {
        List<McpSession> sessions = new ArrayList<>();
        it.supervisor
                .useEach(session -> Flux.<String>never().doOnSubscribe(s -> sessions.add(session)))
                .subscribe();
        McpSession old = session();
        it.pass(AGE);
        assertThat(sessions).containsExactly(old, session());
        assertThat(ended(old)).as("nothing holds it").isTrue();
    }

    @Test
    void limitHoldsForBothSessionsTogether() {
        it = aging(life -> life, options -> options.limits(limits -> limits.maxInFlight(1)));
        it.hold(until);
        it.pass(AGE);
        TestSubscriber<String> waiting = it.call();
        assertThat(waiting.isTerminated()).isFalse();
        until.tryEmitEmpty();
        assertThat(waiting.getReceivedOnNext()).containsExactly("echo");
    }

    @Test
    void renewalEndsATrouble() {
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", null);
        it.pass(AGE);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void newSessionThatEndsAtOnceIsRestarted() {
        it.server.opening(until.asMono());
        it.pass(AGE);
        it.onChange = life -> {
            if (life.generation() == 2 && life instanceof ServerLife.Ready) {
                it.onChange = any -> {};
                it.server.crash();
            }
        };
        until.tryEmitEmpty();
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.life().generation()).isEqualTo(3);
        assertThat(it.server.live()).isEqualTo(1);
    }
}
