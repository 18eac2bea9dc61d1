package dev.mcpflux.cli;

import dev.mcpflux.cli.config.FormIds;
import dev.mcpflux.cli.config.Scope;
import dev.mcpflux.cli.config.ServerImport;
import dev.mcpflux.cli.config.ServerImport.OnConflict;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Take servers of another client over into your own file.",
            "What becomes of each is shown first: which name it gets, what is converted, and what is lost. Then you are asked,"
                    + " unless --yes is given. With -s project, the files of the project are read as well, and the"
                    + " project's own file is written."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux import claude-desktop",
            "  mcpflux import cursor github --yes",
            "  mcpflux import all --dry-run -o wide",
            "  mcpflux import settings.json --format zed"
        })
final class ImportCommand extends ConfigCommand {

    @Parameters(
            index = "0",
            paramLabel = "FROM",
            completionCandidates = Sources.class,
            description = "A client, such as claude-desktop, cursor or vscode; a file; or all.")
    String from = "";

    @Parameters(index = "1..*", paramLabel = "NAME", description = "Only these servers.")
    List<String> names = new ArrayList<>();

    @Mixin
    ScopeFlag where = new ScopeFlag();

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            description = "What becomes of a server whose name is taken: rename (the default), skip or replace.")
    OnConflict onConflict = OnConflict.RENAME;

    @Option(names = "--dry-run", description = "Write nothing; show what would be imported.")
    boolean dryRun;

    @Mixin
    FormatFlag format = new FormatFlag();

    static final class Sources implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(StreamSupport.stream(new FormIds().spliterator(), false), Stream.of("all"))
                    .iterator();
        }
    }

    @Override
    public Integer call() {
        readsFilesOnly("import");
        if (root().config != null) {
            throw new UsageException(
                    "import writes your own file, or with -s project that of the project; it takes no -c."
                            + " 'mcpflux export --format ID -f FILE' writes any other");
        }
        Scope scope = where.scope == null ? Scope.USER : where.scope;
        new ServerImport(root().sources(), output(), scope, onConflict)
                .run(from, root().form, names, dryRun, root().session.yes ? null : () -> AddCommand.dialog(this));
        return ExitCode.OK;
    }
}
