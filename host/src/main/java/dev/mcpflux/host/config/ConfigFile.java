package dev.mcpflux.host.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the widely used {@code mcpServers} file. A mistake in an entry costs that server only. What decides of which kind a
 * server is, and how long it is waited for, is read with its variables; command, arguments, environment, directory, URL,
 * headers and proxy stay templates until the server starts.
 */
public final class ConfigFile {

    /**
     * What a file says.
     *
     * @param servers in their order
     * @param warnings what was read but not understood, for a person
     */
    public record Content(List<ServerDefinition> servers, List<String> warnings) {

        public Content {
            servers = List.copyOf(servers);
            warnings = List.copyOf(warnings);
        }
    }

    static final String ROOT = "mcpServers";

    /** What the servers are called in files of other hosts. */
    private static final List<String> FOREIGN_ROOTS =
            List.of("servers", "mcp_servers", "context_servers", "amp.mcpServers", "mcp", "extensions");

    private final ConfigText text;
    private final UnaryOperator<@Nullable String> variables;

    private final List<ServerDefinition> definitions = new ArrayList<>();

    /**
     * A file that is not read yet.
     *
     * @param variables the value of a variable by its name, or null where it is not set
     */
    public ConfigFile(Path file, UnaryOperator<@Nullable String> variables) {
        this.text = new ConfigText(file);
        this.variables = variables;
    }

    /**
     * Reads the file, once. Blocks while it reads.
     *
     * @throws McpConfigurationException if the file cannot be read or is not of that form as a whole
     */
    public Content read() {
        JsonNode root = text.read();
        if (!root.isObject()) {
            throw text.problem(null, "", "expected an object with \"" + ROOT + "\", found " + ConfigText.kind(root));
        }
        JsonNode servers = root.get(ROOT);
        if (servers == null) {
            throw text.problem(null, "", withoutRoot(root));
        }
        String place = ConfigText.member("", ROOT);
        if (!servers.isObject()) {
            throw text.problem(null, place, "expected an object of servers by name, found " + ConfigText.kind(servers));
        }
        for (String key : root.propertyNames()) {
            if (!key.equals(ROOT)) {
                text.warn(ConfigText.member("", key), "unknown key " + ConfigText.quoted(key) + " is ignored");
            }
        }
        if (servers.isEmpty()) {
            text.warn(place, "it names no server");
        }
        servers.forEachEntry((name, entry) -> server(name, entry, ConfigText.member(place, name)));
        return new Content(
                DependencyCheck.checked(
                        definitions, name -> text.at(ConfigText.member(ConfigText.member(place, name), "dependsOn"))),
                text.warnings());
    }

    private static String withoutRoot(JsonNode root) {
        for (String other : FOREIGN_ROOTS) {
            if (root.has(other)) {
                return "expected \"" + ROOT + "\", found \"" + other
                        + "\"; rename it if it holds servers by their names";
            }
        }
        for (Map.Entry<String, JsonNode> member : root.properties()) {
            JsonNode value = member.getValue();
            if (member.getKey().equalsIgnoreCase(ROOT)) {
                return "expected \"" + ROOT + "\", found " + ConfigText.quoted(member.getKey());
            }
            if (value.has("command") || value.has("url")) {
                return "expected \"" + ROOT + "\" at the top level, found a server; write {\"" + ROOT
                        + "\": {…}} around the servers";
            }
        }
        if (root.has("command") || root.has("url")) {
            return "expected \"" + ROOT + "\" at the top level, found the entry of a server; write {\"" + ROOT
                    + "\": {\"name\": {…}}} around it";
        }
        return "expected \"" + ROOT + "\" at the top level";
    }

    private void server(String name, JsonNode entry, String pointer) {
        String wrongName = ServerNames.problem(name);
        if (wrongName != null) {
            // there is no server of that name to fail, so it is left out with a warning
            text.warn(pointer, "server '" + name + "' is left out: its name " + wrongName);
            return;
        }
        definitions.add(new ServerEntry(text, name, entry, pointer, variables).read());
    }
}
