package dev.mcpflux.cli;

import dev.mcpflux.cli.inspect.InspectionJson;
import dev.mcpflux.cli.inspect.InspectionText;
import dev.mcpflux.cli.inspect.Listing;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.terminal.Terminal;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "inspect",
        description = {
            "Show everything that one server offers on one screen.",
            "Its identity, protocol, capabilities, instructions, tools, prompts and resources, and how long each took."
        },
        footer = {"", "Examples:", "  mcpflux inspect weather", "  mcpflux inspect weather --json"})
final class InspectCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "SERVER", description = "The name of the server.")
    String server = "";

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
        if (output().json()) {
            output().document(InspectionJson.of(inspection));
        } else {
            new InspectionText(output(), Terminal.columns()).print(inspection);
        }
        inspection.lists().stream()
                .filter(list -> list.error() != null)
                .forEach(list -> output().note("mcpflux: its " + list.kind().element() + "s are not listed: "
                        + root().message(Objects.requireNonNull(list.error()))));
        return inspection.lists().stream()
                .map(Listing::error)
                .filter(Objects::nonNull)
                .mapToInt(ExitCode::ofServer)
                .max()
                .orElse(ExitCode.OK);
    }
}
