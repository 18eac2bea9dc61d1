package dev.mcpflux.cli.watch;

import static dev.mcpflux.cli.watch.WatchTableTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.LifeText;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.server.ServerLife;
import dev.mcpflux.host.server.ServerStatus;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LifeTextTest {

    private static final McpException LOST = new McpClosedException("a", "lost");

    private static final ServerLife.Ready READY = (ServerLife.Ready) WatchTableTest.ready(1);

    private static ServerLife.Degraded degraded(Duration pause) {
        return new ServerLife.Degraded(
                1, READY.peer(), READY.startTime(), LOST, pause == null ? null : NOW.plus(pause));
    }

    private static void assertText(ServerLife life, String text, String brief) {
        assertThat(LifeText.state(life, NOW)).isEqualTo(text);
        assertThat(LifeText.brief(life, NOW)).isEqualTo(brief);
    }

    @Test
    void statesHaveTheirDetails() {
        assertText(READY, "ready", "ready");
        assertText(new ServerLife.Starting(1, 1), "starting", "starting");
        assertText(new ServerLife.Starting(4, 3), "starting, attempt 3", "starting 3x");
        assertText(
                new ServerLife.BackingOff(1, LOST, 2, NOW.plusMillis(2001)),
                "backing off, next start in 3 s",
                "backing off 3 s");
        assertText(
                new ServerLife.BackingOff(1, LOST, 2, NOW.minusSeconds(5)),
                "backing off, next start in 0 s",
                "backing off 0 s");
        assertText(new ServerLife.Quarantined(1, LOST, 6), "quarantined after 6 restarts", "quarantined 6x");
        assertText(degraded(Duration.ofSeconds(10)), "degraded, no calls for 10 s", "degraded 10 s");
        assertText(degraded(Duration.ofSeconds(-1)), "degraded", "degraded");
        assertText(degraded(null), "degraded", "degraded");
    }

    @Test
    void agesHaveTwoUnits() {
        assertThat(LongStream.of(-5, 0, 59, 60, 192, 3599, 3600, 7500, 86_400, 273_600)
                        .mapToObj(seconds -> LifeText.age(Duration.ofSeconds(seconds))))
                .containsExactly("0s", "0s", "59s", "1m00s", "3m12s", "59m59s", "1h00m", "2h05m", "1d00h", "3d04h");
    }

    @Test
    void roundTripsAreShort() {
        assertThat(LongStream.of(
                                0,
                                840_000,
                                99_949_999,
                                99_950_000,
                                345_000_000,
                                999_499_999,
                                999_500_000,
                                61_000_000_000L)
                        .mapToObj(LifeText::millis))
                .containsExactly("0.0 ms", "0.8 ms", "99.9 ms", "100 ms", "345 ms", "999 ms", "1.0 s", "61.0 s");
    }

    @Test
    void percentilesAreNearestRanks() {
        RoundTrips trips = RoundTrips.NONE;
        assertThat(trips.text(50)).isEqualTo("-");
        for (long i = 100; i >= 1; i--) {
            trips = trips.with(i * 1_000_000);
        }
        assertThat(trips.percentile(50)).isEqualTo(50_000_000);
        assertThat(trips.text(99)).isEqualTo("99.0 ms");
        assertThat(RoundTrips.NONE.with(7).percentile(50)).isEqualTo(7);
        assertThat(RoundTrips.NONE.with(7).percentile(99)).isEqualTo(7);
        // the oldest ones are forgotten
        for (int i = 0; i < 128; i++) {
            trips = trips.with(5);
        }
        assertThat(trips.samples()).hasSize(128).containsOnly(5);
    }

    @Test
    void scriptsGetTheDetails() {
        assertThat(json(READY)).isEqualTo("{\"since\":\"2026-07-28T12:00:00Z\"}");
        assertThat(json(new ServerLife.BackingOff(1, LOST, 2, NOW)))
                .contains("\"attempt\":2", "\"until\":\"2026-07-28T12:00:00Z\"");
        assertThat(json(new ServerLife.Quarantined(1, LOST, 6))).contains("\"restarts\":6");
        assertThat(json(degraded(Duration.ofSeconds(1)))).contains("\"retryAt\":\"2026-07-28T12:00:01Z\"");
        assertThat(json(degraded(null))).contains("\"retryAt\":null");
        assertThat(json(new ServerLife.Starting(1, 2))).contains("\"attempt\":2");
    }

    private static String json(ServerLife life) {
        return LifeText.json(new ServerStatus("a", life, NOW, false, null, null, null, 0, 0))
                .toString();
    }
}
