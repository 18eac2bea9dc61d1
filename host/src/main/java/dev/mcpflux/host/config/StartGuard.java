package dev.mcpflux.host.config;

import java.nio.file.Path;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Decides whether a server may be started or contacted, at each start of it. A definition carries its guard in its
 * {@link ServerOptions#guard()}, so that no way to start it leaves the guard out. Two guards are equal if they decide the same.
 */
public interface StartGuard {

    /** Whether servers that are read from this file are to have this guard. */
    boolean covers(Path file);

    /**
     * Asked before anything is started.
     *
     * @return completes where the server may be started; fails, such as with {@link McpApprovalRequiredException}, where it
     *     may not. Each subscription decides anew. <em>Cancellation</em> has nothing to undo
     */
    Mono<Void> permit(ServerDefinition server);

    /**
     * Asked with the environment that a process is about to get, besides the few variables that every process needs; their
     * values are resolved. May block, as it is called after {@link #permit}, on its thread.
     *
     * @throws McpConfigurationException if a variable is refused; the message names it, and does not quote its value
     */
    void checkEnvironment(ServerDefinition server, Map<String, String> environment);
}
