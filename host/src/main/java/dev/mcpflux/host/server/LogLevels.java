package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The log levels that callers have set, which every new session of the server is told again. Keyed by caller. */
final class LogLevels {

    private static final int CALLERS = 64;

    // guarded by this
    private final Map<Caller, LogLevel> levels = new LinkedHashMap<>();

    synchronized void set(Caller caller, LogLevel level) {
        levels.remove(caller);
        levels.put(caller, level);
        if (levels.size() > CALLERS) {
            levels.remove(levels.keySet().iterator().next());
        }
    }

    private synchronized Map<Caller, LogLevel> all() {
        return Map.copyOf(levels);
    }

    /** Sets them at a session that has just become ready; what fails is left out. */
    Mono<Void> restore(McpSession session) {
        return Flux.defer(() -> Flux.fromIterable(all().entrySet()))
                .flatMap(entry ->
                        session.setLogLevel(entry.getValue()).onErrorComplete().contextWrite(entry.getKey()::in))
                .then();
    }
}
