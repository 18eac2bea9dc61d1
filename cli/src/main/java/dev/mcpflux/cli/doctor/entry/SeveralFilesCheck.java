package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.discover.ServerKey;
import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** Whether several files have servers of one name that are not the same, so that it depends on the client which one is used. */
public final class SeveralFilesCheck implements Check<List<ConfiguredServer>> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.NAME_IN_SEVERAL_FILES);
    }

    @Override
    public Flux<Finding> check(List<ConfiguredServer> servers) {
        Map<String, List<ConfiguredServer>> byName = servers.stream()
                .filter(server -> server.file() != null)
                .collect(Collectors.groupingBy(ConfiguredServer::name, LinkedHashMap::new, Collectors.toList()));
        return Flux.fromIterable(byName.entrySet())
                .filter(entry -> entry.getValue().stream()
                                .map(server -> ServerKey.of(server.definition()))
                                .distinct()
                                .count()
                        > 1)
                .map(entry -> Finding.of(
                                Rule.NAME_IN_SEVERAL_FILES,
                                "Servers called '" + entry.getKey() + "' are not the same in "
                                        + entry.getValue().stream()
                                                .map(server -> Objects.requireNonNull(server.file()))
                                                .map(Path::toString)
                                                .collect(Collectors.toCollection(TreeSet::new))
                                                .stream()
                                                .collect(Collectors.joining(" and "))
                                        + ".")
                        .at(entry.getKey())
                        .fix("See where they differ, and give one of them another name if both are wanted.")
                        .command("mcpflux discover"));
    }
}
