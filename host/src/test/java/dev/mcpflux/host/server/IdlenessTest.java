package dev.mcpflux.host.server;

import static dev.mcpflux.host.server.Supervised.MINUTE;
import static dev.mcpflux.host.server.Supervised.SECOND;
import static dev.mcpflux.host.server.Supervised.ended;
import static dev.mcpflux.host.server.Supervised.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.host.config.LifetimeOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Servers that nobody uses: they are closed, or asked whether they are still there. */
class IdlenessTest {

    private final Sinks.Empty<Void> until = Sinks.empty();
    private Supervised it = idle();

    private static Supervised with(UnaryOperator<LifetimeOptions.Builder> lifetime, EraPolicy era) {
        return Supervised.process(options -> options.era(era).lifetime(lifetime));
    }

    private static Supervised idle() {
        return with(life -> life.idleTimeout(MINUTE), EraPolicy.LEGACY).started();
    }

    private static Supervised pinged() {
        return with(life -> life.pingInterval(MINUTE), EraPolicy.LEGACY).started();
    }

    @AfterEach
    void close() {
        until.tryEmitEmpty();
        it.supervisor.close().block();
        assertThat(it.server.live()).isZero();
    }

    private long pings() {
        return it.server.memory().receivedMethods().stream()
                .filter("ping"::equals)
                .count();
    }

    // -- idle

    @Test
    void unusedServerIsClosed() {
        it.pass(MINUTE.minusMillis(1));
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.pass(Duration.ofMillis(1));
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        assertThat(it.server.live()).isZero();
    }

    @Test
    void nextUseStartsItAgain() {
        it.pass(MINUTE);
        assertThat(it.call().getReceivedOnNext()).containsExactly("echo");
        assertThat(it.life().generation()).isEqualTo(2);
        it.pass(MINUTE);
        assertThat(it.state()).as("again").isEqualTo(ServerState.IDLE);
        assertThat(it.server.most()).isEqualTo(1);
    }

    @Test
    void idleTimeBeginsWithTheEndOfTheLastUse() {
        it.pass(SECOND.multipliedBy(50));
        it.call();
        it.pass(SECOND.multipliedBy(59));
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
    }

    @Test
    void serverInUseIsNotClosed() {
        it.hold(until);
        it.pass(Duration.ofHours(1));
        assertThat(it.state()).isEqualTo(ServerState.READY);
        until.tryEmitEmpty();
        it.pass(MINUTE.multipliedBy(2));
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
    }

    @Test
    void listeningKeepsTheServer() {
        Disposable listening =
                it.supervisor.useEach(session -> Flux.<String>never()).subscribe();
        it.pass(Duration.ofHours(1));
        assertThat(it.state()).isEqualTo(ServerState.READY);
        listening.dispose();
        it.pass(MINUTE.multipliedBy(2));
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
    }

    @Test
    void useThatBeginsAsItGoesIdleIsNotFailed() {
        Generation before = it.supervisor.position().current();
        // a use is counted after the look at the uses, and before the server is idle
        before.enter();
        it.supervisor.rest(before);
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
        assertThat(it.server.live()).isEqualTo(1);
        assertThat(ended(before.session())).isFalse();
        // the next use starts another session, and does not end that of the first
        TestSubscriber<String> next = it.call();
        assertThat(ended(before.session())).isFalse();
        before.exit();
        assertThat(next.getReceivedOnNext()).containsExactly("echo");
        assertThat(it.server.most()).as("one after the other").isEqualTo(1);
    }

    @Test
    void useThatIsCountedTooLateTakesTheNextSession() {
        Supervised late = it;
        boolean[] rested = {false};
        // the server becomes idle between the look at the session and the second look
        TestSubscriber<String> used = subscribed(Mono.defer(() -> {
            if (!rested[0]) {
                rested[0] = true;
                late.supervisor.rest(late.supervisor.position().current());
            }
            return late.handle().useOne(Supervised::echo);
        }));
        assertThat(used.getReceivedOnNext()).containsExactly("echo");
        assertThat(it.life().generation()).isEqualTo(2);
    }

    @Test
    void lostServerIsNotTakenForIdle() {
        it = Supervised.process(options -> options.lifetime(life -> life.idleTimeout(SECOND))
                        .restart(restart -> restart.firstDelay(MINUTE).maxDelay(MINUTE)))
                .started();
        it.server.crash();
        it.pass(SECOND.multipliedBy(30));
        assertThat(it.life()).isInstanceOf(ServerLife.BackingOff.class);
        it.pass(SECOND.multipliedBy(30));
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void idleTimeOfAnOldSessionEndsNoOther() {
        it.pass(SECOND.multipliedBy(30));
        it.supervisor.restart().block();
        it.pass(SECOND.multipliedBy(59));
        assertThat(it.state()).isEqualTo(ServerState.READY);
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.IDLE);
    }

    @Test
    void closedServerIsNotWatched() {
        it.supervisor.close().block();
        it.pass(Duration.ofHours(1));
        assertThat(it.state()).isEqualTo(ServerState.CLOSED);
        assertThat(it.server.opened()).isEqualTo(1);
    }

    // -- pings

