package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.shell.ScriptInput;
import dev.mcpflux.cli.shell.ShellInput;
import dev.mcpflux.cli.shell.VirtualTerminal;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code mcpflux shell} with real servers, from a script and on a terminal that is not a device. */
@Timeout(120)
class ShellCommandTest {

    /** A server that never answers. */
    private static final String SILENT = "slow=sh -c 'cat >/dev/null'";

    private static WeatherServer weather;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws IOException {
        weather = new WeatherServer();
    }

    @AfterAll
    static void stop() {
        weather.close();
    }

    private int script(String... lines) {
        return script(List.of("--url", "weather=" + weather.url()), lines);
    }

    private int script(List<String> options, String... lines) {
        return run(out, options, new ScriptInput(new BufferedReader(new StringReader(String.join("\n", lines)))));
    }

    private int run(OutputStream to, List<String> options, ShellInput input) {
        Mcpflux root = new Mcpflux(new WatchedStream(to), Terminal.Target.OTHER);
        root.lines = () -> input;
        List<String> line = new ArrayList<>(options);
        line.add("shell");
        return root.execute(line.toArray(String[]::new), err);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void linesAreCommands() {
        assertThat(script(
                        "# a comment",
                        "",
                        "tools rain -o name",
                        "call weather__lookup city=Paris",
                        "lookup \\",
                        "  city=Oslo --json",
                        "servers -o name"))
                .as(err())
                .isEqualTo(ExitCode.OK);

        assertThat(out().lines())
                .startsWith("weather__lookup", "Paris: 18 °C, light rain", "{")
                .endsWith("weather");
        assertThat(out()).contains("\"content\"");
    }

    @Test
    void firstErrorEndsAScript() {
        assertThat(script("stations", "tools")).isEqualTo(ExitCode.TOOL_ERROR);
        assertThat(script("lookup", "tools")).isEqualTo(ExitCode.USAGE);
        assertThat(script("lookup city='Paris", "tools")).isEqualTo(ExitCode.USAGE);
        assertThat(script("nothing", "tools")).isEqualTo(ExitCode.USAGE);

        assertThat(out()).isEmpty();
        assertThat(err())
                .contains(
                        "no station answers",
                        "'city' is missing",
                        "a quote is not closed",
                        "no tool is called 'nothing'");
    }

    @Test
    void exitEndsAScript() {
        assertThat(script("exit", "nothing")).isEqualTo(ExitCode.OK);
    }

    @Test
    void jsonOnceOrAlways() {
        assertThat(script(":json lookup city=a", "lookup city=b", "set json on", "servers", "set json off", "servers"))
                .isEqualTo(ExitCode.OK);

        assertThat(out().lines().filter(line -> line.equals("{") || line.startsWith("[ {")))
                .hasSize(2);
        assertThat(out().lines())
                .contains("Paris: 18 °C, light rain")
                .last()
                .asString()
                .startsWith("weather");
    }

    @Test
    void jsonOfTheCommandLineIsForAllLines() {
        assertThat(script(List.of("--url", "weather=" + weather.url(), "--json"), "lookup city=a", "servers"))
                .isEqualTo(ExitCode.OK);

        assertThat(out()).startsWith("{").contains("[ {").doesNotContain("NAME");
    }

    @Test
    void latestResultIsKept() throws IOException {
        assertThat(script(
                        "lookup city=a",
                        ":last",
                        "lookup city=$_ --dry-run",
                        ":last --save " + directory.resolve("saved")))
                .as(err())
                .isEqualTo(ExitCode.OK);

        assertThat(out().lines()).startsWith("Paris: 18 °C, light rain", "Paris: 18 °C, light rain");
        assertThat(out()).contains("\"city\" : \"Paris: 18 °C, light rain\"");
        assertThat(directory.resolve("saved")).isDirectoryContaining("glob:**weather__lookup*");
    }

    @Test
    void nothingToRepeatIsAMistake() {
        assertThat(script(":last")).isEqualTo(ExitCode.USAGE);
        assertThat(script("lookup city=$_")).isEqualTo(ExitCode.USAGE);

        assertThat(err()).contains("nothing was called yet", "there is none yet");
    }

    @Test
    void defaultServerDecidesBareNames() {
        List<String> both = List.of("--url", "weather=" + weather.url(), "--url", "other=" + weather.url());

        assertThat(script(both, "lookup city=a")).isEqualTo(ExitCode.USAGE);
        assertThat(script(both, "use other", "lookup city=a --dry-run", "tools --from weather -o name"))
                .as(err())
                .isEqualTo(ExitCode.OK);
        assertThat(out()).contains("\"server\" : \"other\"").doesNotContain("other__");
        assertThat(script(both, "use nobody")).isEqualTo(ExitCode.USAGE);
        assertThat(err()).contains("no server is called 'nobody'");
    }

    @Test
    void optionsOfTheWholeShellAreRefused() {
        assertThat(script("tools --timeout 3s")).isEqualTo(ExitCode.USAGE);
        assertThat(script("-c x tools")).isEqualTo(ExitCode.USAGE);

        assertThat(err()).contains("--timeout is for the whole shell");
    }

    @Test
    void standardInputIsTaken() {
        assertThat(script("call lookup -")).isEqualTo(ExitCode.USAGE);

        assertThat(err()).contains("standard input is the lines of the shell");
    }

    @Test
    void helpListsAndDescribes() {
        assertThat(script("help", "help use", "help call", "restart weather", "logs debug", "logs"))
                .as(err())
                .isEqualTo(ExitCode.OK);

        assertThat(out()).contains("use [SERVER]", "tools", ":last", "Usage: use [SERVER]", "--dry-run");
        assertThat(err()).contains("'weather' was started again", "printed from debug on");
    }

    // -- on a terminal

    private CompletableFuture<Integer> typed(VirtualTerminal terminal, String... options) throws IOException {
        List<String> words = new ArrayList<>();
        if (options.length == 0) {
            Path config = directory.resolve("mcp.json");
            Files.writeString(config, PlayServer.config());
            words.addAll(List.of("-c", config.toString()));
        }
        words.addAll(List.of(options));
        return CompletableFuture.supplyAsync(() -> run(terminal.stream(), words, terminal.keyboard()));
    }

    @Test
    void asksAtTheSameTerminalAndEndsInOrder() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            CompletableFuture<Integer> run = typed(terminal);
            terminal.await("mcpflux ");
            terminal.type("ask\r");
            terminal.await("Who are you?");
            terminal.await("> ");
            terminal.type("Ann\r");
            terminal.await("[2] > ");
            // the default, and yes to the whole form
            terminal.type("\r\r");
            terminal.await("\"name\":\"Ann\"");
            terminal.type("exit\r");

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void ctrlCCancelsTheCallOnly() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            CompletableFuture<Integer> run = typed(terminal);
            terminal.await("mcpflux ");
            terminal.type("ask\r");
            terminal.await("Who are you?");
            terminal.await("> ");
            terminal.type(VirtualTerminal.CTRL_C);
            terminal.await("mcpflux: cancelled");
            terminal.clear();
            terminal.type("prompt hello who=me\r");
            terminal.await("Say hello to me");
            terminal.type(VirtualTerminal.CTRL_D);

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void leavesWhileAServerIsStillStarting() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            CompletableFuture<Integer> run = typed(terminal, "--server", SILENT);
            terminal.await("mcpflux 0/1> ");
            terminal.type("exit\r");

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void cancelsACallOfAServerThatIsStillStarting() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            CompletableFuture<Integer> run = typed(terminal, "--server", SILENT);
            terminal.await("mcpflux 0/1> ");
            terminal.type("slow__x\r" + VirtualTerminal.CTRL_C);
            terminal.await("mcpflux: cancelled");
            terminal.type(VirtualTerminal.CTRL_D);

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void lostServerIsAnnouncedAndComesBack() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            Path config = directory.resolve("brief.json");
            Files.writeString(config, PlayServer.config("--brief"));
            CompletableFuture<Integer> run = typed(terminal, "-c", config.toString());
            terminal.await("server 'play': its process ended");
            terminal.await("server 'play' is ready again");
            terminal.type("exit\r");

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void endOfTheTerminalEndsTheShell() throws Exception {
        try (VirtualTerminal terminal = new VirtualTerminal()) {
            CompletableFuture<Integer> run = typed(terminal, "--server", SILENT);
            terminal.await("mcpflux 0/1> ");
            terminal.keyboard().stop();

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
        }
    }
}
