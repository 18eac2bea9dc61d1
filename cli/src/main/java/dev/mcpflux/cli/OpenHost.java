package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.References;
import dev.mcpflux.cli.output.Hint;
import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.OutputStyle;
import dev.mcpflux.cli.shell.LastResult;
import dev.mcpflux.cli.shell.ShellSession;
import dev.mcpflux.cli.shell.ShellState;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.server.ServerStatus;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import reactor.core.publisher.Mono;

/** The open host of a shell, which the commands of its lines use instead of a host of their own. */
final class OpenHost {

    /** The commands that a shell has as well. */
    static final List<Class<?>> COMMANDS = List.of(
            ServersCommand.class,
            ToolsCommand.class,
            ToolCommand.class,
            CallCommand.class,
            RunCommand.class,
            InspectCommand.class,
            TaskCommand.class,
            PromptsCommand.class,
            PromptCommand.class,
            ResourcesCommand.class,
            ReadCommand.class,
            CompleteCommand.class,
            LastCommand.class);

    /** The options of all commands that have a meaning for one line. */
    private static final Set<String> TAKEN =
            Set.of("--json", "--color", "--no-color", "--no-pager", "--help", "--version");

    private final McpHost host;
    private final HostConfig config;
    private final ShellState state;
    private final Output output;
    private final LogPrinter logs;
    private @Nullable ShellSession session;

    OpenHost(McpHost host, HostConfig config, ShellState state, Output output, LogPrinter logs) {
        this.host = host;
        this.config = config;
        this.state = state;
        this.output = output;
        this.logs = logs;
    }

    /** The session that waits for the work of commands. */
    void session(ShellSession waiting) {
        session = waiting;
    }

    /** Whether a shell has a command of this name. */
    static boolean has(String name) {
        return COMMANDS.stream()
                .anyMatch(type -> type.getAnnotation(Command.class).name().equals(name));
    }

    HostConfig config() {
        return config;
    }

    ShellState state() {
        return state;
    }

    Output output(OutputStyle style) {
        return output.withStyle(style);
    }

    LogPrinter logs() {
        return logs;
    }

    /** Runs the work of a command, which Ctrl-C cancels. */
    int run(ServerSelection from, Function<McpHost, Mono<Integer>> body) {
        from.check(host.servers().stream().map(ServerStatus::name).toList(), new Hint("servers", "to see the servers"));
        ShellSession waiting = session;
        if (waiting == null) {
            throw new IllegalStateException("there is no session");
        }
        return waiting.await(Mono.defer(() -> body.apply(host)));
    }

    /** Finds an entry by its name; a bare name is one of the selected server, or preferably one of the default server. */
    <T> Mono<T> named(ServerSelection from, String name, Function<String, Mono<T>> find) {
        boolean selected = from.servers.size() == 1;
        String server = selected ? from.servers.get(0) : state.server();
        String start = server + CatalogueEntry.SEPARATOR;
        if (server == null || name.startsWith(start)) {
            return find.apply(name);
        }
        Mono<T> own = find.apply(start + name);
        return selected ? own : own.onErrorResume(McpNameNotFoundException.class, e -> find.apply(name));
    }

    /** References to the latest result, for the arguments of a call of this tool. */
    References references(CatalogueTool tool) {
        state.tool(tool);
        return new LastResult(state);
    }

    /** Remembers the result of a call. */
    void seen(CatalogueTool tool, ToolSignal signal) {
        if (signal instanceof ToolSignal.Result result) {
            state.last(new ShellState.Result(tool.server(), tool.name(), result.result()));
        }
    }

    /** An option that is for the whole shell; else the other conflict. */
    @Nullable
    String conflict(ParseResult line, @Nullable String other) {
        for (ParseResult part = line; part != null; part = part.hasSubcommand() ? part.subcommand() : null) {
            for (OptionSpec option : part.matchedOptions()) {
                if (option.inherited() || option.root() != null || part == line) {
                    String name = option.longestName();
                    if (!TAKEN.contains(name)) {
                        return name + " is for the whole shell: 'mcpflux " + name + " … shell'";
                    }
                }
            }
        }
        return other;
    }

    /** The names of the options of a command that have a meaning for one line. */
    static List<String> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .filter(option -> !option.inherited() || TAKEN.contains(option.longestName()))
                .map(OptionSpec::longestName)
                .filter(name -> !name.equals("--version"))
                .toList();
    }
}