    @Test
    void idleServerIsPinged() {
        it = pinged();
        it.pass(SECOND.multipliedBy(59));
        assertThat(pings()).isZero();
        it.pass(SECOND);
        assertThat(pings()).isEqualTo(1);
        it.pass(MINUTE.multipliedBy(9));
        assertThat(pings()).isEqualTo(10);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void modernServerIsNotPinged() {
        it = with(life -> life.pingInterval(MINUTE), EraPolicy.AUTO).started();
        int received = it.server.memory().received().size();
        it.pass(Duration.ofHours(1));
        assertThat(it.server.memory().received()).hasSize(received);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void trafficTakesThePlaceOfPings() {
        it = pinged();
        for (int i = 0; i < 20; i++) {
            it.pass(SECOND.multipliedBy(50));
            it.call();
        }
        assertThat(pings()).isZero();
        it.pass(MINUTE);
        assertThat(pings()).isEqualTo(1);
    }

    @Test
    void serverInUseIsNotPinged() {
        it = pinged();
        it.hold(until);
        it.pass(Duration.ofHours(1));
        assertThat(pings()).isZero();
        until.tryEmitEmpty();
        it.pass(MINUTE.multipliedBy(2));
        assertThat(pings()).isPositive();
    }

    @Test
    void unansweredPingDegrades() {
        it = pinged();
        it.server.memory().ignore("ping");
        it.pass(MINUTE.plusSeconds(10));
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.Degraded.class,
                        life -> assertThat(life.error()).hasMessageContaining("it did not answer a ping"));
        assertThat(it.call().getReceivedOnNext()).as("it may be used").containsExactly("echo");
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void answeredPingRecovers() {
        it = pinged();
        it.server.memory().ignore("ping");
        it.pass(MINUTE.plusSeconds(10));
        it.server.memory().recover("ping");
        it.pass(MINUTE);
        assertThat(it.state()).isEqualTo(ServerState.READY);
    }

    @Test
    void twoUnansweredPingsRestartTheServer() {
        it = pinged();
        it.server.memory().ignore("ping");
        it.pass(MINUTE.plusSeconds(10));
        it.pass(MINUTE.plusSeconds(9));
        assertThat(it.life()).isInstanceOf(ServerLife.Degraded.class);
        it.pass(SECOND);
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.BackingOff.class,
                        life -> assertThat(life.error()).hasMessageContaining("it did not answer 2 pings in a row"));
        it.pass(SECOND);
        assertThat(it.state()).isEqualTo(ServerState.READY);
        assertThat(it.life().generation()).isEqualTo(2);
        assertThat(it.server.live()).isEqualTo(1);
    }

    @Test
    void pingsThatFailOneByOneAreNotInARow() {
        it = pinged();
        for (int i = 0; i < 5; i++) {
            it.server.memory().ignore("ping");
            it.pass(MINUTE.plusSeconds(10));
            it.server.memory().recover("ping");
            it.pass(MINUTE);
        }
        assertThat(it.life().generation()).isEqualTo(1);
    }

    @Test
    void trafficBetweenPingsBeginsANewRow() {
        it = pinged();
        it.server.memory().ignore("ping");
        it.pass(MINUTE.plusSeconds(10));
        it.pass(SECOND.multipliedBy(30));
        it.call();
        it.pass(MINUTE.plusSeconds(10));
        assertThat(it.life().generation()).isEqualTo(1);
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
    }

    @Test
    void nextSessionIsPingedToo() {
        it = pinged();
        it.supervisor.restart().block();
        it.pass(MINUTE.multipliedBy(3));
        assertThat(pings()).isEqualTo(3);
    }

    @Test
    void pingOfAnOldSessionStopsNoOthers() {
        it = with(life -> life.pingInterval(MINUTE).maxLifetime(MINUTE.plusSeconds(5)), EraPolicy.LEGACY)
                .started();
        it.server.memory().ignore("ping");
        // the old session is being pinged when the next one takes over
        it.pass(MINUTE);
        it.server.memory().recover("ping");
        it.pass(SECOND.multipliedBy(5));
        assertThat(it.life().generation()).isEqualTo(2);
        long before = pings();
        it.pass(MINUTE);
        assertThat(pings()).isEqualTo(before + 1);
    }

    @Test
    void unansweredPingDoesNotCloseAnOpenCircuit() {
        it = Supervised.process(options -> options.era(EraPolicy.LEGACY)
                        .lifetime(life -> life.pingInterval(MINUTE))
                        .limits(limits -> limits.failures(1).cooldown(Duration.ofMinutes(10))))
                .started();
        Instant until = Instant.ofEpochMilli(Duration.ofMinutes(10).toMillis());
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", until);
        it.server.memory().ignore("ping");
        it.pass(MINUTE.plusSeconds(10));
        assertThat(it.life())
                .isInstanceOfSatisfying(
                        ServerLife.Degraded.class,
                        life -> assertThat(life.retryAt()).isEqualTo(until));
    }

    @Test
    void answeredPingDoesNotCloseAnOpenCircuit() {
        it = Supervised.process(options -> options.era(EraPolicy.LEGACY)
                        .lifetime(life -> life.pingInterval(MINUTE))
                        .limits(limits -> limits.failures(1)))
                .started();
        Instant until = Instant.ofEpochMilli(Duration.ofMinutes(10).toMillis());
        it.supervisor.troubled(it.supervisor.position().current(), 1, "a timeout", until);
        it.pass(MINUTE);
        assertThat(pings()).isEqualTo(1);
        assertThat(it.state()).isEqualTo(ServerState.DEGRADED);
    }
}
