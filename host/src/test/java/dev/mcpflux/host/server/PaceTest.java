package dev.mcpflux.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When the next call is due. */
class PaceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long LONG = 1000 * SECOND;

    private final Pace pace = new Pace(4, Duration.ofSeconds(1));

    @Test
    void firstCallsOfAPeriodAreSentAtOnce() {
        for (int i = 0; i < 4; i++) {
            assertThat(pace.reserve(0, LONG)).isZero();
        }
        assertThat(pace.reserve(0, LONG)).isEqualTo(SECOND);
    }

    @Test
    void laterCallsWaitForThePeriodsAfter() {
        for (int i = 0; i < 4; i++) {
            pace.reserve(0, LONG);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(pace.reserve(0, LONG)).isEqualTo((1 + i / 4) * SECOND);
        }
    }

    @Test
    void refusedCallReservesNothing() {
        for (int i = 0; i < 4; i++) {
            pace.reserve(0, LONG);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(pace.reserve(0, SECOND - 1)).isNegative();
        }
        assertThat(pace.reserve(0, SECOND)).isEqualTo(SECOND);
    }

    @Test
    void quietPeriodAllowsOneBurstOnly() {
        pace.reserve(0, LONG);
        for (int i = 0; i < 4; i++) {
            assertThat(pace.reserve(3600 * SECOND, LONG)).isZero();
        }
        assertThat(pace.reserve(3600 * SECOND, LONG)).isPositive();
    }

    @Test
    void oneCallInAPeriodHasNoBurst() {
        Pace slow = new Pace(1, Duration.ofMinutes(1));
        assertThat(slow.reserve(0, LONG)).isZero();
        assertThat(slow.reserve(30 * SECOND, LONG)).isEqualTo(30 * SECOND);
    }

    @Test
    void clockThatGoesBackDoesNotShortenTheWait() {
        Pace slow = new Pace(1, Duration.ofSeconds(1));
        slow.reserve(10 * SECOND, LONG);
        assertThat(slow.reserve(9 * SECOND, LONG)).isEqualTo(2 * SECOND);
    }

    @Test
    void longRunKeepsTheRate() {
        Random random = new Random(7);
        long now = 0;
        List<Long> sent = new ArrayList<>();
        while (now < 100 * SECOND) {
            now += random.nextInt(100_000_000);
            if (pace.reserve(now, 0) == 0) {
                sent.add(now);
            }
        }
        assertThat(sent).hasSizeBetween(4 * 90, 4 * 101);
        for (int i = 4; i < sent.size(); i++) {
            assertThat(sent.get(i) - sent.get(i - 4)).isGreaterThanOrEqualTo(SECOND);
        }
    }

    @Test
    void veryManyCallsKeepTheRate() {
        Pace fast = new Pace(1_000_000, Duration.ofSeconds(1));
        long last = 0;
        for (int i = 0; i < 100_000; i++) {
            last = fast.reserve(0, LONG);
        }
        assertThat(last).isBetween(SECOND / 10 - SECOND / 100, SECOND / 10);
    }

    @Test
    void moreCallsThanNanosecondsAreAllSent() {
        Pace fast = new Pace(1000, Duration.ofNanos(10));
        for (int i = 0; i < 10; i++) {
            assertThat(fast.reserve(i, 0)).isZero();
        }
    }
}
