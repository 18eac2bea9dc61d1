package dev.mcpflux.samples.weather;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;

/**
 * One day of a forecast, derived only from the climate of the city and the number of the day.
 *
 * <p>There is no randomness and no date: equal requests have equal results, so that a test or a demonstration can
 * distinguish a change in the host from a change in the weather.
 */
record DayForecast(
        int day,
        @JsonProperty("high_celsius") double high,
        @JsonProperty("low_celsius") double low,
        @JsonProperty("precipitation_percent") int precipitationPercent,
        String condition) {

    static final Map<String, Object> SCHEMA = Schema.object(
            Schema.required("day", Schema.integer("Number of the day, 1 is tomorrow", 1, ForecastTool.MOST_DAYS)),
            Schema.required("high_celsius", Schema.number("Highest temperature in °C")),
            Schema.required("low_celsius", Schema.number("Lowest temperature in °C")),
            Schema.required("precipitation_percent", Schema.integer("Probability of precipitation", 0, 100)),
            Schema.required("condition", Schema.text("Condition of the day")));

    static DayForecast of(City city, int day) {
        // String.hashCode is specified, hence the phase of a city is the same on every JVM
        double phase = Math.floorMod(city.name().hashCode(), 360) * Math.PI / 180;
        double mean = city.meanCelsius() + 3 * Math.sin(phase + day * 0.9);
        // dry air cools more at night
        double halfSpread = 2.5 + (100 - city.humidityPercent()) / 15.0;
        double wet = city.humidityPercent() - 40 + 25 * Math.sin(phase / 2 + day * 1.7);
        int precipitation = (int) Math.round(Math.max(0, Math.min(100, wet)));
        return new DayForecast(
                day,
                Rounding.tenth(mean + halfSpread),
                Rounding.tenth(mean - halfSpread),
                precipitation,
                condition(precipitation, mean));
    }

    private static String condition(int precipitation, double mean) {
        if (precipitation < 15) {
            return "sunny";
        }
        if (precipitation < 30) {
            return "partly cloudy";
        }
        if (precipitation < 45) {
            return "cloudy";
        }
        return mean < 1 ? "snow" : "rain";
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "day %d: %s, %.1f to %.1f °C, precipitation %d %%",
                day,
                condition,
                low,
                high,
                precipitationPercent);
    }
}
