package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.TextColumns;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;

/** No text of a server acts on the terminal, and no line of it looks like one of ours. */
class HostileTextTest {

    /** What each command is run with; a new command has to be added here. */
    private static final Map<String, List<String>> LINES = Map.ofEntries(
            Map.entry("servers", List.of("servers")),
            Map.entry("tools", List.of("tools", "tools --from $x")),
            Map.entry("prompts", List.of("prompts")),
            Map.entry("resources", List.of("resources")),
            Map.entry(
                    "call",
                    List.of(
                            "call say --no-images",
                            "call say --trace --no-images",
                            "call fail",
                            "call refuse",
                            "call ask --no-images",
                            "call ask --yes --no-images",
                            "call ask --no-input --no-images",
                            "call missing",
                            "call typed",
                            "call typed q=1",
                            "call typed p=1",
                            "call say --log-level debug --no-images")),
            Map.entry("prompt", List.of("prompt hello", "prompt hello x=1", "prompt missing")),
            Map.entry("read", List.of("read a://b", "read a://c")),
            Map.entry("complete", List.of("complete hello x", "complete a://{y} y", "complete a://{x} x")),
            Map.entry("task", List.of("task odd t1", "task odd t1 --cancel")),
            Map.entry("watch", List.of("watch --for 100ms --log-level debug")),
            Map.entry("logs", List.of("logs --level debug")),
            Map.entry("drift", List.of("drift @recording")),
            Map.entry("login", List.of("login odd --no-browser", "login $x")),
            Map.entry("logout", List.of("logout odd", "logout $x")),
            Map.entry("tool", List.of("tool say", "tool typed", "tool huge", "tool odd__odd$", "tool missing")),
            Map.entry("inspect", List.of("inspect odd", "inspect $x")),
            Map.entry("run", List.of("run @script --no-images", "run @script --keep-going --no-images")),
            Map.entry("approve", List.of("approve --list -c @project", "approve $x -c @project")),
            Map.entry("shell", List.of("shell @lines")),
            Map.entry("discover", List.of("discover", "discover --client $x")),
            Map.entry("doctor", List.of("doctor", "doctor $x")),
            Map.entry("auth", List.of("auth status", "auth debug odd")));

    /** Commands that never see a configured server. */
    private static final Set<String> WITHOUT_SERVERS = Set.of("demo", "help", "completion", "generate-completion");

    /** Commands that see files, and no running server. */
    private static final Map<String, List<String>> FILE_LINES = Map.ofEntries(
            Map.entry("list", List.of("list", "list --check --timeout 5s")),
            Map.entry("describe", List.of("describe odd --timeout 5s", "describe $x")),
            Map.entry("get", List.of("get odd", "get odd --reveal", "get $x")),
            Map.entry("add", List.of("add $x -- x", "add y -e $=$ -- $", "add y https://h.org/$ -H a:$", "add $")),
            Map.entry("add-json", List.of("add-json y {\"command\":\"$\"}", "add-json y {\"$\":1}")),
            Map.entry("remove", List.of("remove $x", "remove odd")),
            Map.entry("enable", List.of("enable odd", "enable $x")),
            Map.entry("disable", List.of("disable odd", "disable $x")),
            Map.entry("import", List.of("import @file --yes", "import @file $x --yes", "import $")),
            Map.entry("export", List.of("export", "export --format vscode", "export --format codex", "export $x")));

    private static final List<String> FORMATS =
            List.of("", "wide", "json", "yaml", "name", "jsonpath={@}{..name}{..uri}");

    /** The styles that are ours. */
    private static final Pattern STYLE = Pattern.compile("\033\\[(?:[0127]|3[123])m");

    @TempDir
    private static Path directory;

    private static HostileServer server;
    /** The files that command lines name. */
    private static Map<String, Path> files;

