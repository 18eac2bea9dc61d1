package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server that is written into another file: what is relative to the old one becomes absolute. */
final class Relocation {

    private Relocation() {}

    static ServerDefinition of(ServerDefinition server) {
        if (!(server instanceof ServerDefinition.Stdio process) || process.baseDirectory() == null) {
            return server;
        }
        Path base = process.baseDirectory();
        Template command = process.command().text().matches("\\.{1,2}[/\\\\].*")
                ? absolute(process.command(), base)
                : process.command();
        Template file = process.environmentFile();
        Template directory = process.workingDirectory();
        return new ServerDefinition.Stdio(
                process.name(),
                command,
                process.arguments(),
                process.environment(),
                file == null ? null : absolute(file, base),
                directory == null ? null : absolute(directory, base),
                null,
                process.stdio(),
                process.options());
    }

    private static Template absolute(Template path, @Nullable Path base) {
        if (base == null || path.hasVariables() || path.text().isEmpty()) {
            return path;
        }
        try {
            return Template.literal(
                    base.toAbsolutePath().resolve(path.plain()).normalize().toString());
        } catch (InvalidPathException e) {
            return path;
        }
    }

    /** The same server under another name. */
    static ServerDefinition named(ServerDefinition server, String name) {
        if (server instanceof ServerDefinition.Stdio process) {
            return new ServerDefinition.Stdio(
                    name,
                    process.command(),
                    process.arguments(),
                    process.environment(),
                    process.environmentFile(),
                    process.workingDirectory(),
                    process.baseDirectory(),
                    process.stdio(),
                    process.options());
        }
        if (server instanceof ServerDefinition.Http http) {
            return new ServerDefinition.Http(
                    name,
                    http.url(),
                    http.kind(),
                    http.headers(),
                    http.proxy(),
                    http.authorization(),
                    http.http(),
                    http.options());
        }
        return server;
    }
}
