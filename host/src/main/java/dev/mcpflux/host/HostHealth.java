package dev.mcpflux.host;

import dev.mcpflux.host.server.ServerHealth;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import java.util.List;

/**
 * The health of a host at one moment.
 *
 * @param level down if a required server is down; degraded if any server is not up; else up
 * @param servers those that are not switched off, in the order of the configuration
 */
public record HostHealth(ServerHealth.Level level, List<ServerHealth> servers) {

    public HostHealth {
        servers = List.copyOf(servers);
    }

    static HostHealth of(List<ServerStatus> all) {
        List<ServerHealth> servers = all.stream()
                .filter(server -> server.state() != ServerState.DISABLED)
                .map(ServerStatus::health)
                .toList();
        ServerHealth.Level level = ServerHealth.Level.UP;
        for (ServerHealth server : servers) {
            if (server.required() && server.level() == ServerHealth.Level.DOWN) {
                level = ServerHealth.Level.DOWN;
            } else if (server.level() != ServerHealth.Level.UP && level == ServerHealth.Level.UP) {
                level = ServerHealth.Level.DEGRADED;
            }
        }
        return new HostHealth(level, servers);
    }
}
