package dev.mcpflux.host.config;

import dev.mcpflux.text.SafeText;
import org.jspecify.annotations.Nullable;

/** What a server may be called. */
final class ServerNames {

    private ServerNames() {}

    /** What is wrong with a name, or null. */
    static @Nullable String problem(String name) {
        if (name.isBlank()) {
            return "is empty";
        }
        if (name.contains(ServerDefinition.NAME_SEPARATOR)) {
            return "contains '__', which separates it from the names of its tools";
        }
        if (name.endsWith("_")) {
            return "ends in '_', which cannot be told from the '__' before the names of its tools";
        }
        boolean safe = SafeText.text(name).equals(name) && name.indexOf('\n') < 0 && name.indexOf('\t') < 0;
        return safe ? null : "contains a control character or an invisible one";
    }

    static void require(String name) {
        String problem = problem(name);
        if (problem != null) {
            throw new McpConfigurationException(null, "the name of server '" + name + "' " + problem);
        }
    }
}
