package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerChange;
import dev.mcpflux.cli.install.BundleStore;
import dev.mcpflux.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        aliases = "rm",
        description = {
            "Remove servers from the file that they are written in.",
            "Comments and everything else in the file stay as they are."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux remove weather",
            "  mcpflux rm weather clock --ignore-not-found",
            "  mcpflux remove files --purge",
            "  mcpflux remove github -c ~/.cursor/mcp.json"
        })
final class RemoveCommand extends ConfigCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The servers.")
    List<String> names = new ArrayList<>();

    @Mixin
    ScopeFlag where = new ScopeFlag();

    @Option(names = "--purge", description = "Remove the bundle (.mcpb) that a server was unpacked from as well.")
    boolean purge;

    @Option(names = "--ignore-not-found", description = "It is no mistake if there is no such server.")
    boolean ignoreMissing;

    @Override
    public Integer call() {
        readsFilesOnly("remove");
        new ServerChange(root().sources(), output(), where.scope)
                .remove(
                        names,
                        ignoreMissing,
                        purge ? BundleStore.in(root().here().data().get()) : null);
        return ExitCode.OK;
    }
}
