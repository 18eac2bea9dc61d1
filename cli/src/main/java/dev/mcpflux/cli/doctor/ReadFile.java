package dev.mcpflux.cli.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that was read.
 *
 * @param problem why it could not be read, or null
 * @param warnings what was read but not understood
 */
public record ReadFile(@Nullable String problem, List<String> warnings) {
    public ReadFile {
        warnings = List.copyOf(warnings);
    }
}
