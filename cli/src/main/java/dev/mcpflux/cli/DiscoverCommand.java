package dev.mcpflux.cli;

import dev.mcpflux.cli.discover.DiscoveredFile;
import dev.mcpflux.cli.discover.DiscoveredFile.State;
import dev.mcpflux.cli.discover.Discovery;
import dev.mcpflux.cli.discover.FileDiscovery;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.Suggestions;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.host.config.form.FormFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "discover",
        description = {
            "Find the configuration files of all known clients on this machine, and the servers in them.",
            "Shows where servers of the same name differ. Starts nothing, and shows no values."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux discover",
            "  mcpflux discover --client cursor --client claude-code",
            "  mcpflux discover -o jsonpath='{.shared[?(@.same==false)].name}'"
        })
final class DiscoverCommand extends HostCommand {

    @Option(names = "--client", paramLabel = "ID", description = "Only the files of this client. Repeatable.")
    List<String> clients = new ArrayList<>();

    @Option(names = "--all", description = "Also the files that do not exist, or that have no servers.")
    boolean all;

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        root().record.refuse();
        Collection<String> known = ConfigForms.all().keySet();
        for (String client : clients) {
            if (!known.contains(client)) {
                String near = Suggestions.of(client, known);
                throw new UsageException("no client is called '" + client + "'"
                        + (near.isEmpty() ? "; there are " + String.join(", ", known) : near));
            }
        }
        Path here = Path.of("").toAbsolutePath();
        FormFiles files = FormFiles.ofThisMachine();
        List<DiscoveredFile> found = new FileDiscovery(here, System::getenv)
                .read(files.in(here).stream()
                        .filter(place -> clients.isEmpty()
                                || clients.contains(place.form().id()))
                        .toList())
                .filter(file ->
                        all || file.state() == State.BROKEN || !file.servers().isEmpty())
                .collectList()
                .block();
        return show(Discovery.of(Objects.requireNonNull(found), files.home()));
    }

    private int show(Discovery discovery) {
        if (output().format().kind() == OutputFormat.Kind.NAME) {
            output().list(discovery.listing(), discovery.files());
        } else {
            output().show(discovery.document());
        }
        if (output().json()) {
            return ExitCode.OK;
        }
        for (DiscoveredFile file : discovery.files()) {
            if (file.problem() != null) {
                output().note("mcpflux: " + file.problem());
            }
            file.warnings().forEach(warning -> output().note("mcpflux: warning: " + warning));
        }
        if (discovery.files().isEmpty()) {
            output().note("mcpflux: no configuration of "
                    + (clients.isEmpty() ? "a known client" : String.join(" or ", clients))
                    + " was found; --all shows where they would be");
            return ExitCode.OK;
        }
        discovery.files().stream()
                .filter(file -> !file.servers().isEmpty())
                .findFirst()
                .ifPresent(this::hint);
        return ExitCode.OK;
    }

    private void hint(DiscoveredFile file) {
        output().hint(
                        Hints.isCommand("import")
                                ? new Hint("mcpflux import " + file.client(), "to use its servers with mcpflux")
                                : new Hint(
                                        "mcpflux -c "
                                                + dev.mcpflux.cli.argument.ShellWords.quote(
                                                        file.place().file().toString())
                                                + " servers",
                                        "to start its servers"));
        output().hint(new Hint("mcpflux doctor --all", "to check the servers of all files"));
    }
}
