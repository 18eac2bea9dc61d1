package dev.mcpflux.host;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Orders servers by what they {@linkplain dev.mcpflux.host.config.ServerOptions#dependsOn() depend on}, else as they are given. */
final class StartOrder {

    private StartOrder() {}

    /**
     * These, each after everything that it depends on. Names that nothing has are left out.
     *
     * @throws McpConfigurationException if some depend on each other in a circle; the message names the circle
     */
    static <T> List<T> of(Collection<T> servers, Function<T, ServerDefinition> definition) {
        if (servers.stream()
                .allMatch(
                        server -> definition.apply(server).options().dependsOn().isEmpty())) {
            return List.copyOf(servers);
        }
        Map<String, T> byName = new LinkedHashMap<>();
        servers.forEach(server -> byName.put(definition.apply(server).name(), server));
        Set<String> done = new LinkedHashSet<>();
        for (String name : byName.keySet()) {
            visit(name, byName, definition, done, new LinkedHashSet<>());
        }
        List<T> ordered = new ArrayList<>();
        for (String name : done) {
            T server = byName.get(name);
            if (server != null) {
                ordered.add(server);
            }
        }
        return ordered;
    }

    private static <T> void visit(
            String name,
            Map<String, T> byName,
            Function<T, ServerDefinition> definition,
            Set<String> done,
            Set<String> path) {
        T server = byName.get(name);
        if (server == null || done.contains(name)) {
            return;
        }
        if (!path.add(name)) {
            throw new McpConfigurationException(name, "it depends on itself: " + circle(name, path));
        }
        for (String dependency : definition.apply(server).options().dependsOn()) {
            visit(dependency, byName, definition, done, path);
        }
        path.remove(name);
        done.add(name);
    }

    private static String circle(String name, Set<String> path) {
        List<String> names = new ArrayList<>(path);
        List<String> circle = new ArrayList<>(names.subList(names.indexOf(name), names.size()));
        circle.add(name);
        return String.join(" -> ", circle);
    }
}
