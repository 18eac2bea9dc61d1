package dev.mcpflux.host;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.server.ServerSupervisor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a host by their names, in the order of the configuration. What there is at one moment is an immutable map;
 * whoever keeps something that was derived from one asks whether it is still the {@linkplain #servers() current one}.
 */
final class ServerRegistry {

    private volatile Map<String, ServerSupervisor> servers = Map.of();
    private final List<Consumer<ServerSupervisor>> removals = new ArrayList<>();

    /** All servers at this moment; immutable. */
    Map<String, ServerSupervisor> servers() {
        return servers;
    }

    Collection<ServerSupervisor> all() {
        return servers.values();
    }

    @Nullable
    ServerSupervisor find(String name) {
        return servers.get(name);
    }

    /** As {@link #find}; fails with the names that there are. */
    ServerSupervisor get(String name) {
        ServerSupervisor server = servers.get(name);
        if (server == null) {
            throw new McpConfigurationException(
                    null,
                    servers.isEmpty()
                            ? "no server is called '" + name + "'; there is none"
                            : "no server is called '" + name + "'; there is " + String.join(", ", servers.keySet()));
        }
        return server;
    }

    /** Adds a listener of the host itself, which is given each server that is no longer there; before any is removed. */
    void onRemoval(Consumer<ServerSupervisor> listener) {
        removals.add(listener);
    }

    /** From now on these are the servers, in this order. */
    void set(List<ServerSupervisor> next) {
        Map<String, ServerSupervisor> before = servers;
        Map<String, ServerSupervisor> after = new LinkedHashMap<>();
        next.forEach(server -> after.put(server.name(), server));
        servers = Collections.unmodifiableMap(after);
        for (ServerSupervisor old : before.values()) {
            if (!next.contains(old)) {
                removals.forEach(listener -> listener.accept(old));
            }
        }
    }
}
