package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The extensions that mcpflux supports. Each is off until the application declares it (specification 2026-07-28:
 * basic/versioning, extension negotiation). Other extensions can be declared by their identifiers.
 */
public final class Extensions {

    /** Tool calls that a server answers with a task; mcpflux follows the task until it has ended. */
    public static final String TASKS = "io.modelcontextprotocol/tasks";

    /** MCP Apps: tools with a user interface, whose {@code ui://} resources are read like any other. */
    public static final String UI = "io.modelcontextprotocol/ui";

    /** The only content type of MCP Apps. */
    public static final String UI_MIME_TYPE = "text/html;profile=mcp-app";

    private Extensions() {}

    /** The default settings that a client declares for an extension. */
    public static JsonNode settings(String extension) {
        return extension.equals(UI)
                ? McpJson.mapper().valueToTree(Map.of("mimeTypes", List.of(UI_MIME_TYPE)))
                : McpJson.mapper().createObjectNode();
    }
}
