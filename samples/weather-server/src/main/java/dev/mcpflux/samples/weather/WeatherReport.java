package dev.mcpflux.samples.weather;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;

/** The structured result of {@code weather_lookup}. */
record WeatherReport(
        String city,
        String country,
        String timezone,
        Units units,
        double temperature,
        @JsonProperty("temperature_unit") String temperatureUnit,
        @JsonProperty("humidity_percent") int humidityPercent,
        @JsonProperty("wind_speed") double windSpeed,
        @JsonProperty("wind_unit") String windUnit,
        String condition) {

    static final Map<String, Object> SCHEMA = Schema.object(
            Schema.required("city", Schema.text("Name of the city")),
            Schema.required("country", Schema.text("Country of the city")),
            Schema.required("timezone", Schema.text("IANA time zone")),
            Schema.required("units", Schema.choice("Units of the values", Units.names())),
            Schema.required("temperature", Schema.number("Mean temperature")),
            Schema.required("temperature_unit", Schema.text("Unit of the temperature")),
            Schema.required("humidity_percent", Schema.integer("Relative humidity", 0, 100)),
            Schema.required("wind_speed", Schema.number("Mean wind speed")),
            Schema.required("wind_unit", Schema.text("Unit of the wind speed")),
            Schema.required("condition", Schema.text("Typical condition")));

    static WeatherReport of(City city, Units units) {
        return new WeatherReport(
                city.name(),
                city.country(),
                city.timezone(),
                units,
                units.temperature(city.meanCelsius()),
                units.temperatureUnit(),
                city.humidityPercent(),
                units.speed(city.windKmh()),
                units.speedUnit(),
                city.condition());
    }

    String text(City city) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %.1f %s, humidity %d %%, wind %.1f %s (average of the year)",
                city.label(),
                condition,
                temperature,
                temperatureUnit,
                humidityPercent,
                windSpeed,
                windUnit);
    }
}