    @BeforeAll
    static void start() throws IOException {
        server = new HostileServer();
        files = Map.of(
                "@recording", directory.resolve("recording.jsonl"),
                "@script", directory.resolve("script.txt"),
                "@project", directory.resolve("mcp.json"));
        Files.writeString(files.get("@script"), "say\nfail\nrefuse\nask\n");
        String words = McpJson.mapper().writeValueAsString(HostileServer.WORDS);
        Files.writeString(files.get("@project"), """
                {"mcpServers": {%1$s: {"command": %1$s, "args": [%1$s], "env": {"X": %1$s}}, "a": {"command": %1$s, %1$s: 1}}}
                """.formatted(words));
        Files.writeString(files.get("@recording"), """
                {"link":"1","server":"odd","direction":"sent","message":{"id":1,"method":"initialize","params":{}}}
                {"link":"1","server":"odd","direction":"received","message":{"id":1,"result":{"protocolVersion":"2025-11-25",\
                "capabilities":{"tools":{}},"serverInfo":{"name":%1$s,"version":%1$s}}}}
                {"link":"1","server":"odd","direction":"sent","message":{"id":2,"method":"tools/list","params":{}}}
                {"link":"1","server":"odd","direction":"received","message":{"id":2,"result":{"tools":[\
                {"name":%1$s,"description":%1$s,"inputSchema":{"type":"object"}}]}}}
                """.formatted(words));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyCommandIsCovered() {
        Set<String> commands = Mcpflux.COMMANDS.stream()
                .map(command -> command.getAnnotation(Command.class).name())
                .collect(Collectors.toCollection(TreeSet::new));
        commands.removeAll(WITHOUT_SERVERS);
        commands.removeAll(FILE_LINES.keySet());

        assertThat(new TreeSet<>(LINES.keySet())).isEqualTo(commands);
    }

    static Stream<String> fileLines() {
        return FILE_LINES.values().stream()
                .flatMap(List::stream)
                .sorted()
                .flatMap(line -> Stream.of(line, line + " --json"));
    }

    @ParameterizedTest
    @MethodSource("fileLines")
    void textOfAFileReachesNoTerminal(String line, @TempDir Path temporary) throws IOException {
        ConfigMachine machine = new ConfigMachine(temporary);
        String words = HostileServer.WORDS;
        ObjectNode root = McpJson.mapper().createObjectNode();
        ObjectNode servers = root.putObject("mcpServers");
        ObjectNode odd = servers.putObject("odd").put("command", "none" + words).put(words, words);
        odd.putArray("args").add(words);
        odd.putObject("env").put("A" + words, words).put("B", "${" + words + "}");
        odd.put("cwd", words);
        servers.putObject("far")
                .put("url", "https://example.org/" + words)
                .putObject("headers")
                .put("X-A", words);
        servers.putObject("wrong").put("command", words).put("timeout", words);
        servers.putObject("bad" + words).put("command", "x");
        root.put("other" + words, words);
        Path file = machine.write("x.json", root.toString());
        machine.write("project/mcp.json", root.toString());
        machine.write(machine.own(), root.toString());
        List<String> all = new ArrayList<>();
        for (String word : line.split(" ")) {
            all.add(word.equals("@file") ? file.toString() : word.replace("$", words));
        }

        ConfigMachine.Run run = machine.run(Terminal.Target.TERMINAL, all.toArray(String[]::new));

        assertSafe(run.out(), run.err());
        assertThat(run.out() + run.err()).isNotEmpty();
    }

    static Stream<String> lines() {
        CommandLine parser = Mcpflux.parser(
                new Mcpflux(new WatchedStream(new ByteArrayOutputStream()), Terminal.Target.OTHER), Mcpflux.COMMANDS);
        return LINES.entrySet().stream().sorted(Map.Entry.comparingByKey()).flatMap(entry -> {
            OptionSpec output =
                    parser.getSubcommands().get(entry.getKey()).getCommandSpec().findOption("-o");
            boolean formats = output != null && output.type() == OutputFormat.class;
            return entry.getValue().stream()
                    .flatMap(line -> formats
                            ? FORMATS.stream().map(format -> format.isEmpty() ? line : line + " -o " + format)
                            : Stream.of(line, line + " --json"));
        });
    }

    @ParameterizedTest
    @MethodSource("lines")
    void reachesNoTerminal(String line) {
        Run run = run(Terminal.Target.TERMINAL, "mcp", line);

        assertSafe(run.out, run.err);
        assertThat(run.out + run.err).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"servers", "tools", "prompts", "resources", "resources -o wide", "call missing"})
    void coloursAreOurs(String line) {
        Run run = run(Terminal.Target.TERMINAL, "mcp", line + " --color=always");

        assertThat(run.out + run.err).contains("\033[");
        assertSafe(STYLE.matcher(run.out).replaceAll(""), STYLE.matcher(run.err).replaceAll(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"servers", "tools", "prompts", "resources"})
    void hugeTextIsShortened(String line) {
        Run run = run(Terminal.Target.TERMINAL, "mcp", line);

        assertThat(run.out.lines()).isNotEmpty().allMatch(each -> TextColumns.width(each) <= 120);
        if (!line.equals("servers")) {
            assertThat(run.out).contains("hhhhh…");
        }
        assertThat(run(Terminal.Target.TERMINAL, "mcp", line + " -o wide").out)
                .isNotEmpty()
                .hasSizeLessThan(20_000);
    }

    private static void assertSafe(String out, String err) {
        assertThat(out.equals(safe(out))).as(shown(out)).isTrue();
        assertThat(err.equals(safe(err))).as(shown(err)).isTrue();
        assertThat(err.lines())
                .noneMatch(line -> line.startsWith("mcpflux: forged"))
                .allMatch(line -> line.length() < 20_000);
    }

    /** The beginning, since a failure may show a million characters. */
    private static String shown(String text) {
        return SafeText.shortened(text, 2000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "servers",
                "tools",
                "tools -o name",
                "prompts",
                "resources",
                "call fail",
                "call refuse",
                "call missing",
                "complete a://{x} x",
                "task odd t1 --cancel",
                "watch --for 100ms --log-level debug"
            })
    void errorsAreSanitizedInPipes(String command) {
        Run run = run(Terminal.Target.PIPE, "mcp", command);

        assertSafe(run.out, run.err);
        assertThat(run.out + run.err).isNotEmpty();
    }

    @Test
    void resultInAPipeIsUnchanged() {
        assertThat(run(Terminal.Target.PIPE, "mcp", "call say --no-images").out)
                .startsWith("said" + HostileServer.WORDS);
        assertThat(run(Terminal.Target.PIPE, "mcp", "read a://b").out).startsWith("holds" + HostileServer.WORDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"servers", "tools", "call odd__x"})
    void transportErrorCannotControlTheTerminal(String command) {
        Run run = run(Terminal.Target.TERMINAL, "broken", command);

        assertThat(run.out).isEqualTo(safe(run.out));
        assertThat(run.err).isEqualTo(safe(run.err)).contains("500");
    }

    private record Run(String out, String err) {}

    private static Run run(Terminal.Target target, String path, String words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> line = new ArrayList<>(List.of("--url", "odd=" + server.url(path)));
        for (String word : words.split(" ")) {
            line.add(files.containsKey(word) ? "" + files.get(word) : word.replace("$", HostileServer.WORDS));
        }
        Mcpflux root = new Mcpflux(new WatchedStream(out), target);
        if (line.remove("@lines")) {
            root.lines = () -> new HostileLines();
        }
        int ignored = root.execute(line.toArray(String[]::new), err);
        return new Run(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String safe(String text) {
        return SafeText.text(text);
    }
}
