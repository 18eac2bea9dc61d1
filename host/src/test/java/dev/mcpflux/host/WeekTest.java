package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Simulated weeks of a host; see {@link Week}. A failure names the seed, which repeats it. */
class WeekTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rulesHoldForAWeek(long seed) {
        new Week(seed).run(7).requireVariety();
    }

    @Tag("heavy")
    @ParameterizedTest
    @MethodSource("manySeeds")
    void rulesHoldForManyWeeks(long seed) {
        new Week(seed).run(7).requireVariety();
    }

    static LongStream manySeeds() {
        return LongStream.rangeClosed(100, 129);
    }

    @Test
    void seedRepeatsTheWeek() {
        assertThat(new Week(5).run(1)).hasToString(new Week(5).run(1).toString());
    }
}
