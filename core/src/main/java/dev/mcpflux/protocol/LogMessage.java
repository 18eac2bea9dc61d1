package dev.mcpflux.protocol;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Parameters of {@code notifications/message}: a log message of the server (specification: server/utilities/logging).
 *
 * @param level one of the eight levels of RFC 5424, in lower case
 * @param logger the name of the logger, if the server gives one
 * @param data anything
 * @param others unknown members, as they were sent
 */
public record LogMessage(
        String level,
        @Nullable String logger,
        @Nullable JsonNode data,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> others) {
    public LogMessage {
        others = Members.others(others);
        level = level == null ? LogLevel.INFO.wire() : level;
    }

    /** Without unknown members. */
    public LogMessage(String level, @Nullable String logger, @Nullable JsonNode data) {
        this(level, logger, data, Map.of());
    }
}
