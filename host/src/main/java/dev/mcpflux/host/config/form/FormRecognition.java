package dev.mcpflux.host.config.form;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells of which form a file is: by where it is, if its content agrees, and else by its shape. */
public final class FormRecognition {

    private static final List<String> OPENHANDS = List.of("stdio_servers", "shttp_servers", "sse_servers");

    /** What stands beside the servers of an agent of Amazon Q or Kiro. */
    private static final List<String> AGENT =
            List.of("allowedTools", "toolAliases", "toolsSettings", "useLegacyMcpJson");

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

    /** Where a file has servers: of two places, one of them within the other one, that which servers stand at. */
    public static List<FormRoot> places(ConfigForm form, JsonNode content) {
        List<FormRoot> found = new ArrayList<>();
        for (FormRoot root : form.roots()) {
            JsonNode servers = at(content, root);
            boolean nested = form.roots().stream()
                    .anyMatch(outer -> isWithin(root, outer) && !outer.path().isEmpty());
            // other settings of the user stand beside the projects
            boolean beside = root.path().isEmpty() && hasProjects(form, content);
            // a server may be called "servers"
            if (servers != null && !beside && !(nested && isEntry(servers))) {
                found.add(root);
            }
        }
        found.removeIf(outer -> found.stream().anyMatch(root -> root != outer && isCovered(root, outer)));
        return found;
    }

    /** Where the servers may be the file itself, it is that only if they are nowhere else. */
    private static boolean isCovered(FormRoot root, FormRoot outer) {
        return outer.path().isEmpty() || isWithin(root, outer);
    }

    private static boolean isWithin(FormRoot root, FormRoot outer) {
        return root.path().size() > outer.path().size()
                && root.path().subList(0, outer.path().size()).equals(outer.path());
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

    /** Whether a file of this form is one of a user that holds servers by project; it may have none for all projects. */
    public static boolean hasProjects(ConfigForm form, JsonNode content) {
        return form.id().equals("claude-code") && content.path("projects").isObject();
    }

    private static boolean agrees(ConfigForm form, JsonNode content) {
        if (hasProjects(form, content)) {
            return true;
        }
        for (FormRoot root : places(form, content)) {
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
        String id = shape(content);
        return id == null ? null : ConfigForms.find(id);
    }

    private static @Nullable String shape(JsonNode content) {
        JsonNode servers = content.path("mcpServers");
        if (!servers.isMissingNode()) {
            boolean agent = AGENT.stream().anyMatch(content::has);
            return servers.isArray() ? "continue" : agent ? "amazon-q" : "mcpflux";
        }
        JsonNode within = content.path("mcp").path("servers");
        if (within.isObject() && !isEntry(within)) {
            return hasType(within, "local", "remote") ? "opencode" : "vscode";
        }
        if (content.path("servers").isObject()) {
            return "vscode";
        }
        if (content.has("context_servers")) {
            return "zed";
        }
        if (content.has("mcp_servers")) {
            return content.path("mcp_servers").isArray() ? "vibe" : "codex";
        }
        return content.has("amp.mcpServers") ? "amp" : byMembers(content);
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
