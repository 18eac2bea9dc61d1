package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CitiesTest {

    private final Cities cities = Cities.embedded();

    @Test
    void everyCityIsPlausible() {
        assertThat(cities.all()).hasSizeGreaterThanOrEqualTo(30).allSatisfy(city -> {
            assertThat(ZoneId.getAvailableZoneIds()).contains(city.timezone());
            assertThat(city.meanCelsius()).isBetween(-20.0, 35.0);
            assertThat(city.humidityPercent()).isBetween(0, 100);
            assertThat(city.windKmh()).isBetween(0.0, 60.0);
            assertThat(city.condition()).isNotBlank();
        });
    }

    @Test
    void noTwoCitiesAreFoundByOneName() {
        assertThat(cities.all()).extracting(city -> Names.fold(city.name())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"São Paulo", "sao paulo", "SÃO-PAULO", " sao  paulo "})
    void findsCitiesIgnoringCaseAndAccents(String name) {
        assertThat(cities.find(name).country()).isEqualTo("Brazil");
    }

    @Test
    void suggestsTheCorrectSpelling() {
        assertThatExceptionOfType(ToolFailure.class)
                .isThrownBy(() -> cities.find("Lisbom"))
                .withMessage("Unknown city 'Lisbom'. Did you mean Lisbon?");
    }

    @Test
    void namesAllCitiesWhenNoneIsNear() {
        assertThatExceptionOfType(ToolFailure.class)
                .isThrownBy(() -> cities.find("Atlantis"))
                .withMessageStartingWith("Unknown city 'Atlantis'. Known cities: Amsterdam, Athens,")
                .withMessageEndingWith("Zürich.");
    }

    @Test
    void rejectsInvalidLine() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> City.parse("Oslo;Norway"));
    }

    @Test
    void cityStateIsNamedOnce() {
        assertThat(cities.find("singapore").label()).isEqualTo("Singapore");
        assertThat(cities.find("lisbon").label()).isEqualTo("Lisbon, Portugal");
    }

    @Test
    void convertsUnits() {
        WeatherReport report = WeatherReport.of(cities.find("lisbon"), Units.IMPERIAL);

        assertThat(report.temperature()).isEqualTo(63.5);
        assertThat(report.temperatureUnit()).isEqualTo("°F");
        assertThat(report.windSpeed()).isEqualTo(9.9);
        assertThat(report.windUnit()).isEqualTo("mph");
    }
}
