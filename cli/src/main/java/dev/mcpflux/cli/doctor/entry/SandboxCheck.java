package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether a process that is to run in a sandbox can do so. Blocks while it looks at files. */
public final class SandboxCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public SandboxCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.SANDBOX_UNAVAILABLE);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Stdio process = server.process();
        return process == null
                        || !process.stdio().sandbox().enabled()
                        || machine.sandbox().getAsBoolean()
                ? Flux.empty()
                : Flux.just(Finding.of(
                                Rule.SANDBOX_UNAVAILABLE,
                                server.name(),
                                "It is to run in a sandbox, and there is no program bwrap on this machine.")
                        .at("sandbox")
                        .fix("Install the package bubblewrap, which is there for Linux only."));
    }
}
