package dev.mcpflux.host.config;

import dev.mcpflux.host.config.document.ConfigDocument;
import dev.mcpflux.host.config.document.DocumentException;
import dev.mcpflux.host.config.form.ConfigForm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said about a server outside of its entry: lists of names that switch it off, a sandbox that several share, and the
 * tools that an agent of Amazon Q or Kiro may use.
 */
final class FileRules {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Where Claude Code keeps which servers of a project's {@code .mcp.json} its user does not want. */
    private static final List<String> CLAUDE_SETTINGS = List.of(".claude/settings.local.json", ".claude/settings.json");

    private static final String CLAUDE_LIST = "disabledMcpjsonServers";

    private static final List<String> CLAUDE_APPROVALS =
            List.of("enabledMcpjsonServers", "enableAllProjectMcpServers", "allowedMcpServers", "deniedMcpServers");

    /**
     * A member that an entry gets, with our keys, unless it says something itself.
     *
     * @param place where it stands in the file
     */
    record Shared(String key, JsonNode value, String place) {}

    private record Names(JsonNode array, String shown, boolean off) {}

    private final ConfigText text;
    private final JsonNode root;
    private final ConfigForm form;
    private final List<Names> lists = new ArrayList<>();

    FileRules(ConfigText text, Path file, JsonNode root, ConfigForm form) {
        this.text = text;
        this.root = root;
        this.form = form;
        for (String list : form.offLists()) {
            list(root, "", list, true);
        }
        for (String list : form.onLists()) {
            list(root, "", list, false);
        }
        if (form.id().equals("claude-code")) {
            claude(file);
        }
        form.shared().stream().filter(root::has).forEach(this::noteShared);
    }

    /** Lists that a project within the file adds. */
    FileRules withProject(JsonNode project, String pointer) {
        form.offLists().forEach(list -> list(project, pointer, list, true));
        return this;
    }

    private void list(JsonNode within, String pointer, String list, boolean off) {
        JsonNode names = within.at("/" + list);
        if (names.isArray() && (off || !names.isEmpty())) {
            lists.add(new Names(
                    names, ConfigText.quoted(list.replace('/', '.')) + " in " + text.place(pointer + "/" + list), off));
        }
    }

    private void claude(Path file) {
        for (String key : CLAUDE_APPROVALS) {
            if (root.has(key)) {
                text.note("/" + key, ConfigText.quoted(key) + " is not applicable: mcpflux asks for approval itself");
            }
        }
        Path project = file.toAbsolutePath().getParent();
        if (project == null || !file.endsWith(".mcp.json")) {
            return;
        }
        for (String name : CLAUDE_SETTINGS) {
            Path settings = project.resolve(name);
            if (Files.isRegularFile(settings)) {
                settings(settings);
            }
        }
    }

    private void settings(Path file) {
        try {
            JsonNode names = ConfigDocument.read(file, null).root().path(CLAUDE_LIST);
            if (names.isArray()) {
                lists.add(new Names(names, "\"" + CLAUDE_LIST + "\" in " + file, true));
            }
        } catch (DocumentException e) {
            text.note("", "which servers are switched off is not known: " + file + " cannot be read: " + e.reason());
        }
    }

    private void noteShared(String key) {
        String place = ConfigText.member("", key);
        if (key.equals("sandbox")) {
            if (root.path(key).isObject()) {
                text.note(place, "\"sandbox\" is that of each server with \"sandboxEnabled\" that has none of its own");
            } else {
                text.warn(place, "expected an object, found " + ConfigText.kind(root.path(key)) + "; it is ignored");
            }
        } else if (key.equals("allowedTools")) {
            text.note(
                    place,
                    "\"allowedTools\" becomes a policy: other tools are asked about where there is somebody to ask");
        }
    }

    /** What switches a server off, with its place, or null. */
    @Nullable
    String off(String name) {
        for (Names list : lists) {
            if (list.off() == contains(list.array(), name)) {
                return list.off() ? list.shown() : list.shown() + ", which does not name it";
            }
        }
        return null;
    }

    private static boolean contains(JsonNode names, String name) {
        for (JsonNode each : names) {
            if (name.equals(each.asString(""))) {
                return true;
            }
        }
        return false;
    }

    /** What the entry of a server gets. */
    List<Shared> shared(String server) {
        List<Shared> shared = new ArrayList<>();
        for (String key : form.shared()) {
            JsonNode value = root.path(key);
            String place = ConfigText.member("", key);
            switch (key) {
                case "sandbox" -> {
                    if (value.isObject()) {
                        shared.add(new Shared("sandbox", value, place));
                    }
                }
                case "allowedTools" -> {
                    if (value.isArray()) {
                        shared.add(new Shared("policy", policy(server, value), place));
                    }
                }
                default -> {}
            }
        }
        if (form.shared().contains("tools")) {
            ObjectNode tools = tools(server);
            if (!tools.isEmpty()) {
                shared.add(new Shared("tools", tools, root.has("tools") ? "/tools" : "/toolAliases"));
            }
        }
        return shared;
    }

    // -- tools of an agent: "@server", "@server/tool", "*"

    private ObjectNode tools(String server) {
        ObjectNode tools = NODES.objectNode();
        JsonNode offered = root.path("tools");
        if (offered.isArray()) {
            List<String> patterns = patterns(server, offered);
            if (patterns.isEmpty()) {
                tools.putArray("exclude").add("*");
            } else if (!patterns.contains("*")) {
                patterns.forEach(tools.putArray("include")::add);
            }
        }
        root.path("toolAliases").forEachEntry((tool, alias) -> {
            String name = ofServer(server, tool);
            if (name != null && !name.equals("*") && alias.isString()) {
                ObjectNode names = tools.get("rename") instanceof ObjectNode there ? there : tools.putObject("rename");
                names.set(name, alias);
            }
        });
        return tools;
    }

    private static ObjectNode policy(String server, JsonNode allowed) {
        List<String> patterns = patterns(server, allowed);
        ObjectNode policy = NODES.objectNode();
        policy.put("otherwise", patterns.contains("*") ? "allow" : "ask-if-possible");
        patterns.remove("*");
        if (!patterns.isEmpty()) {
            ObjectNode tools = policy.putObject("tools");
            patterns.forEach(pattern -> tools.put(pattern, "allow"));
        }
        return policy;
    }

    /** The names and patterns of a server's tools in a list; {@code *} for all. */
    private static List<String> patterns(String server, JsonNode list) {
        List<String> patterns = new ArrayList<>();
        if (list instanceof ArrayNode array) {
            for (JsonNode each : array) {
                String pattern = each.asString("").equals("*") ? "*" : ofServer(server, each.asString(""));
                if (pattern != null && !patterns.contains(pattern)) {
                    patterns.add(pattern);
                }
            }
        }
        return patterns;
    }

    private static @Nullable String ofServer(String server, String tool) {
        if (!tool.startsWith("@")) {
            return null;
        }
        int slash = tool.indexOf('/');
        String named = slash < 0 ? tool.substring(1) : tool.substring(1, slash);
        if (!matches(named, server)) {
            return null;
        }
        return slash < 0 ? "*" : tool.substring(slash + 1);
    }

    private static boolean matches(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return text.matches(regex.toString());
    }
}
