package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Which processes could run in a sandbox and do not; a container is one already. Blocks while it looks at files. */
public final class UnconfinedCheck implements Check<List<ConfiguredServer>> {

    private final Machine machine;

    public UnconfinedCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.SANDBOX_OFF);
    }

    @Override
    public Flux<Finding> check(List<ConfiguredServer> servers) {
        List<String> unconfined = servers.stream()
                .filter(UnconfinedCheck::isUnconfined)
                .map(ConfiguredServer::name)
                .distinct()
                .toList();
        return unconfined.isEmpty() || !machine.sandbox().getAsBoolean()
                ? Flux.empty()
                : Flux.just(Finding.of(
                                Rule.SANDBOX_OFF,
                                "With all rights of this user " + (unconfined.size() == 1 ? "runs " : "run ")
                                        + String.join(", ", unconfined) + ".")
                        .fix("Add \"sandbox\": {…} to an entry to limit what its server reads, writes and reaches."));
    }

    private static boolean isUnconfined(ConfiguredServer server) {
        ServerDefinition.Stdio process = server.process();
        return process != null && !process.stdio().sandbox().enabled() && !PackageRun.isContainer(process);
    }
}
