package dev.mcpflux.cli.discover;

import dev.mcpflux.host.config.FormWriter;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.config.form.ConfigForms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells whether servers of different files are the same, whatever the forms of the files are. */
public final class ServerKey {

    private ServerKey() {}

    /** Equal for two servers if the same is started or contacted for both. It may hold secrets, so it is not for a person. */
    public static List<Object> of(ServerDefinition server) {
        if (server instanceof ServerDefinition.Invalid invalid) {
            return List.of(invalid.problem());
        }
        Object entry = FormWriter.write(server, ConfigForms.MCPFLUX, true).entry();
        return server instanceof ServerDefinition.Stdio process
                        && process.baseDirectory() != null
                        && (isRelative(process.workingDirectory()) || isRelative(process.environmentFile()))
                ? List.of(entry, process.baseDirectory())
                : List.of(entry);
    }

    private static boolean isRelative(@Nullable Template path) {
        return path != null && !path.text().startsWith("/");
    }
}
