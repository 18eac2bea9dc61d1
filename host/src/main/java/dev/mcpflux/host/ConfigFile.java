package dev.mcpflux.host;

import dev.mcpflux.transport.http.HttpPool;
import dev.mcpflux.transport.http.ProxySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the widely used {@code mcpServers} file. Mistakes in an entry cost that server only. */
final class ConfigFile {

    static final String ROOT = "mcpServers";

    /** What the servers are called in files of other hosts. */
    private static final List<String> FOREIGN_ROOTS =
            List.of("servers", "mcp_servers", "context_servers", "amp.mcpServers", "mcp", "extensions");

    private final ConfigText text;
    private final UnaryOperator<@Nullable String> variables;

    /** For servers by HTTP that name none themselves; null for what the transport takes. */
    private final @Nullable ProxySettings proxies;

    /** One for all servers of the file. */
    private final HttpPool pool = HttpPool.create();

    private final HostConfig.Builder config = HostConfig.builder();

    ConfigFile(Path file, UnaryOperator<@Nullable String> variables) {
        this(file, variables, null);
    }

    ConfigFile(Path file, UnaryOperator<@Nullable String> variables, @Nullable ProxySettings proxies) {
        this.proxies = proxies;
        this.text = new ConfigText(file);
        this.variables = variables;
    }

    HostConfig read() {
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
        text.warnings().forEach(config::warning);
        return config.build();
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

    private static ServerConfig off(String name, String reason) {
        BrokenTransport nothing =
                new BrokenTransport(name, () -> new McpConfigurationException(name, "it is switched off by " + reason));
        return ServerConfig.of(nothing).withDisabled(reason);
    }

    private void server(String name, JsonNode entry, String pointer) {
        String wrongName = ServerConfig.nameProblem(name);
        if (wrongName != null) {
            // there is no server of that name to fail, so this one is told and left out
            text.warn(pointer, "server '" + name + "' is left out: its name " + wrongName);
            return;
        }
        ServerEntry server = new ServerEntry(text, name, entry, pointer, variables);
        try {
            String off = server.off();
            // what is switched off is not looked at: its variables need not be there
            config.server(off == null ? server.read(pool, proxies) : off(name, off));
        } catch (McpConfigurationException e) {
            boolean required = entry.path("required").asBoolean(false);
            config.server(ServerConfig.of(new BrokenTransport(name, e::again)).withRequired(required));
        }
    }
}
