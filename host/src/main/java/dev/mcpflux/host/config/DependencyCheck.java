package dev.mcpflux.host.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds servers of a file that depend on a server that is not there, or on themselves: these are invalid, and no others. */
final class DependencyCheck {

    private final Map<String, ServerDefinition> servers = new HashMap<>();
    private final Function<String, ConfigPlace> place;

    private DependencyCheck(List<ServerDefinition> definitions, Function<String, ConfigPlace> place) {
        this.place = place;
        definitions.forEach(definition -> servers.put(definition.name(), definition));
    }

    /**
     * The same servers; those whose dependencies make no sense are invalid.
     *
     * @param place where the dependencies of a server stand
     */
    static List<ServerDefinition> checked(List<ServerDefinition> definitions, Function<String, ConfigPlace> place) {
        DependencyCheck check = new DependencyCheck(definitions, place);
        return definitions.stream().map(check::checked).toList();
    }

    private ServerDefinition checked(ServerDefinition server) {
        String problem = problem(server);
        return problem == null
                ? server
                : new ServerDefinition.Invalid(
                        server.name(),
                        problem,
                        place.apply(server.name()),
                        server.options().mutate().dependsOn(Set.of()).build());
    }

    private @Nullable String problem(ServerDefinition server) {
        for (String dependency : server.options().dependsOn()) {
            if (!servers.containsKey(dependency)) {
                return "\"dependsOn\" names '" + dependency + "', but there is only "
                        + String.join(", ", new TreeSet<>(servers.keySet()));
            }
        }
        return dependsOn(server, server.name(), new HashSet<>())
                ? "\"dependsOn\" leads back to the server itself"
                : null;
    }

    private boolean dependsOn(ServerDefinition server, String name, Set<String> seen) {
        for (String dependency : server.options().dependsOn()) {
            ServerDefinition next = servers.get(dependency);
            if (dependency.equals(name) || (next != null && seen.add(dependency) && dependsOn(next, name, seen))) {
                return true;
            }
        }
        return false;
    }
}
