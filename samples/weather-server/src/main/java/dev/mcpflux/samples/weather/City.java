package dev.mcpflux.samples.weather;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A city and its climate, averaged over the year.
 *
 * @param name as it is written in English, with its accents
 * @param country in English
 * @param timezone IANA id
 * @param meanCelsius mean temperature in °C
 * @param humidityPercent relative humidity, 0 to 100
 * @param windKmh mean wind speed in km/h
 * @param condition what the sky looks like most of the time
 */
record City(
        @JsonProperty("city") String name,
        String country,
        String timezone,
        @JsonProperty("mean_temperature_celsius") double meanCelsius,
        @JsonProperty("humidity_percent") int humidityPercent,
        @JsonProperty("wind_kmh") double windKmh,
        String condition) {

    private static final int COLUMNS = 7;

    /**
     * Reads one line of the embedded file.
     *
     * @throws IllegalArgumentException when the line has not the seven columns, which is a fault of the build
     */
    static City parse(String line) {
        String[] columns = line.split(";", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalArgumentException("not a city: " + line);
        }
        return new City(
                columns[0],
                columns[1],
                columns[2],
                Double.parseDouble(columns[3]),
                Integer.parseInt(columns[4]),
                Double.parseDouble(columns[5]),
                columns[6]);
    }

    String label() {
        // city states: "Singapore, Singapore" reads like a mistake
        return name.equals(country) ? name : name + ", " + country;
    }
}
