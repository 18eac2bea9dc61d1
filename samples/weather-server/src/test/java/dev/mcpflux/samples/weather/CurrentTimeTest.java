package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurrentTimeTest {

    private final Clock clock = Clock.fixed(Instant.parse("2026-07-01T23:30:15.123Z"), ZoneOffset.UTC);

    @Test
    void returnsTheTimeOfAZone() {
        assertThat(CurrentTime.of(clock, ZoneId.of("Europe/Lisbon")))
                .isEqualTo(new CurrentTime("Europe/Lisbon", "2026-07-02T00:30:15+01:00", "Thursday", "+01:00"));
    }

    @Test
    void printsTheOffsetOfUtcAsDigits() {
        assertThat(CurrentTime.of(clock, CurrentTimeTool.zone("UTC")).utcOffset())
                .isEqualTo("+00:00");
    }

    @Test
    void suggestsAZone() {
        assertThatExceptionOfType(ToolFailure.class)
                .isThrownBy(() -> CurrentTimeTool.zone("Europe/Lisbn"))
                .withMessage("Unknown time zone 'Europe/Lisbn'. Did you mean Europe/Lisbon?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Olympus_Mons_Crater", "GMT+03:30", "+01:00"})
    void rejectsOtherThanIanaIds(String id) {
        assertThatExceptionOfType(ToolFailure.class)
                .isThrownBy(() -> CurrentTimeTool.zone(id))
                .withMessageStartingWith("Unknown time zone '" + id + "'.");
    }
}
