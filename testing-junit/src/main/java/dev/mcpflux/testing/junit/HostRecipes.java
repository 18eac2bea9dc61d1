package dev.mcpflux.testing.junit;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How hosts are opened. A class of its own, since mcpflux-host need not be on the class path of who tests sessions. */
final class HostRecipes {

    private HostRecipes() {}

    static Settings<McpHost> of(Supplier<HostConfig> configs) {
        return Settings.of(
                        McpHost.class,
                        () -> new Recipe<>(Mono.defer(() -> McpHost.open(configs.get())), null),
                        McpHost::close,
                        false)
                .withServers(HostRecipes::processes)
                .withPending(McpHost::pendingRequests);
    }

    private static Map<String, @Nullable Long> processes(McpHost host) {
        Map<String, @Nullable Long> pids = new HashMap<>();
        host.servers().forEach(server -> pids.put(server.name(), server.pid()));
        return pids;
    }
}
