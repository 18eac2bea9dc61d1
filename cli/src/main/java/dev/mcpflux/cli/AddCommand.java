package dev.mcpflux.cli;

import dev.mcpflux.cli.config.ServerAdder;
import dev.mcpflux.cli.install.InstallOptions;
import dev.mcpflux.cli.install.InstallSource;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.question.Dialog;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.transport.http.ProxySettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        customSynopsis = {
            "mcpflux add [OPTIONS] NAME [-e NAME=VALUE]... -- COMMAND [ARG]...",
            "mcpflux add [OPTIONS] [NAME] URL [-H 'NAME: VALUE']...",
            "mcpflux add [OPTIONS] [NAME] (LINK | REGISTRY-NAME[@VERSION] | FILE.mcpb | server.json)"
        },
        description = {
            "Write a server down. Starts nothing.",
            "It goes into the file of the project, if there is one, and else into your own; -s and -c name another. The file"
                    + " keeps its form, its comments and everything else. What a source asks for is asked at the terminal, or"
                    + " given by --answer."
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux add files -- npx -y @modelcontextprotocol/server-filesystem /tmp",
            "  mcpflux add github -e GITHUB_TOKEN -- github-mcp-server stdio",
            "  mcpflux add search https://example.org/mcp -H 'Authorization: Bearer $${TOKEN}'",
            "  mcpflux add io.github.user/weather@1.2.0",
            "  mcpflux add 'cursor://anysphere.cursor-deeplink/mcp/install?name=...'",
            "  mcpflux add ./weather.mcpb --sha256 0123...",
            "  mcpflux add files -c .vscode/mcp.json -- npx -y @modelcontextprotocol/server-filesystem /tmp"
        })
final class AddCommand extends ConfigCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "WORD",
            description = "The name of the server, and its source; a command comes after --.")
    List<String> words = new ArrayList<>();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "An environment variable of the server; without a value, that of yours when it is started."
                    + " Repeatable.")
    List<String> environment = new ArrayList<>();

    @Option(
            names = "-H",
            paramLabel = "'NAME: VALUE'",
            description = "A header for a server that is reached by a URL; the same as --header. Repeatable.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = {"-t", "--transport"},
            paramLabel = "TRANSPORT",
            description = "stdio, http or sse, where the source has several.")
    @Nullable
    String transport;

    @Option(
            names = "--package",
            paramLabel = "NAME",
            description = "The package of a registry entry that has several: its name, or its kind, such as npm.")
    @Nullable
    String packageName;

    @Option(names = "--sha256", paramLabel = "HASH", description = "The hash that a bundle must have.")
    @Nullable
    String sha256;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Another registry than that of the protocol, in which a name is looked up.")
    @Nullable
    URI registry;

    @Mixin
    AddFlags flags = new AddFlags();

    @Mixin
    FormatFlag format = new FormatFlag();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
        readsFilesOnly("add");
        adder(this).add(source(), flags.request(root().timeout));
        return ExitCode.OK;
    }

    static ServerAdder adder(ConfigCommand command) {
        return new ServerAdder(command.root().sources(), command.output(), () -> dialog(command));
    }

    /** The person at the terminal; null where nobody is to be asked. */
    static @Nullable Dialog dialog(ConfigCommand command) {
        Mcpflux root = command.root();
        Output output = command.output();
        Terminal terminal = root.session.noInput || root.session.yes || output.json() ? null : Terminal.open();
        return terminal == null ? null : new Dialog(terminal, output.screen().writer(), Terminal.columns());
    }

    /** How many words stand behind {@code --}; -1 without it. */
    private int behindDashes() {
        List<String> all = spec == null
                ? List.of()
                : root().spec == null
                        ? List.of()
                        : spec.commandLine().getParseResult().originalArgs();
        int dashes = all.indexOf("--");
        return dashes < 0 ? -1 : all.size() - dashes - 1;
    }

    private InstallSource source() {
        int behind = Math.min(behindDashes(), words.size());
        if (behind >= 0) {
            List<String> before = words.subList(0, words.size() - behind);
            if (before.size() > 1) {
                throw new UsageException(
                        "before -- there is only the name of the server, found " + before.size() + " words");
            }
            return InstallSource.command(
                    words.subList(words.size() - behind, words.size()),
                    options(before.isEmpty() ? null : before.get(0)));
        }
        if (words.size() == 1) {
            return InstallSource.of(words, options(null));
        }
        InstallOptions options = options(words.get(0));
        List<String> rest = words.subList(1, words.size());
        if (rest.size() > 1) {
            return InstallSource.command(rest, options);
        }
        try {
            return InstallSource.of(rest, options);
        } catch (McpConfigurationException e) {
            if (rest.get(0).contains("://")) {
                throw e;
            }
            return InstallSource.command(rest, options);
        }
    }

    private InstallOptions options(@Nullable String name) {
        InstallOptions.Builder builder = InstallOptions.builder()
                .name(name)
                .environment(variables())
                .headers(headers())
                .transport(transport)
                .packageName(packageName)
                .sha256(sha256)
                .directory(root().here().directory().toAbsolutePath())
                .dataDirectory(root().here().data().get())
                .proxies(proxies());
        if (registry != null) {
            builder.registry(registry);
        }
        return builder.build();
    }

    private static ProxySettings proxies() {
        try {
            ProxySettings environment = ProxySettings.fromEnvironment(System.getenv());
            return environment.isNone() ? ProxySettings.fromSystemProperties(System.getProperties()) : environment;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, String> variables() {
        return AddFlags.pairs(
                "-e",
                environment.stream()
                        .map(word -> word.indexOf('=') < 0 ? word + "=${" + word + "}" : word)
                        .toList());
    }

    private Map<String, String> headers() {
        Map<String, String> all = new LinkedHashMap<>();
        List<String> given = new ArrayList<>(root().headers);
        given.addAll(headers);
        for (String header : given) {
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new UsageException("-H takes 'NAME: VALUE'");
            }
            all.put(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip());
        }
        return all;
    }
}
