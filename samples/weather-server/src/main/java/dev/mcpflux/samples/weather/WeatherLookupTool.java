package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.Set;
import reactor.core.publisher.Mono;

/** {@code weather_lookup}: the climate of a city. */
final class WeatherLookupTool {

    private static final Tool TOOL = Tools.declare(
            "weather_lookup",
            "Weather lookup",
            "Looks up the typical weather of a city: temperature, humidity, wind and condition, averaged over the year.",
            Schema.object(
                    Schema.required("city", Schema.text("Name of the city, for example Lisbon")),
                    Schema.optional("units", Schema.choice("Units of the values", Units.names(), Units.METRIC.json()))),
            WeatherReport.SCHEMA);

    private final Cities cities;

    WeatherLookupTool(Cities cities) {
        this.cities = cities;
    }

    AsyncToolSpecification specification() {
        return Tools.specification(TOOL, Set.of("city", "units"), (arguments, progress) -> call(arguments));
    }

    private Mono<CallToolResult> call(Arguments arguments) {
        Units units = Units.of(arguments.text("units", Units.METRIC.json()));
        City city = cities.find(arguments.text("city"));
        WeatherReport report = WeatherReport.of(city, units);
        return Mono.just(Tools.result(report.text(city), report));
    }
}
