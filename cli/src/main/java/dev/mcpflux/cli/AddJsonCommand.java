package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.InputText;
import dev.mcpflux.cli.install.InstallOptions;
import dev.mcpflux.cli.install.InstallSource;
import dev.mcpflux.cli.output.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "add-json",
        description = {
            "Write down a server whose entry is given as JSON. Starts nothing.",
            "The entry stands alone, or in \"mcpServers\" as the only one."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux add-json files '{\"command\": \"npx\", \"args\": [\"-y\", \"some-server\"]}'",
            "  mcpflux add-json weather @entry.json",
            "  mcpflux get weather -o json --reveal | mcpflux add-json weather2 -"
        })
final class AddJsonCommand extends ConfigCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the server.")
    String name = "";

    @Parameters(
            index = "1",
            paramLabel = "JSON",
            description = "The entry; @FILE reads it from a file, and - from standard input.")
    String json = "";

    @Mixin
    AddFlags flags = new AddFlags();

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        readsFilesOnly("add-json");
        InstallOptions options = InstallOptions.builder()
                .name(name)
                .dataDirectory(root().here().data().get())
                .build();
        AddCommand.adder(this).add(InstallSource.json(text(), options), flags.request(root().timeout));
        return ExitCode.OK;
    }

    private String text() {
        InputText input = InputText.of(() -> System.in);
        return json.equals("-")
                ? input.standardInput("JSON")
                : json.startsWith("@") ? input.file("JSON", json.substring(1)) : json;
    }
}
