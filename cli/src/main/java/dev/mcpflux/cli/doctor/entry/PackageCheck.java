package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether a package that is fetched at each start has a fixed version. */
public final class PackageCheck implements Check<ConfiguredServer> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.UNPINNED_PACKAGE);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        ServerDefinition.Stdio process = server.process();
        PackageRun run = process == null ? null : PackageRun.of(process);
        return run == null || run.pinned()
                ? Flux.empty()
                : Flux.just(Finding.of(
                                Rule.UNPINNED_PACKAGE,
                                server.name(),
                                "Whatever '" + run.name() + "' is at the time of the start runs as you.")
                        .at("args[" + run.index() + "]")
                        .fix("Name the version that you trust: " + example(run.name(), process) + "."));
    }

    private static String example(String name, ServerDefinition.@org.jspecify.annotations.Nullable Stdio process) {
        if (process != null && PackageRun.isContainer(process)) {
            return name.replaceFirst(":latest$", "") + ":1.2.3, or a digest";
        }
        int version = name.indexOf('@', 1);
        return (version < 0 ? name : name.substring(0, version)) + "@1.2.3";
    }
}
