package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerChange;
import dev.mcpflux.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "enable",
        description = {
            "Switch servers on in the file that they are written in.",
            "By the key that the file's own client has for it, or in the list that names them. A server that is on already stays"
                    + " as it is."
        },
        footer = {"", "Examples:", "  mcpflux enable weather", "  mcpflux enable github -c .gemini/settings.json"})
final class EnableCommand extends ConfigCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The servers.")
    List<String> names = new ArrayList<>();

    @Mixin
    ScopeFlag where = new ScopeFlag();

    @Override
    public Integer call() {
        readsFilesOnly("enable");
        new ServerChange(root().sources(), output(), where.scope).enable(names, true, false);
        return ExitCode.OK;
    }
}
