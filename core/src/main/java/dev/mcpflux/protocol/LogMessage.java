package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Parameters of {@code notifications/message}: a log message of the server (specification: server/utilities/logging).
 *
 * @param level one of the eight levels of RFC 5424, in lower case
 * @param logger the name of the logger, if the server gives one
 * @param data anything
 */
public record LogMessage(
        String level, @Nullable String logger, @Nullable JsonNode data) {}
