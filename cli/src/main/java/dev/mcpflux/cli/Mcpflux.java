package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.InputText;
import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.cli.completion.Candidates;
import dev.mcpflux.cli.config.ConfigSources;
import dev.mcpflux.cli.config.FormIds;
import dev.mcpflux.cli.config.Surroundings;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.LogPrinter;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.OutputStyle;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.shell.ShellInput;
import dev.mcpflux.cli.terminal.Display;
import dev.mcpflux.cli.terminal.JLineTerminal;
import dev.mcpflux.cli.terminal.LiveTerminal;
import dev.mcpflux.cli.terminal.LogStream;
import dev.mcpflux.cli.terminal.OutputException;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.Durations;
import dev.mcpflux.host.config.form.ConfigForm;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The root of the command line, with the options that every command has. */
@Command(
        name = "mcpflux",
        description = {
            "Starts Model Context Protocol servers side by side and uses their tools, prompts and resources.",
            "Questions of servers are asked at the terminal; access to a model (sampling) is not offered."
        },
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Mcpflux.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:the tool reported an error, or a check found a problem",
            "2:the command line or the configuration is wrong",
            "3:a server failed or is not available",
            "4:something took too long",
            "5:standard output cannot be written",
            "130:interrupted"
        },
        footer = {
            "",
            "Examples:",
            "  mcpflux demo",
            "  mcpflux -c mcp.json tools",
            "  mcpflux --server 'files=npx -y @modelcontextprotocol/server-filesystem /tmp' tools",
            "  mcpflux tool weather_lookup",
            "  mcpflux call weather_lookup city=Paris units=metric",
            "  mcpflux run calls.txt",
            "  mcpflux shell",
            "  mcpflux prompt packing_list city=Oslo",
            "  mcpflux read 'memo://page/{number}' number=2",
            "  mcpflux watch",
            "  mcpflux discover",
            "  mcpflux doctor",
            "  mcpflux logs -f files",
            "  mcpflux --record session.jsonl call weather_lookup city=Paris"
        })
public final class Mcpflux implements Runnable {

    /** The commands, in the order of the help. */
    static final List<Class<?>> COMMANDS = List.of(
            ListServersCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            AddCommand.class,
            AddJsonCommand.class,
            RemoveCommand.class,
            EnableCommand.class,
            DisableCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            ServersCommand.class,
            ToolsCommand.class,
            ToolCommand.class,
            CallCommand.class,
            RunCommand.class,
            ShellCommand.class,
            InspectCommand.class,
            TaskCommand.class,
            PromptsCommand.class,
            PromptCommand.class,
            ResourcesCommand.class,
            ReadCommand.class,
            CompleteCommand.class,
            WatchCommand.class,
            LogsCommand.class,
            DriftCommand.class,
            ApproveCommand.class,
            DiscoverCommand.class,
            DoctorCommand.class,
            LoginCommand.class,
            LogoutCommand.class,
            AuthCommand.class,
            DemoCommand.class,
            HelpCommand.class,
            CompletionCommand.class,
            GenerateCompletionCommand.class);

    private static final Set<String> VERSION_OPTIONS = Set.of("-V", "--version");

