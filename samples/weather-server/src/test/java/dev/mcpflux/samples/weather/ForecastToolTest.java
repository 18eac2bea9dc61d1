package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ForecastToolTest {

    private static final Duration STEP = Duration.ofMillis(200);

    private final Cities cities = Cities.embedded();
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final ForecastTool tool = new ForecastTool(cities, timer);
    private final List<String> reported = new ArrayList<>();
    private final Progress progress = (done, total, message) -> Mono.fromRunnable(() -> reported.add(message));

    @Test
    void computesOneDayAfterTheOther() {
        StepVerifier.create(tool.forecast(cities.find("oslo"), 3, STEP, progress))
                .then(() -> assertThat(reported).containsExactly("day 1 of 3"))
                .then(() -> timer.advanceTimeBy(STEP.minusMillis(1)))
                .then(() -> assertThat(reported).hasSize(1))
                .then(() -> timer.advanceTimeBy(Duration.ofMillis(1)))
                .then(() -> assertThat(reported).containsExactly("day 1 of 3", "day 2 of 3"))
                .then(() -> timer.advanceTimeBy(STEP))
                .assertNext(forecast -> {
                    assertThat(reported).hasSize(3);
                    assertThat(forecast.city()).isEqualTo("Oslo");
                    assertThat(forecast.days()).extracting(DayForecast::day).containsExactly(1, 2, 3);
                })
                .verifyComplete();
    }

    @Test
    void stopsWhenCancelled() {
        StepVerifier.create(tool.forecast(cities.find("oslo"), 14, STEP, progress))
                .then(() -> timer.advanceTimeBy(STEP))
                .thenCancel()
                .verify();
        timer.advanceTimeBy(STEP.multipliedBy(20));

        assertThat(reported).containsExactly("day 1 of 14", "day 2 of 14");
    }

    @Test
    void doesNothingBeforeTheSubscription() {
        tool.forecast(cities.find("oslo"), 1, STEP, progress);

        assertThat(reported).isEmpty();
    }

    @Test
    void equalRequestsHaveEqualResults() {
        City lisbon = cities.find("lisbon");

        assertThat(DayForecast.of(lisbon, 4)).isEqualTo(DayForecast.of(lisbon, 4));
        assertThat(DayForecast.of(lisbon, 4)).isNotEqualTo(DayForecast.of(lisbon, 5));
    }

    @Test
    void staysNearTheClimate() {
        assertThat(cities.all()).allSatisfy(city -> {
            for (int day = 1; day <= ForecastTool.MOST_DAYS; day++) {
                DayForecast forecast = DayForecast.of(city, day);
                assertThat(forecast.low()).isLessThan(forecast.high());
                assertThat((forecast.low() + forecast.high()) / 2)
                        .isBetween(city.meanCelsius() - 3.1, city.meanCelsius() + 3.1);
                assertThat(forecast.precipitationPercent()).isBetween(0, 100);
            }
        });
    }
}
