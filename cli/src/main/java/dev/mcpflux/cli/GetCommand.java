package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerDescription;
import dev.mcpflux.cli.config.ServerRow;
import dev.mcpflux.cli.output.ExitCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "get",
        description = {
            "Show what is written down about one server. Starts nothing.",
            "Which file it is in, each key with its line, and what other files have of this name. -o json and -o yaml print"
                    + " the entry in the form of mcpflux. 'mcpflux describe' also starts the server and shows what it offers."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux get weather",
            "  mcpflux get weather -o yaml",
            "  mcpflux get weather -o json --reveal",
            "  mcpflux get weather -c ~/.claude.json"
        })
final class GetCommand extends ConfigCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the server.")
    String name = "";

    @Option(names = "--reveal", description = "Show secrets.")
    boolean reveal;

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        readsFilesOnly("get");
        List<ServerRow> rows = rows();
        output().show(ServerDescription.of(row(root(), rows, name), rows, reveal));
        return ExitCode.OK;
    }
}
