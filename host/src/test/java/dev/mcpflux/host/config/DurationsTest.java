package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            500ms                  | PT0.5S
            1ms                    | PT0.001S
            1                      | PT1S
            0.5                    | PT0.5S
            60                     | PT1M
            60000                  | PT16H40M
            30s                    | PT30S
            30S                    | PT30S
            30 s                   | PT30S
            ' 30s '                | PT30S
            1.5s                   | PT1.5S
            30sec                  | PT30S
            45 seconds             | PT45S
            2m                     | PT2M
            2 min                  | PT2M
            1m30s                  | PT1M30S
            1m 30s                 | PT1M30S
            1h2m3s4ms              | PT1H2M3.004S
            1h                     | PT1H
            1.5 hours              | PT1H30M
            7d                     | PT168H
            365d                   | PT8760H
            007s                   | PT7S
            PT1M                   | PT1M
            pt0.25s                | PT0.25S
            P1DT1H                 | PT25H
            """)
    void readsTimes(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "0s",
                "000ms",
                "0.0001ms",
                "-1",
                "-1s",
                "+1s",
                "1,5s",
                "s",
                "ms",
                "1 m s",
                "30s1m",
                "1s2s",
                "1s2",
                "1m30",
                "1e3",
                "1y",
                "30sx",
                "PT",
                "PT-1S",
                "PT0S",
                "P1Y",
                "soon",
                "366d",
                "9999999999",
                "999999999999d",
                "99999999999999999999s",
                "٣٠s"
            })
    void refusesOtherTimes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageStartingWith("expected a time like 500ms, 30s, 1m30s or 2h (a bare number is seconds)")
                .withMessageEndingWith(", found '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1ms", "500ms", "30s", "1m30s", "16h40m", "6d22h40m", "1h4ms"})
    void writesWhatItReads(String text) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
    }
}
