package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerListing;
import dev.mcpflux.cli.config.ServerRow;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.McpApprovalRequiredException;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.text.SafeText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

@Command(
        name = "list",
        aliases = "ls",
        description = {
            "List the servers that are written down: your own, and those of the project. Starts nothing.",
            "With --check, each server is started, and the list says how it is. 'mcpflux servers' says more about running"
                    + " servers."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux list",
            "  mcpflux list -o wide",
            "  mcpflux list --check",
            "  mcpflux list -c .vscode/mcp.json -o name"
        })
final class ListServersCommand extends HostCommand {

    @Option(names = "--check", description = "Start the servers, and say how each is.")
    boolean check;

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        if (root().demo || !root().adHoc.isEmpty() || !root().urls.isEmpty()) {
            throw new UsageException("list is about what is written in files: it takes no --demo, --server or --url");
        }
        if (check) {
            // before anything is started, since reading a file blocks
            List<ServerRow> rows = ConfigCommand.rows(root());
            return withHost(name -> true, host -> started(host).then(Mono.fromSupplier(() -> checked(host, rows))));
        }
        root().record.refuse();
        List<ServerRow> rows = ConfigCommand.rows(root());
        rows.stream()
                .map(ServerRow::file)
                .distinct()
                .forEach(file ->
                        file.content().warnings().forEach(warning -> output().note("mcpflux: warning: " + warning)));
        boolean names = output().format().kind() == OutputFormat.Kind.NAME;
        output().list(
                        ServerListing.of(),
                        rows.stream().filter(row -> !names || !row.shadowed()).toList());
        if (rows.isEmpty() && !output().json()) {
            output().note("mcpflux: no server is written down; mcpflux add adds one");
        }
        return ExitCode.OK;
    }

    private int checked(McpHost host, List<ServerRow> rows) {
        Map<String, String> health = new LinkedHashMap<>();
        host.servers().forEach(status -> health.put(status.name(), health(status)));
        output().list(ServerListing.checked(health), rows);
        return host.servers().stream().anyMatch(status -> status.state() == ServerState.FAILED)
                ? ExitCode.SERVER
                : ExitCode.OK;
    }

    private String health(ServerStatus status) {
        if (status.error() == null || status.state() == ServerState.DISABLED) {
            return status.state().name().toLowerCase(Locale.ROOT);
        }
        McpApprovalRequiredException approval = ApproveCommand.required(status.error());
        if (approval != null) {
            return approval.isDenied() ? "denied" : "needs approval";
        }
        return LoginCommand.hint(root(), status.error()) == null
                ? "failed: " + SafeText.line(status.error().problem(), 200)
                : "needs login";
    }
}
