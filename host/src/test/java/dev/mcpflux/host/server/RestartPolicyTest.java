package dev.mcpflux.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.RestartOptions;
import dev.mcpflux.host.server.LifeEvent.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What follows when a server was lost or could not be started. */
class RestartPolicyTest {

    private static final McpException LOST = new McpConnectionException("s", "it ended", Diagnostics.NONE, null);
    private static final McpException PERMANENT =
            new McpStartException("s", "not found", Diagnostics.NONE, null, false);
    private static final McpException WRONG = new McpConfigurationException("s", "it is wrong");
    private static final McpException LOGIN = new McpAuthorizationRequiredException("s", "log in", null, null);
    private static final Verdict NEVER = new Verdict.Never();

    private static RestartPolicy process(UnaryOperator<RestartOptions.Builder> options) {
        return policy(options, false);
    }

    private static RestartPolicy remote(UnaryOperator<RestartOptions.Builder> options) {
        return policy(options, true);
    }

    private static RestartPolicy policy(UnaryOperator<RestartOptions.Builder> options, boolean remote) {
        RestartOptions.Builder builder = RestartOptions.builder()
                .jitter(0)
                .firstDelay(Duration.ofMillis(100))
                .maxDelay(Duration.ofMillis(1000));
        return new RestartPolicy(options.apply(builder).build(), remote);
    }

    private static Verdict again(int attempt, long until) {
        return new Verdict.Again(attempt, Instant.ofEpochMilli(until));
    }

    @Test
    void firstRestartFollowsTheFirstDelay() {
        assertThat(process(o -> o).lost(LOST, 5000)).isEqualTo(again(2, 5100));
    }

