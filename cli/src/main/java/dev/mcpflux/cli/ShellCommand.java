package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.question.QuestionQueue;
import dev.mcpflux.cli.shell.HistoryFile;
import dev.mcpflux.cli.shell.LineRunner;
import dev.mcpflux.cli.shell.ScriptInput;
import dev.mcpflux.cli.shell.ShellInput;
import dev.mcpflux.cli.shell.ShellKeyboard;
import dev.mcpflux.cli.shell.ShellParts;
import dev.mcpflux.cli.shell.ShellSession;
import dev.mcpflux.cli.shell.ShellState;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.protocol.LogLevel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import reactor.core.publisher.Mono;

@Command(
        name = "shell",
        description = {
            "Explore servers interactively: one session over all of them, with completion by Tab and a history.",
            "A line is a command of mcpflux without 'mcpflux', or the name of a tool with its arguments; 'help' lists them."
                    + " Ctrl-C cancels a call, Ctrl-D or 'exit' closes the servers and leaves.",
            "Without a terminal, lines are read from standard input, and the first error ends the shell."
        },
        footer = {
            "",
            "Lines:",
            "  tools forecast                            # the tools with this text",
            "  weather_lookup city=Paris                 # the same as call weather_lookup city=Paris",
            "  notes_add text='In Paris: $_'             # the text of the latest result",
            "  use weather",
            "  :json servers",
            "",
            "Examples:",
            "  mcpflux shell",
            "  mcpflux -c mcp.json shell --from files",
            "  printf 'tools\\nservers\\n' | mcpflux shell"
        })
final class ShellCommand extends HostCommand {

    @Mixin
    ServerSelection from = new ServerSelection();

    private @Nullable ShellInput input;

    @Override
    public Integer call() {
        ShellInput lines = root().lines == null ? lines() : root().lines.get();
        input = lines;
        boolean json = root().json;
        // documents are printed by lines; what the session itself prints is for a person
        root().json = false;
        if (lines instanceof ShellKeyboard keyboard) {
            root().err(keyboard.err());
            root().session.ask(new QuestionQueue(keyboard, output().screen()));
        }
        if (root().session.logLevel == null) {
            root().session.logLevel = LogLevel.WARNING;
        }
        try {
            return withHost(from, host -> session(host, lines, json));
        } finally {
            lines.close();
        }
    }

    private ShellInput lines() {
        return Terminal.interactive()
                ? ShellKeyboard.system(root().colours(), root().err())
                : new ScriptInput(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    @Override
    boolean restarts() {
        return true;
    }

    /** The first line can be typed while servers start. */
    @Override
    boolean early() {
        return true;
    }

    @Override
    Mono<Void> prepare(McpHost host) {
        return Mono.empty();
    }

    /** A server that cannot be started is shown, and does not end the session. */
    @Override
    ServerDefinition adapted(ServerDefinition server) {
        return server.with(options -> options.required(false));
    }

    @Override
    void interrupted() {
        ShellInput lines = input;
        if (lines != null) {
            lines.stop();
            lines.close();
        }
    }

    private Mono<Integer> session(McpHost host, ShellInput lines, boolean json) {
        Output output = output();
        ShellState state = new ShellState(json, root().session.logLevel);
        OpenHost open = new OpenHost(host, Objects.requireNonNull(configuration()), state, output, root().logs());
        HistoryFile history = lines.interactive() && root().lines == null
                ? HistoryFile.ofUser(name -> output.display().variable(String.valueOf(name)), output::note)
                : HistoryFile.none();
        ShellSession session = new ShellSession(
                host,
                state,
                new ShellParts(
                        new Commands(open), lines, output, root().logs(), root()::message, history, root().colours()));
        open.session(session);
        if (lines.interactive()) {
            output.note("Tab completes, 'help' lists the commands, Ctrl-D leaves.");
        }
        return session.run();
    }

    private final class Commands implements LineRunner {
        private final OpenHost open;
        private final List<Command> commands;

        Commands(OpenHost open) {
            this.open = open;
            this.commands =
                    Mcpflux.parser(new Mcpflux(root(), open), OpenHost.COMMANDS).getSubcommands().entrySet().stream()
                            .filter(each -> !each.getKey().startsWith(":"))
                            .map(each -> new Command(
                                    each.getKey(), summary(each.getValue()), OpenHost.options(each.getValue())))
                            .toList();
        }

        private static String summary(CommandLine command) {
            String[] lines = command.getCommandSpec().usageMessage().description();
            return lines.length == 0 ? "" : lines[0];
        }

        @Override
        public List<Command> commands() {
            return commands;
        }

        @Override
        public int run(List<String> words) {
            return new Mcpflux(root(), open).execute(words.toArray(String[]::new), root().err());
        }
    }
}
