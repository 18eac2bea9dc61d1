package dev.mcpflux.client.drift;

import tools.jackson.databind.JsonNode;

/** How a server answered a request: in the recording, or now. */
sealed interface Answer {

    /** A result, in the form that {@link Shape} gives it. */
    record Result(JsonNode value) implements Answer {}

    /** An error, as one line. */
    record Failure(String text) implements Answer {}
}
