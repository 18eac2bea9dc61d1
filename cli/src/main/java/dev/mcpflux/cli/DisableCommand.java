package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerChange;
import dev.mcpflux.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "disable",
        description = {
            "Switch servers off in the file that they are written in.",
            "By the key that the file's own client has for it, or in the list that names them. A server that is off already stays"
                    + " as it is."
        },
        footer = {"", "Examples:", "  mcpflux disable weather", "  mcpflux disable github -c .gemini/settings.json"})
final class DisableCommand extends ConfigCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The servers.")
    List<String> names = new ArrayList<>();

    @Mixin
    ScopeFlag where = new ScopeFlag();

    @Option(names = "--own-keys", description = "Where the client has no switch, write one that mcpflux alone reads.")
    boolean ownKeys;

    @Override
    public Integer call() {
        readsFilesOnly("disable");
        new ServerChange(root().sources(), output(), where.scope).enable(names, false, ownKeys);
        return ExitCode.OK;
    }
}
