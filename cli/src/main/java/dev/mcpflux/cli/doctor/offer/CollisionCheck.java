package dev.mcpflux.cli.doctor.offer;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** Whether each tool has a name of its own, and whether there are too many of them. */
public final class CollisionCheck implements Check<List<Offer>> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.TOOL_NAMES_COLLIDE, Rule.TOO_MANY_TOOLS);
    }

    @Override
    public Flux<Finding> check(List<Offer> offers) {
        List<NamedTool> tools =
                offers.stream().flatMap(offer -> offer.tools().stream()).toList();
        return Flux.concat(collisions(tools), number(tools.size()));
    }

    private static Flux<Finding> collisions(List<NamedTool> tools) {
        Map<String, List<NamedTool>> byName = tools.stream()
                .collect(Collectors.groupingBy(NamedTool::qualified, LinkedHashMap::new, Collectors.toList()));
        return Flux.fromIterable(byName.values())
                .filter(same -> same.size() > 1)
                .map(
                        same -> Finding.of(
                                        Rule.TOOL_NAMES_COLLIDE,
                                        same.get(0).server(),
                                        same.size() + " tools are called '"
                                                + same.get(0).bare() + "'; only the first one can be" + " called.")
                                .at(same.get(0).place())
                                .fix(
                                        "Rename one of them under \"tools\": {\"rename\": …}, or tell whoever maintains the server."));
    }

    private static Flux<Finding> number(int tools) {
        String refusing = ToolLimits.toolsRefusing(tools);
        return refusing.isEmpty()
                ? Flux.empty()
                : Flux.just(Finding.of(
                                Rule.TOO_MANY_TOOLS,
                                "There are " + tools + " tools in all, and some clients and providers take fewer: "
                                        + refusing + ".")
                        .fix("Leave tools out by \"tools\": {\"include\": …}, or disable servers."));
    }
}
