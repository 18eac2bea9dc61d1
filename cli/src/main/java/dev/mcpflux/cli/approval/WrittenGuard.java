package dev.mcpflux.cli.approval;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.StartGuard;
import java.nio.file.Path;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Lets a person decide about what the file says, whatever options of the command line change in a server: a decision holds for
 * every command, with a terminal and without one.
 *
 * @param guard who decides
 * @param written the server as the file has it
 */
public record WrittenGuard(StartGuard guard, ServerDefinition written) implements StartGuard {

    /** A server that was changed, with the guard of the one that is written. */
    public static ServerDefinition keep(ServerDefinition written, ServerDefinition changed) {
        StartGuard guard = written.options().guard();
        return guard == null || changed.equals(written)
                ? changed
                : changed.with(options -> options.guard(new WrittenGuard(guard, written)));
    }

    /** The server as the file has it. */
    public static ServerDefinition written(ServerDefinition server) {
        return server.options().guard() instanceof WrittenGuard guard ? guard.written : server;
    }

    @Override
    public boolean covers(Path file) {
        return guard.covers(file);
    }

    @Override
    public Mono<Void> permit(ServerDefinition server) {
        return guard.permit(written);
    }

    @Override
    public void checkEnvironment(ServerDefinition server, Map<String, String> environment) {
        guard.checkEnvironment(written, environment);
    }
}
