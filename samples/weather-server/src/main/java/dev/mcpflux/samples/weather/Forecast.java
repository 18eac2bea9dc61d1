package dev.mcpflux.samples.weather;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The structured result of {@code forecast}. */
record Forecast(String city, String country, List<DayForecast> days) {

    static final Map<String, Object> SCHEMA = Schema.object(
            Schema.required("city", Schema.text("Name of the city")),
            Schema.required("country", Schema.text("Country of the city")),
            Schema.required("days", Schema.array("The days, in order", DayForecast.SCHEMA)));

    Forecast {
        days = List.copyOf(days);
    }

    String text() {
        return days.stream()
                .map(DayForecast::text)
                .collect(Collectors.joining("\n", "Forecast for " + city + ":\n", ""));
    }
}
