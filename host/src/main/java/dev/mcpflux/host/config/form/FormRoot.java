package dev.mcpflux.host.config.form;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where servers stand in a file.
 *
 * @param path the keys that lead to them; empty where they are the file itself
 * @param layout how they stand there
 * @param type the transport of those that name none; null where the form has a general rule
 */
public record FormRoot(
        List<String> path, Layout layout, @Nullable String type) {

    /** How servers stand at a place. */
    public enum Layout {
        /** An object with the servers by their names. */
        MAP,
        /** An array of servers that have a name each. */
        LIST
    }

    public FormRoot {
        path = List.copyOf(path);
    }

    static FormRoot map(String... path) {
        return new FormRoot(List.of(path), Layout.MAP, null);
    }

    static FormRoot list(String... path) {
        return new FormRoot(List.of(path), Layout.LIST, null);
    }

    static FormRoot list(List<String> path, String type) {
        return new FormRoot(path, Layout.LIST, type);
    }

    /** The place for a person: {@code mcp.stdio_servers}. */
    public String shown() {
        return path.isEmpty() ? "the file itself" : String.join(" → ", path);
    }
}
