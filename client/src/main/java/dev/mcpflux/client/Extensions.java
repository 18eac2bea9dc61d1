package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Extensions that mcpflux knows, each off until the application asks for it (specification 2026-07-28: basic/versioning,
 * extension negotiation). Others may be declared by their identifier as well.
 */
public final class Extensions {

    /** Tool calls that a server answers with a task; mcpflux follows it to its end. */
    public static final String TASKS = "io.modelcontextprotocol/tasks";

    /** MCP Apps: tools with a user interface, whose {@code ui://} resources can be read like any. */
    public static final String UI = "io.modelcontextprotocol/ui";

    /** The one type of content that MCP Apps have. */
    public static final String UI_MIME_TYPE = "text/html;profile=mcp-app";

    private Extensions() {}

    /** The settings that a client declares for an extension, where it has none to make itself. */
    public static JsonNode settings(String extension) {
        return extension.equals(UI)
                ? McpJson.mapper().valueToTree(Map.of("mimeTypes", List.of(UI_MIME_TYPE)))
                : McpJson.mapper().createObjectNode();
    }
}
