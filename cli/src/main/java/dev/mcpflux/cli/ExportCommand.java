package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ConfigSources;
import dev.mcpflux.cli.config.ServerExport;
import dev.mcpflux.cli.config.ServerFile;
import dev.mcpflux.cli.config.ServerRow;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Write servers in the form of another client, on standard output or into a file.",
            "The form is that of --format: the proposed standard (mcp-json, the default), or that of a client. What the form"
                    + " cannot say is listed on standard error. Variables stay variables; secrets that stand in the file are"
                    + " replaced by variables."
        },
        footer = {
            "",
            "Forms: mcpflux, claude-desktop, claude-code, vscode, visual-studio, cursor, windsurf, antigravity, cline, roo, qwen, gemini, codex,"
                    + " grok, vibe, zed, continue, goose, openhands, kilo, crush, opencode, agents, amazon-q, kiro, copilot, amp,"
                    + " lm-studio, junie, warp, factory, kimi, codebuddy, qoder, auggie, trae, librechat, inspector, fastmcp, mcp-json.",
            "",
            "Examples:",
            "  mcpflux export",
            "  mcpflux export github weather --format codex",
            "  mcpflux export --format vscode -f .vscode/mcp.json",
            "  mcpflux export -c ~/.cursor/mcp.json --format mcpflux --with-secrets"
        })
final class ExportCommand extends ConfigCommand {

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Only these servers.")
    List<String> names = new ArrayList<>();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "The file to write, for you alone.")
    @Nullable
    Path file;

    @Option(names = "--force", description = "Replace that file, if it is there.")
    boolean force;

    @Option(
            names = "--own-keys",
            description = "Write what the form cannot say under \"mcpflux\", which other clients ignore.")
    boolean ownKeys;

    @Option(names = "--with-secrets", description = "Export secrets that stand in the files as they are.")
    boolean secrets;

    @Override
    public Integer call() {
        readsFilesOnly("export");
        Mcpflux root = root();
        // --format is for what is written
        ConfigSources sources = new ConfigSources(root.here(), root.config, null);
        List<ServerFile> files = sources.read();
        if (files.isEmpty()) {
            throw new UsageException("there are no servers: " + sources.searched(), Hints.ofNoServers());
        }
        new ServerExport(root.here(), output(), root.form, file, ownKeys, secrets)
                .export(ServerRow.all(files, root.here()), names, file, force);
        return ExitCode.OK;
    }
}
