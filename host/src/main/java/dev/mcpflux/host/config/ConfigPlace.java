package dev.mcpflux.host.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A place in a configuration file.
 *
 * @param line from 1; 0 where none is known
 * @param column from 1; 0 where none is known
 * @param pointer a JSON pointer (RFC 6901), or null where none is known
 */
public record ConfigPlace(
        Path file, int line, int column, @Nullable String pointer) {

    /** The place for a person, such as {@code mcp.json, line 3, column 5, /mcpServers/a}. */
    @Override
    public String toString() {
        return file
                + (line > 0 ? ", line " + line : "")
                + (line > 0 && column > 0 ? ", column " + column : "")
                + (pointer == null || pointer.isEmpty() ? "" : ", " + pointer);
    }
}
