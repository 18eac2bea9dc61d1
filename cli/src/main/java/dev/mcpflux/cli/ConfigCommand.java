package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerRow;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The common part of the commands that read and change files of servers, and start none. */
abstract class ConfigCommand implements Callable<Integer> {

    @CommandLine.ParentCommand
    @Nullable
    Mcpflux parent;

    final Mcpflux root() {
        if (parent == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return parent;
    }

    final Output output() {
        return root().output();
    }

    /** Rejects the options that make sense only where servers are started. */
    final void readsFilesOnly(String command) {
        root().record.refuse();
        if (root().demo || !root().adHoc.isEmpty() || !root().urls.isEmpty()) {
            throw new UsageException(
                    command + " is about what is written in files: it takes no --demo, --server or --url");
        }
    }

    /** All servers that are written down; fails where there is no file. */
    final List<ServerRow> rows() {
        return rows(root());
    }

    static List<ServerRow> rows(Mcpflux root) {
        var files = root.sources().read();
        if (files.isEmpty()) {
            throw new UsageException("there are no servers: " + root.sources().searched(), Hints.ofNoServers());
        }
        return ServerRow.all(files, root.here());
    }

    /** The server of a name that counts. */
    static ServerRow row(Mcpflux root, List<ServerRow> rows, String name) {
        ServerSelection.check(
                List.of(name),
                rows.stream().map(row -> row.server().name()).distinct().toList(),
                new Hint(root.again("list"), "to see the servers"));
        return rows.stream()
                .filter(row -> row.server().name().equals(name) && !row.shadowed())
                .findFirst()
                .orElseThrow();
    }
}
