package dev.mcpflux.cli;

import dev.mcpflux.cli.inspect.InspectionText;
import dev.mcpflux.cli.inspect.ReadList;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.cli.output.ExitCode;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "inspect",
        description = {
            "Show everything that one server offers on one screen.",
            "Its identity, protocol, capabilities, instructions, tools, prompts and resources, and how long each took."
        },
        footer = {"", "Examples:", "  mcpflux inspect weather", "  mcpflux inspect weather -o yaml"})
final class InspectCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "SERVER", description = "The name of the server.")
    String server = "";

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        ServerSelection from = new ServerSelection();
        from.servers.add(server);
        return withHost(
                from,
                host -> ServerInspection.of(host.server(server), Schedulers.parallel())
                        .map(this::show));
    }

    private int show(ServerInspection inspection) {
        output().show(InspectionText.document(inspection));
        inspection.lists().stream()
                .filter(list -> list.error() != null)
                .forEach(list -> output().note("mcpflux: its " + list.kind().element() + "s are not listed: "
                        + root().message(Objects.requireNonNull(list.error()))));
        return inspection.lists().stream()
                .map(ReadList::error)
                .filter(Objects::nonNull)
                .mapToInt(ExitCode::ofServer)
                .max()
                .orElse(ExitCode.OK);
    }
}
