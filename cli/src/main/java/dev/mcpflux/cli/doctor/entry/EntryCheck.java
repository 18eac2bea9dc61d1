package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether there is anything to start. */
public final class EntryCheck implements Check<ConfiguredServer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.INVALID_ENTRY, Rule.SWITCHED_OFF);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        String disabled = server.definition().options().disabled();
        if (disabled != null) {
            return Flux.just(Finding.of(Rule.SWITCHED_OFF, server.name(), "It is switched off by " + disabled + "."));
        }
        if (server.definition() instanceof ServerDefinition.Invalid invalid) {
            return Flux.just(Finding.of(Rule.INVALID_ENTRY, server.name(), invalid.problem() + ".")
                    .at(invalid.place() == null ? null : invalid.place().toString())
                    .fix("Correct the entry."));
        }
        return Flux.empty();
    }
}
