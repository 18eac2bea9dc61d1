package dev.mcpflux.samples.weather;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The units a caller may ask for; the data itself is metric. */
enum Units {
    METRIC("°C", "km/h"),
    IMPERIAL("°F", "mph");

    private static final double KILOMETRES_PER_MILE = 1.609344;

    private final String temperatureUnit;
    private final String speedUnit;

    Units(String temperatureUnit, String speedUnit) {
        this.temperatureUnit = temperatureUnit;
        this.speedUnit = speedUnit;
    }

    /** The names as the protocol sees them. */
    static List<String> names() {
        return Arrays.stream(values()).map(Units::json).toList();
    }

    /**
     * The units of a name.
     *
     * @throws ToolFailure when there are none of that name
     */
    static Units of(String name) {
        return Arrays.stream(values())
                .filter(units -> units.json().equals(name))
                .findFirst()
                .orElseThrow(() -> new ToolFailure(
                        "Argument 'units' must be one of " + String.join(", ", names()) + ", but is '" + name + "'."));
    }

    @JsonValue
    String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    String temperatureUnit() {
        return temperatureUnit;
    }

    String speedUnit() {
        return speedUnit;
    }

    double temperature(double celsius) {
        return Rounding.tenth(this == METRIC ? celsius : celsius * 9 / 5 + 32);
    }

    double speed(double kmh) {
        return Rounding.tenth(this == METRIC ? kmh : kmh / KILOMETRES_PER_MILE);
    }
}
