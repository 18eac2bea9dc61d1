package dev.mcpflux.host.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A place in a configuration file.
 *
 * @param line from 1; 0 where none is known
 * @param pointer a JSON pointer (RFC 6901), or null where none is known
 */
public record ConfigPlace(Path file, int line, @Nullable String pointer) {

    /** The place for a person, such as {@code mcp.json, line 3, /mcpServers/a}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ", line " + line : "") + (pointer == null || pointer.isEmpty() ? "" : ", " + pointer);
    }
}
