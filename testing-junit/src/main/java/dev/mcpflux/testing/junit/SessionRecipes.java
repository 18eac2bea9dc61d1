package dev.mcpflux.testing.junit;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.testing.ScriptedPeer;
import dev.mcpflux.transport.spi.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How sessions are opened. */
final class SessionRecipes {

    private SessionRecipes() {}

    static Settings<McpSession> over(Transport transport, SessionOptions options) {
        return settings(() -> new Recipe<>(open(transport, options), null), false);
    }

    static Settings<McpSession> scripted(Supplier<ScriptedPeer> peers) {
        return settings(
                () -> {
                    ScriptedPeer peer = peers.get();
                    return new Recipe<>(open(peer.transport(), SessionOptions.defaults()), peer);
                },
                true);
    }

    private static Settings<McpSession> settings(Supplier<Recipe<McpSession>> recipes, boolean scripted) {
        return Settings.of(McpSession.class, recipes, McpSession::close, scripted)
                .withServers(SessionRecipes::process)
                .withPending(McpSession::pendingRequests);
    }

    private static Map<String, @Nullable Long> process(McpSession session) {
        Map<String, @Nullable Long> pid = new HashMap<>();
        pid.put(session.name(), session.pid());
        return pid;
    }

    private static Mono<McpSession> open(Transport transport, SessionOptions options) {
        return Mono.defer(() -> {
            McpSession session = McpSession.create(transport, options);
            // a session that fails to open closes itself; one whose opening takes too long is closed here
            return session.open()
                    .thenReturn(session)
                    .doOnCancel(() -> session.close().subscribe());
        });
    }
}
