package dev.mcpflux.host.config.form;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells of which form a file is: by where it is, if its content agrees, and else by its shape. */
public final class FormRecognition {

    private static final List<String> OPENHANDS = List.of("stdio_servers", "shttp_servers", "sse_servers");

    private FormRecognition() {}

    /** The form of a file with this content, or null if it is of none. */
    public static @Nullable ConfigForm of(Path file, JsonNode content) {
        ConfigForm known = byPlace(file, content);
        return known != null ? known : byShape(content);
    }

    /** The servers at a place of a form, or null if there is nothing. */
    public static @Nullable JsonNode at(JsonNode content, FormRoot root) {
        JsonNode found = content;
        for (String member : root.path()) {
            found = found.path(member);
        }
        return found.isMissingNode() ? null : found;
    }

    private static @Nullable ConfigForm byPlace(Path file, JsonNode content) {
        Path normal = file.toAbsolutePath().normalize();
        ConfigForm best = null;
        int length = 0;
        for (ConfigForm form : ConfigForms.all().values()) {
            for (String place : form.files()) {
                Path end = Path.of(place.replaceFirst("^(~|\\{config})/", ""));
                if (end.getNameCount() > length && normal.endsWith(end) && agrees(form, content)) {
                    best = form;
                    length = end.getNameCount();
                }
            }
        }
        return best;
    }

    private static boolean agrees(ConfigForm form, JsonNode content) {
        for (FormRoot root : form.roots()) {
            JsonNode servers = at(content, root);
            if (servers != null && (root.path().isEmpty() ? isBare(content) : isLaidOut(root, servers))) {
                return true;
            }
        }
        return false;
    }

    /** What is neither an object nor an array is a mistake in the file of that form. */
    private static boolean isLaidOut(FormRoot root, JsonNode servers) {
        return !(root.layout() == FormRoot.Layout.MAP ? servers.isArray() : servers.isObject());
    }

    private static @Nullable ConfigForm byShape(JsonNode content) {
        String id = content.has("mcpServers")
                ? content.path("mcpServers").isArray() ? "continue" : "mcpflux"
                : content.path("servers").isObject()
                                || content.path("mcp").path("servers").isObject()
                        ? "vscode"
                        : content.has("context_servers")
                                ? "zed"
                                : content.has("mcp_servers")
                                        ? content.path("mcp_servers").isArray() ? "vibe" : "codex"
                                        : content.has("amp.mcpServers") ? "amp" : byMembers(content);
        return id == null ? null : ConfigForms.find(id);
    }

    private static @Nullable String byMembers(JsonNode content) {
        JsonNode mcp = content.path("mcp");
        if (OPENHANDS.stream().anyMatch(mcp::has)) {
            return "openhands";
        }
        if (isBare(mcp)) {
            return hasType(mcp, "stdio", "http", "sse") ? "crush" : "opencode";
        }
        if (content.path("extensions").isObject() && isBare(content.path("extensions"))) {
            return "goose";
        }
        return isBare(content) ? "agents" : null;
    }

    private static boolean hasType(JsonNode servers, String... types) {
        for (JsonNode server : servers) {
            if (List.of(types).contains(server.path("type").asString(""))) {
                return true;
            }
        }
        return false;
    }

    /** Whether every member is the entry of a server, and there is one. */
    private static boolean isBare(JsonNode servers) {
        if (!servers.isObject() || servers.isEmpty()) {
            return false;
        }
        for (JsonNode server : servers) {
            if (!server.isObject() || !isEntry(server)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEntry(JsonNode node) {
        return node.has("command")
                || node.has("url")
                || node.has("cmd")
                || node.has("uri")
                || node.has("httpUrl")
                || node.has("serverUrl")
                || node.path("type").isString();
    }
}
