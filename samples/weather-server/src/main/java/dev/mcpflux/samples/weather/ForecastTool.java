package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code forecast}: the days to come, slow on purpose so that progress and cancellation can be watched. */
final class ForecastTool {

    static final int MOST_DAYS = 14;

    private static final int DEFAULT_DAYS = 5;
    private static final int MOST_STEP_MILLIS = 2000;
    private static final int DEFAULT_STEP_MILLIS = 200;

    private static final Tool TOOL = Tools.declare(
            "forecast",
            "Forecast",
            "Forecasts the weather of a city day by day. Slow on purpose; reports progress after each day.",
            Schema.object(
                    Schema.required("city", Schema.text("Name of the city, for example Lisbon")),
                    Schema.optional("days", Schema.integer("How many days", 1, MOST_DAYS, DEFAULT_DAYS)),
                    Schema.optional(
                            "step_millis",
                            Schema.integer(
                                    "Pause between two days in milliseconds",
                                    0,
                                    MOST_STEP_MILLIS,
                                    DEFAULT_STEP_MILLIS))),
            Forecast.SCHEMA);

    private final Cities cities;
    private final Scheduler timer;

    /** Pauses are counted on the given scheduler. */
    ForecastTool(Cities cities, Scheduler timer) {
        this.cities = cities;
        this.timer = timer;
    }

    AsyncToolSpecification specification() {
        return Tools.specification(TOOL, Set.of("city", "days", "step_millis"), this::call);
    }

    private Mono<CallToolResult> call(Arguments arguments, Progress progress) {
        int days = arguments.integer("days", 1, MOST_DAYS, DEFAULT_DAYS);
        Duration step = Duration.ofMillis(arguments.integer("step_millis", 0, MOST_STEP_MILLIS, DEFAULT_STEP_MILLIS));
        return forecast(cities.find(arguments.text("city")), days, step, progress)
                .map(forecast -> Tools.result(forecast.text(), forecast));
    }

    /**
     * Computes one day after the other, the first at once and each further one a step later.
     *
     * <p>MCP, <em>Progress</em>: no notification may follow the result, hence a day counts as done only when its
     * notification is on its way.
     *
     * <p><strong>Cancellation:</strong> stops before the next day.
     */
    Mono<Forecast> forecast(City city, int days, Duration step, Progress progress) {
        return Flux.range(1, days)
                .concatMap(
                        day -> pauseBefore(day, step)
                                .then(Mono.fromSupplier(() -> DayForecast.of(city, day)))
                                .delayUntil(done -> progress.report(day, days, "day " + day + " of " + days)),
                        1)
                .collectList()
                .map(all -> new Forecast(city.name(), city.country(), all));
    }

    private Mono<Long> pauseBefore(int day, Duration step) {
        return day == 1 ? Mono.empty() : Mono.delay(step, timer);
    }
}
