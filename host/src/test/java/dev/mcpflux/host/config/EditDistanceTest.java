package dev.mcpflux.host.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

    @ParameterizedTest
    @CsvSource({
        "lookup,  lookup,         0",
        "lokup,   lookup,         1",
        "lookup,  bookup,         1",
        "lookups, look_ups,       1",
        "ab,      ba,             2",
        "flaw,    lawn,           2",
        "kitten,  sitting,        3",
        "abc,     xyz,            3",
        "abcd,    xy,             4",
        "weather, weather_lookup, 0",
        "lookup,  weather_lookup, 0",
        "'',      weather,        0",
        "'',      '',             0"
    })
    void distanceCountsChangesAndForgivesAPart(String a, String b, int expected) {
        assertThat(EditDistance.of(a, b)).isEqualTo(expected);
        assertThat(EditDistance.of(b, a)).isEqualTo(expected);
    }
}
