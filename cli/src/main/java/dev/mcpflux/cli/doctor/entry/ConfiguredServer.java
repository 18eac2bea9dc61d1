package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.variable.InputDefinition;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server as a configuration has it.
 *
 * @param original the name that it has in its file
 * @param file the file that it stands in; null where it comes from the command line
 * @param project whether the file comes with a project, so that others may read it
 * @param inputs those that its file declares
 */
public record ConfiguredServer(
        ServerDefinition definition,
        String original,
        @Nullable Path file,
        boolean project,
        List<InputDefinition> inputs) {

    public ConfiguredServer {
        inputs = List.copyOf(inputs);
    }

    /** The name of the server. */
    public String name() {
        return definition.name();
    }

    /** Whether it is to be started at all. */
    boolean enabled() {
        return definition.options().disabled() == null;
    }

    /** The process that it is; null for another kind of server, and for one that is switched off. */
    ServerDefinition.@Nullable Stdio process() {
        return enabled() && definition instanceof ServerDefinition.Stdio stdio ? stdio : null;
    }

    /** The address that it has; null for another kind of server, and for one that is switched off. */
    ServerDefinition.@Nullable Http http() {
        return enabled() && definition instanceof ServerDefinition.Http http ? http : null;
    }
}
