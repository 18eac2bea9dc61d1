package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether a process runs in a sandbox, and whether it could. Blocks while it looks at files. */
public final class SandboxCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public SandboxCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.SANDBOX_OFF, Rule.SANDBOX_UNAVAILABLE);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Stdio process = server.process();
        if (process == null || PackageRun.isContainer(process)) {
            return Flux.empty();
        }
        boolean on = process.stdio().sandbox().enabled();
        boolean available = machine.sandbox().getAsBoolean();
        if (on && !available) {
            return Flux.just(Finding.of(
                            Rule.SANDBOX_UNAVAILABLE,
                            server.name(),
                            "It is to run in a sandbox, and there is no program bwrap on this machine.")
                    .at("sandbox")
                    .fix("Install the package bubblewrap, which is there for Linux only."));
        }
        return on || !available
                ? Flux.empty()
                : Flux.just(Finding.of(Rule.SANDBOX_OFF, server.name(), "It runs with all rights of this user.")
                        .at("sandbox")
                        .fix("Add \"sandbox\": {…} to its entry to limit what it reads, writes and reaches."));
    }
}
