package dev.mcpflux.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What this client offers to servers (specification: basic/lifecycle, capability negotiation). Only what the
 * application has a handler for is declared.
 */
public record ClientCapabilities(@Nullable Map<String, JsonNode> experimental) {

    /** Nothing beside what every client can. */
    public static final ClientCapabilities NONE = new ClientCapabilities(null);
}