    /** Words whose meaning depends on all commands. */
    private static final Set<String> ABOUT_ALL = Set.of("-h", "--help", "help", "completion", "generate-completion");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            scope = CommandLine.ScopeType.INHERIT,
            description =
                    "The file of servers, in the form of any client. Default: mcp.json or .mcp.json in the working"
                            + " directory, and your own file, which 'mcpflux add' writes.")
    @Nullable
    Path config;

    @Option(
            names = "--format",
            paramLabel = "ID",
            converter = FormConverter.class,
            completionCandidates = FormIds.class,
            scope = CommandLine.ScopeType.INHERIT,
            description =
                    "The form of that file, where it is not recognized, such as codex or vscode; for export, the form"
                            + " that is written. 'mcpflux export --help' lists all.")
    @Nullable
    ConfigForm form;

    @Option(
            names = "--demo",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Use the two built-in demo servers, and no file.")
    boolean demo;

    @Option(
            names = "--server",
            paramLabel = "'NAME=COMMAND ARG...'",
            scope = CommandLine.ScopeType.INHERIT,
            description = "A server beside those of --config, or alone without it. Repeatable.")
    List<String> adHoc = new ArrayList<>();

    @Option(
            names = "--url",
            paramLabel = "NAME=URL",
            scope = CommandLine.ScopeType.INHERIT,
            description =
                    "A server that is reached by HTTP, beside those of --config, or alone without it. Repeatable.")
    List<String> urls = new ArrayList<>();

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            scope = CommandLine.ScopeType.INHERIT,
            description =
                    "A header for the servers of --url; $${NAME} in it stands for the environment variable NAME, and"
                            + " $${NAME:-TEXT} for TEXT where it is not set, so that no secret has to stand in a command"
                            + " line. Repeatable.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = "--json",
            scope = CommandLine.ScopeType.INHERIT,
            description =
                    "Print one JSON document on standard output and nothing else; watch and logs print one a line.")
    boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Limit for the start of each server and for each request, like 500ms, 30s or 1m30s; a bare"
                    + " number is seconds. Default: 30s for a start; for a request 60s without progress, 10m in"
                    + " all.")
    @Nullable
    Duration timeout;

    @Option(
            names = "--approve-project",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Approve the servers of a file that is found in this project as they are now, without"
                    + " a question. Without this, you are asked at the terminal, and --yes does not answer.")
    boolean approveProject;

    @Option(
            names = {"-v", "--verbose"},
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show the stderr of servers; twice, also the log of mcpflux.")
    boolean[] verbose = new boolean[0];

    @CommandLine.Mixin
    SessionFlags session = new SessionFlags();

    @CommandLine.Mixin
    DisplayFlags look = new DisplayFlags();

    @CommandLine.Mixin
    RecordFlags record = new RecordFlags();

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    private Surroundings here = Surroundings.ofThisProcess();
    private final WatchedStream out;
    private final Display display;
    /** The open host of a shell, one of whose lines this runs; else null. */
    private @Nullable OpenHost open;

    private List<Class<?>> offered = COMMANDS;

    /** Where a shell reads from; null for the terminal or standard input. */
    @Nullable
    Supplier<ShellInput> lines;

    private final Supplier<@Nullable LiveTerminal> live;
    private @Nullable Output output;
    private @Nullable LogPrinter logs;

    /**
     * The root of one run, which knows nothing of the terminal but that it is one.
     *
     * @param target the kind of {@code out}
     */
    Mcpflux(WatchedStream out, Terminal.Target target) {
        this(out, Display.of(target));
    }

    /** The root of one run. */
    Mcpflux(WatchedStream out, Display display) {
        this.out = out;
        this.display = display;
        this.live = () -> display.terminal() ? JLineTerminal.system(display.colours(look.colours())) : null;
    }

    /**
     * The root of one run.
     *
     * @param live the terminal for live screens, or null where there is none
     */
    Mcpflux(WatchedStream out, Display display, Supplier<@Nullable LiveTerminal> live) {
        this.out = out;
        this.display = display;
        this.live = live;
    }

    /** The root of one line of a shell, with the servers of that shell. */
    Mcpflux(Mcpflux shell, OpenHost open) {
        this(shell.out, shell.display, () -> null);
        this.open = open;
        this.offered = OpenHost.COMMANDS;
        here = shell.here;
        config = shell.config;
        demo = shell.demo;
        adHoc = shell.adHoc;
        urls = shell.urls;
        headers = shell.headers;
        timeout = shell.timeout;
        session = shell.session;
        look = shell.look;
    }

    /** The open host that commands of a shell use; null where a command opens its own. */
    @Nullable
    OpenHost open() {
        return open;
    }

    /** What arguments may be read from; a shell has the standard input itself. */
    InputText input() {
        return open == null ? InputText.of(() -> System.in) : InputText.ofFiles("the lines of the shell");
    }

    /** The terminal of a person who can see a live screen, or null. */
    @Nullable
    LiveTerminal liveTerminal() {
        return live.get();
    }

    /** Without a command there is only the help to print. */
    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    public static void main(String[] args) {
        Mcpflux root = new Mcpflux(new WatchedStream(new FileOutputStream(FileDescriptor.out)), Display.system());
        PrintStream err = System.err;
        // logs of libraries are printed like all notes
        System.setErr(LogStream.of(line -> root.output().note(line)));
        System.exit(root.execute(NativeArguments.recover(args), err));
    }

    static int execute(String[] args, OutputStream out, OutputStream err) {
        return new Mcpflux(new WatchedStream(out), Terminal.Target.OTHER).execute(args, err);
    }

    int execute(String[] args, OutputStream err) {
        if (args.length == 1 && VERSION_OPTIONS.contains(args[0])) {
            return version(err);
        }
        if (args.length > 1 && args[0].equals(Candidates.COMMAND)) {
            return candidates(List.of(args).subList(1, args.length));
        }
        return execute(args, new PrintWriter(err, true, StandardCharsets.UTF_8));
    }

    /** Without the check for what needs no parser. */
    int execute(String[] args, PrintWriter err) {
        List<Class<?>> named = named(args);
        return execute(named.isEmpty() ? offered : named, args, err);
    }

    /** Without the parser, which takes longer than everything else that is needed for this. */
    private int version(OutputStream err) {
        PrintWriter to = new PrintWriter(out, true, StandardCharsets.UTF_8);
        to.println(Version.text());
        return afterOutput(
                ExitCode.OK,
                to,
                () -> new Output(
                        OutputStyle.DEFAULT, out, display, new PrintWriter(err, true, StandardCharsets.UTF_8)));
    }

    /** The names that a completion script asks for; without the parser as well, since somebody waits for them. */
    private int candidates(List<String> args) {
        PrintWriter to = new PrintWriter(out, false, StandardCharsets.UTF_8);
        new Candidates(Surroundings.ofThisProcess()).of(args).forEach(name -> to.print(name + "\n"));
        to.flush();
        return ExitCode.OK;
    }

    /**
     * The commands whose names are among the words; empty if it takes all to understand them. picocli looks at each command
     * by reflection, so the others are left out at first.
     */
    private List<Class<?>> named(String[] args) {
        Set<String> words = Set.copyOf(List.of(args));
        return Collections.disjoint(words, ABOUT_ALL)
                ? offered.stream()
                        .filter(command -> isNamed(command.getAnnotation(Command.class), words))
                        .toList()
                : List.of();
    }

    private static boolean isNamed(Command command, Set<String> words) {
        return words.contains(command.name()) || Stream.of(command.aliases()).anyMatch(words::contains);
    }

    /** A parser of command lines that knows these commands. */
    static CommandLine parser(Mcpflux root, List<Class<?>> commands) {
        CommandLine line = new CommandLine(root);
        commands.forEach(line::addSubcommand);
        return line;
    }

    private int execute(List<Class<?>> commands, String[] args, PrintWriter err) {
        CommandLine line = parser(this, commands)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                // a value that begins with @ is literal, not a file of further arguments
                .setExpandAtFiles(false);
        if (!Collections.disjoint(List.of(args), ABOUT_ALL)) {
            lookOfHelp(line, args);
        }
        line.setParameterExceptionHandler((e, arguments) -> {
            if (commands.size() < offered.size()) {
                // what is wrong, and what may have been meant, is for all commands to say
                return withAllCommands(args, err);
            }
            Output output = early(arguments, line);
            output.error(new UsageException(problem(line, e)));
            if (!output.json()) {
                String command = e.getCommandLine().getParent() == null
                        ? ""
                        : " " + e.getCommandLine().getCommandName();
                output.note("Try '" + (open == null ? "mcpflux" + command : command.strip()) + " --help' for help.");
            }
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (!(e instanceof OutputException)) {
                output().error(e, message(e), Hints.of(this, command.getCommandName(), e));
            }
            return ExitCode.of(e);
        });
        line.setExecutionStrategy(result -> {
            look.read(result);
            String conflict = open == null ? look.conflict(json) : open.conflict(result, look.conflict(json));
            if (conflict != null) {
                throw new CommandLine.ParameterException(line, conflict);
            }
            configureLogging();
            return new CommandLine.RunLast().execute(result);
        });
        return afterOutput(line.execute(UnknownWords.ordered(line, args)), line.getOut(), this::output);
    }

    private void lookOfHelp(CommandLine line, String[] args) {
        boolean sized = display.terminal() || display.variable("COLUMNS") != null;
        line.setUsageHelpWidth(sized ? Math.max(55, Math.min(120, display.columns())) : 80);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                display.colours(DisplayFlags.earlyColours(args))
                        ? CommandLine.Help.Ansi.ON
                        : CommandLine.Help.Ansi.OFF));
    }

    /** The same from the beginning with all commands; nothing has been started yet. */
    private int withAllCommands(String[] args, PrintWriter err) {
        Mcpflux again = open == null ? new Mcpflux(out, display, live).in(here) : new Mcpflux(this, open);
        again.lines = lines;
        return again.execute(offered, args, err);
    }

    private Output early(String[] arguments, CommandLine line) {
        return open == null
                ? new Output(DisplayFlags.early(arguments), out, display, line.getErr())
                : open.output(DisplayFlags.early(arguments));
    }

    /** The message of an error; for a timeout with the option that sets it and how its value was read. */
    String message(Throwable e) {
        String message = Output.message(e);
        String login = LoginCommand.hint(this, e);
        if (login != null) {
            return message + "; log in with: " + login;
        }
        String approve = ApproveCommand.hint(this, e);
        if (approve != null) {
            return message + "; approve it with: " + approve;
        }
        Throwable cause = e;
        while (cause != null && !(cause instanceof McpTimeoutException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof McpTimeoutException late) || late.phase() == McpTimeoutException.Phase.CLOSE) {
            return message;
        }
        String given = timeout == null ? "--timeout sets this limit" : "--timeout is " + Durations.text(timeout);
        String source = late.source();
        if (source != null) {
            // the origin of the time already stands in brackets
            return message.replace(
                    "(" + source + ")",
                    timeout == null ? "(" + source + "; --timeout overrides it)" : "(" + given + ")");
        }
        int end = message.indexOf(late.problem());
        return end < 0
                ? message + " (" + given + ")"
                : new StringBuilder(message)
                        .insert(end + late.problem().length(), " (" + given + ")")
                        .toString();
    }

    /** A command whose output was lost has not succeeded. */
    private int afterOutput(int code, PrintWriter to, Supplier<Output> output) {
        to.flush();
        Output printed = this.output;
        if (printed != null) {
            try {
                printed.finish();
            } catch (OutputException e) {
                // the stream knows it
                to.flush();
            }
        }
        IOException failure = out.failure();
        if (failure == null) {
            return code;
        }
        String reason = String.valueOf(failure.getMessage());
        if (display.out() == Terminal.Target.PIPE
                || reason.toLowerCase(Locale.ROOT).contains("pipe")) {
            // the reader has closed the pipe, as head does: not an error
            return ExitCode.CLOSED_PIPE;
        }
        output.get().note("mcpflux: standard output cannot be written: " + reason);
        return ExitCode.OUTPUT;
    }

    private static String problem(CommandLine line, CommandLine.ParameterException e) {
        return e instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.getUnmatched().isEmpty()
                ? UnknownWords.problem(
                        line, e.getCommandLine(), unmatched.getUnmatched().get(0))
                : String.valueOf(e.getMessage());
    }

    /** Before the first logger is created, since the logging library reads these properties only once. */
    private void configureLogging() {
        String prefix = "org.slf4j.simpleLogger.";
        String level = verbose.length == 0 ? "off" : verbose.length == 1 ? "info" : "debug";
        System.setProperty(prefix + "defaultLogLevel", verbose.length > 1 ? "info" : level);
        System.setProperty(prefix + "log.dev.mcpflux", level);
        System.setProperty(prefix + "showThreadName", "false");
        System.setProperty(prefix + "showShortLogName", "true");
        System.setProperty(prefix + "levelInBrackets", "true");
    }

    /** One instance for the whole run: everything printed and asked at the same time goes through it. */
    synchronized Output output() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Output known = output;
        if (known == null) {
            output = known = open == null
                    ? new Output(
                            look.style(json), out, display, spec.commandLine().getErr())
                    : open.output(look.style(json));
        }
        return known;
    }

    synchronized LogPrinter logs() {
        LogPrinter known = logs;
        if (known == null) {
            logs = known = open == null ? new LogPrinter(output()) : open.logs();
        }
        return known;
    }

    /** Standard error, unless {@link #err(PrintWriter)} has set another one. */
    PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    /** Writes what is not a result here, from now on; before anything is written. */
    synchronized void err(PrintWriter other) {
        if (output != null) {
            throw new IllegalStateException("something was written already");
        }
        Objects.requireNonNull(spec).commandLine().setErr(other);
    }

    /** Whether standard output gets colours. */
    boolean colours() {
        return display.colours(look.colours());
    }

    /** The options of sessions that the command line sets. */
    SessionOptions sessionOptions() {
        SessionOptions options = SessionOptions.defaults();
        if (timeout != null) {
            options = options.mutate()
                    .startTimeout(timeout)
                    .request(RequestOptions.within(timeout)
                            .mutate()
                            .source("--timeout")
                            .build())
                    .build();
        }
        return session.apply(options, output());
    }

    /** Where this command is run. */
    Surroundings here() {
        return here;
    }

    /** The same root, run somewhere else. */
    Mcpflux in(Surroundings surroundings) {
        here = surroundings;
        return this;
    }

    /** The files that servers are read from. */
    ConfigSources sources() {
        return new ConfigSources(here, config, form);
    }

    /** A command line that does something else with the same servers. */
    String again(String... words) {
        if (open != null && OpenHost.has(words[0])) {
            return Stream.of(words).map(ShellWords::quote).collect(java.util.stream.Collectors.joining(" "));
        }
        List<String> all = new ArrayList<>(List.of("mcpflux"));
        if (config != null) {
            all.addAll(List.of("-c", config.toString()));
        }
        if (demo) {
            all.add("--demo");
        }
        adHoc.forEach(server -> all.addAll(List.of("--server", server)));
        urls.forEach(server -> all.addAll(List.of("--url", server)));
        // a value may be a secret
        headers.forEach(header -> all.addAll(List.of("--header", header.replaceFirst(":.*", ": …"))));
        all.addAll(List.of(words));
        return all.stream().map(ShellWords::quote).collect(java.util.stream.Collectors.joining(" "));
    }

    /** Reads the id of a form. */
    static final class FormConverter implements CommandLine.ITypeConverter<ConfigForm> {
        @Override
        public ConfigForm convert(String value) {
            try {
                return FormIds.form(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads durations in the notation of configuration files as well. */
    static final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            try {
                return Durations.parse(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {text()};
        }

        static String text() {
            String version = Mcpflux.class.getPackage().getImplementationVersion();
            return "mcpflux " + (version == null ? "(development)" : version);
        }
    }
}
