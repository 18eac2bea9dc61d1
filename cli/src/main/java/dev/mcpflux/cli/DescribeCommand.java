package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerDescription;
import dev.mcpflux.cli.config.ServerRow;
import dev.mcpflux.cli.inspect.InspectionJson;
import dev.mcpflux.cli.inspect.InspectionText;
import dev.mcpflux.cli.inspect.ServerInspection;
import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "describe",
        description = {
            "Show what is written down about one server, and what it offers.",
            "The same as 'mcpflux get' and 'mcpflux inspect' together: the server is started, unless it is switched off or not"
                    + " approved."
        },
        footer = {"", "Examples:", "  mcpflux describe weather", "  mcpflux describe weather -o yaml"})
final class DescribeCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the server.")
    String name = "";

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        if (root().demo || !root().adHoc.isEmpty() || !root().urls.isEmpty()) {
            throw new UsageException(
                    "describe is about what is written in files: it takes no --demo, --server or --url");
        }
        // before anything is started, since reading a file blocks
        List<ServerRow> rows = ConfigCommand.rows(root());
        ServerRow row = ConfigCommand.row(root(), rows, name);
        Written written = new Written(row, rows);
        if (row.server().options().disabled() != null) {
            return written.show(null, null);
        }
        ServerSelection from = new ServerSelection();
        from.servers.add(name);
        return withHost(
                from,
                host -> ServerInspection.of(host.server(name), Schedulers.parallel())
                        .map(inspection -> written.show(inspection, null))
                        .onErrorResume(e -> Mono.fromSupplier(() -> written.show(null, e))));
    }

    /** What is written down, which is shown in any case. */
    private final class Written {

        private final Document document;
        private final ObjectNode json = McpJson.mapper().createObjectNode();

        Written(ServerRow row, List<ServerRow> rows) {
            document = ServerDescription.of(row, rows, false);
            json.put("name", name)
                    .put("file", row.file().path().toString())
                    .put("scope", row.file().scope().word());
            json.set("entry", ServerDescription.entry(row, false));
        }

        /** Shows it with what was found, or with what went wrong. */
        int show(@Nullable ServerInspection inspection, @Nullable Throwable error) {
            if (output().json()) {
                json.set("inspection", inspection == null ? null : InspectionJson.of(inspection));
                json.set("error", error == null ? null : Output.describe(error));
                output().document(json);
            } else {
                output().show(document);
                if (inspection != null) {
                    output().line("");
                    output().show(InspectionText.document(inspection));
                }
            }
            if (error != null) {
                output().note("mcpflux: " + root().message(error));
            }
            return error == null ? ExitCode.OK : ExitCode.ofServer(error);
        }
    }
}
