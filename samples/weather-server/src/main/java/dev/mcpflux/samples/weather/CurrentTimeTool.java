package dev.mcpflux.samples.weather;

import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** {@code current_time}: the current time in a time zone. */
final class CurrentTimeTool {

    private static final String DEFAULT_ZONE = "UTC";

    private static final Tool TOOL = Tools.declare(
            "current_time",
            "Current time",
            "Returns the current date and time in a time zone.",
            Schema.object(Schema.optional(
                    "timezone", Schema.text("IANA time zone, for example Europe/Lisbon", DEFAULT_ZONE))),
            CurrentTime.SCHEMA);

    private final Clock clock;

    CurrentTimeTool(Clock clock) {
        this.clock = clock;
    }

    AsyncToolSpecification specification() {
        return Tools.specification(TOOL, Set.of("timezone"), (arguments, progress) -> call(arguments));
    }

    private Mono<CallToolResult> call(Arguments arguments) {
        CurrentTime time = CurrentTime.of(clock, zone(arguments.text("timezone", DEFAULT_ZONE)));
        return Mono.just(Tools.result(time.text(), time));
    }

    /**
     * The zone of an id.
     *
     * @throws ToolFailure if the time zone database has no such zone; {@code ZoneId.of} alone would accept offsets and
     *     prefixes too, which are not IANA ids
     */
    static ZoneId zone(String id) {
        Set<String> known = ZoneId.getAvailableZoneIds();
        if (known.contains(id)) {
            return ZoneId.of(id);
        }
        List<String> near = Names.near(id, known);
        throw new ToolFailure("Unknown time zone '" + id + "'. "
                + (near.isEmpty()
                        ? "Give an IANA id, such as Europe/Lisbon, America/New_York or UTC."
                        : "Did you mean " + String.join(" or ", near) + "?"));
    }
}