    @Test
    void delaysGrowUpToTheLongest() {
        RestartPolicy policy = process(o -> o.growth(3));
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            verdicts.add(policy.startFailed(LOST, 0, 1));
        }
        assertThat(verdicts)
                .containsExactly(again(2, 100), again(3, 300), again(4, 900), again(5, 1000), again(6, 1000));
    }

    @Test
    void jitterAddsAtMostItsPart() {
        for (int i = 0; i < 200; i++) {
            Verdict verdict = process(o -> o.jitter(0.5)).lost(LOST, 0);
            assertThat(((Verdict.Again) verdict).until().toEpochMilli()).isBetween(100L, 150L);
        }
    }

    @Test
    void tooManyRestartsQuarantineAProcess() {
        RestartPolicy policy = process(o -> o.maxRestarts(2));
        assertThat(policy.lost(LOST, 0)).isInstanceOf(Verdict.Again.class);
        assertThat(policy.lost(LOST, 1)).isInstanceOf(Verdict.Again.class);
        assertThat(policy.lost(LOST, 2)).isEqualTo(new Verdict.Quarantine(2));
    }

    @Test
    void restartsBeforeTheWindowDoNotCount() {
        RestartPolicy policy = process(o -> o.maxRestarts(1).window(Duration.ofSeconds(10)));
        policy.lost(LOST, 0);
        // it was restarted at 100
        assertThat(policy.lost(LOST, 10_100)).isEqualTo(new Verdict.Quarantine(1));
        assertThat(policy.lost(LOST, 10_101)).isInstanceOf(Verdict.Again.class);
    }

    @Test
    void remoteServerIsNeverQuarantined() {
        RestartPolicy policy = remote(o -> o.maxRestarts(0));
        for (int i = 0; i < 100; i++) {
            assertThat(policy.startFailed(LOST, i, 1)).isInstanceOf(Verdict.Again.class);
        }
    }

    @Test
    void stableServerStartsFromTheFirstDelay() {
        RestartPolicy policy = process(o -> o.stableAfter(Duration.ofSeconds(30)));
        policy.lost(LOST, 0);
        policy.ready(1000);
        assertThat(policy.lost(LOST, 30_999)).as("not stable").isEqualTo(again(3, 31_199));
        policy.ready(40_000);
        assertThat(policy.lost(LOST, 70_000)).as("stable").isEqualTo(again(2, 70_100));
    }

    @Test
    void failedStartDoesNotEndARow() {
        RestartPolicy policy = process(o -> o);
        policy.ready(0);
        policy.lost(LOST, 1);
        assertThat(policy.startFailed(LOST, 100_000, 1)).isEqualTo(again(3, 100_200));
    }

    @Test
    void switchedOffRestartsNothing() {
        RestartPolicy policy = process(o -> o.enabled(false));
        assertThat(policy.startFailed(LOST, 0, 1)).isEqualTo(NEVER);
        policy.ready(1);
        assertThat(policy.lost(LOST, 2)).isEqualTo(NEVER);
    }

    @Test
    void whatOnlyAPersonCanMendIsNotRepeated() {
        for (boolean isRemote : new boolean[] {false, true}) {
            RestartPolicy policy = policy(o -> o, isRemote);
            policy.ready(0);
            assertThat(policy.startFailed(WRONG, 1, 1)).isEqualTo(NEVER);
            assertThat(policy.startFailed(LOGIN, 1, 1)).isEqualTo(NEVER);
        }
    }

    @Test
    void permanentFailureOfTheFirstStartIsFinal() {
        assertThat(process(o -> o).startFailed(PERMANENT, 0, 1)).isEqualTo(NEVER);
        assertThat(remote(o -> o).startFailed(PERMANENT, 0, 1)).isEqualTo(NEVER);
    }

    @Test
    void processThatWasReadyIsTriedAgain() {
        RestartPolicy policy = process(o -> o);
        policy.ready(0);
        assertThat(policy.startFailed(PERMANENT, 1, 1)).isInstanceOf(Verdict.Again.class);
        RestartPolicy remote = remote(o -> o);
        remote.ready(0);
        assertThat(remote.startFailed(PERMANENT, 1, 1)).as("remote").isEqualTo(NEVER);
    }

    @Test
    void startByHandBeginsARowOfItsOwn() {
        RestartPolicy policy = process(o -> o.maxRestarts(1));
        policy.lost(LOST, 0);
        assertThat(policy.attempt()).isEqualTo(2);
        policy.forget();
        assertThat(policy.attempt()).isEqualTo(1);
        assertThat(policy.lost(LOST, 1)).isEqualTo(again(2, 101));
    }

    @Test
    void callTriesARemoteServerAgain() {
        ServerLife waiting = new ServerLife.BackingOff(1, LOST, 2, Instant.EPOCH);
        assertThat(remote(o -> o).allowsCall(waiting, 0)).isTrue();
        assertThat(process(o -> o).allowsCall(waiting, 0)).isFalse();
    }

    @Test
    void callDoesNotRepeatASlowStartAtOnce() {
        RestartPolicy policy = remote(o -> o);
        ServerLife waiting = new ServerLife.BackingOff(1, LOST, 2, Instant.EPOCH);
        policy.startFailed(LOST, 10_000, 3000);
        assertThat(policy.allowsCall(waiting, 12_999)).isFalse();
        assertThat(policy.allowsCall(waiting, 13_000)).isTrue();
        policy.startFailed(LOST, 20_000, 2999);
        assertThat(policy.allowsCall(waiting, 20_000)).as("a quick one").isTrue();
    }

    @Test
    void readyServerIsTriedAgainAtOnceAfterALoss() {
        RestartPolicy policy = remote(o -> o);
        policy.startFailed(LOST, 0, 60_000);
        policy.ready(1000);
        policy.lost(LOST, 2000);
        assertThat(policy.allowsCall(new ServerLife.BackingOff(1, LOST, 2, Instant.EPOCH), 2000))
                .isTrue();
    }

    @Test
    void remoteServerMayBeBackAfterALogin() {
        RestartPolicy policy = remote(o -> o);
        assertThat(policy.mayBeBack(new ServerLife.Failed(1, LOGIN))).isTrue();
        assertThat(policy.mayBeBack(new ServerLife.Failed(1, LOST))).isTrue();
        assertThat(policy.mayBeBack(new ServerLife.Failed(1, WRONG))).isFalse();
        assertThat(policy.mayBeBack(new ServerLife.Failed(1, new McpProtocolException("s", "odd"))))
                .isFalse();
        assertThat(process(o -> o).mayBeBack(new ServerLife.Failed(1, LOST))).isFalse();
        assertThat(policy.mayBeBack(new ServerLife.Idle(1))).isFalse();
    }

    @Test
    void serverThatAsksForAPauseGetsIt() {
        McpException busy = new McpHttpStatusException("s", "HTTP 503", 503, Duration.ofSeconds(7));
        McpException wrapped = new McpStartException("s", "not reached", Diagnostics.NONE, busy, true);
        RestartPolicy policy = remote(o -> o);
        assertThat(policy.startFailed(wrapped, 1000, 1)).isEqualTo(again(2, 8000));
        ServerLife waits = new ServerLife.BackingOff(1, wrapped, 2, Instant.ofEpochMilli(8000));
        assertThat(policy.allowsCall(waits, 7999)).isFalse();
        assertThat(policy.allowsCall(waits, 8000)).isTrue();
    }

    @Test
    void longPauseIsCut() {
        McpException busy = new McpHttpStatusException("s", "HTTP 429", 429, Duration.ofDays(1));
        assertThat(remote(o -> o).startFailed(busy, 0, 1)).isEqualTo(again(2, 600_000));
    }
}
