package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpflux.cli.completion.CompletionModel;
import dev.mcpflux.cli.completion.Shell;
import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.terminal.Colours;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.client.EraPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The scripts, and what shells that are there make of them. A script asks a program that prints what mcpflux would. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program is a shell script")
class CompletionTest {

    @TempDir
    private Path directory;

    private static CommandLine parser() {
        return Mcpflux.parser(
                new Mcpflux(new WatchedStream(new ByteArrayOutputStream()), Terminal.Target.OTHER), Mcpflux.COMMANDS);
    }

    private Path script(Shell shell) {
        return directory.resolve(shell.file());
    }

    @BeforeEach
    void write() throws IOException {
        for (Shell shell : Shell.values()) {
            Files.writeString(script(shell), shell.script(CompletionModel.of(parser())));
        }
        Path program = directory.resolve("mcpflux");
        Files.writeString(program, """
                #!/bin/sh
                printf '%s\\n' "$*" >>"${0%/*}/asked"
                suffix=
                [ "$2" = tools ] && suffix=__
                printf "%s$suffix\\n" weather files '$(touch pwned)' '`touch pwned`' 'a b'
                """);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private record Run(int code, String out) {}

    private Run run(String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().merge("PATH", directory.toString(), (path, own) -> own + ":" + path);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }

    private static boolean missing(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .noneMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    @ParameterizedTest
    @EnumSource
    void shellsAcceptTheSyntax(Shell shell) throws Exception {
        assumeTrue(!missing(shell.toString()), () -> "there is no " + shell);

        assertThat(run(shell.toString(), "-n", script(shell).toString())).isEqualTo(new Run(0, ""));
    }

    @ParameterizedTest
    @EnumSource
    void everyCommandAndOptionIsThere(Shell shell) throws IOException {
        String script = Files.readString(script(shell));
        List<CommandSpec> specs = new ArrayList<>(List.of(parser().getCommandSpec()));
        parser().getSubcommands().values().forEach(command -> specs.add(command.getCommandSpec()));

        for (CommandSpec spec : specs) {
            if (spec.usageMessage().hidden()) {
                assertThat(script).doesNotContain(spec.name());
                continue;
            }
            assertThat(script).contains(spec.name());
            for (OptionSpec option : spec.options()) {
                for (String name : option.names()) {
                    String written = shell != Shell.FISH
                            ? name
                            : name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1);
                    if (option.hidden()) {
                        assertThat(script).doesNotContain(written + " ");
                    } else {
                        assertThat(script).as(spec.name()).contains(written);
                    }
                }
            }
        }
        assertThat(script.replace("/dev/null", ""))
                .doesNotContain("%s", "%%", "null")
                .endsWith("\n");
    }

    @ParameterizedTest
    @EnumSource
    void wordsOfValuesAreThoseOfTheirTypes(Shell shell) throws IOException {
        String words = Files.readString(script(shell));

        assertThat(words).contains("table wide json yaml name jsonpath=");
        for (OutputFormat.Kind kind : OutputFormat.Kind.values()) {
            assertThat("table wide json yaml name jsonpath=")
                    .contains(kind.name().toLowerCase(Locale.ROOT));
        }
        for (String era : "auto modern legacy".split(" ")) {
            assertThat(EraPolicy.of(era)).isNotNull();
        }
        assertThat(words)
                .contains("auto modern legacy", "auto always never", "debug info notice warning", "status debug");
        assertThat(Colours.values()).hasSize(3);
    }

    /** What bash would offer for a command line whose last word is not complete. */
    private List<String> bash(String line) throws Exception {
        assumeTrue(!missing("bash"), "there is no bash");
        Path program = directory.resolve("try.bash");
        Files.writeString(program, """
                source '%s'
                COMP_WORDS=(%s)
                COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
                _mcpflux
                [ ${#COMPREPLY[@]} = 0 ] || printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(script(Shell.BASH), line.replace("''", "\"\"")));
        Run run = run("bash", program.toString());
        assertThat(run.code).as(run.out).isZero();
        return run.out.lines().toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mcpflux to                             | tools,tool
            mcpflux -c mcp.json ser                | servers
            mcpflux --timeout 5s --yes log         | logs,login,logout
            mcpflux --config = a.json dem          | demo
            mcpflux tools --fr                     | --from
            mcpflux tools --from we                | weather
            mcpflux tools --from = we              | weather
            mcpflux --era ''                       | auto,modern,legacy
            mcpflux --era = l                      | legacy
            mcpflux tools -o y                     | yaml
            mcpflux call we                        | weather__
            mcpflux call weather__x --from fi      | files
            mcpflux call weather__x city = we      | ''
            mcpflux inspect we                     | weather
            mcpflux inspect weather we             | ''
            mcpflux logs weather fi                | files
            mcpflux auth sta                       | status
            mcpflux auth status we                 | weather
            mcpflux completion f                   | fish
            mcpflux help insp                      | inspect
            mcpflux generate                       | ''
            mcpflux run --dry                      | ''
            """)
    void bashOffers(String line, String offered) throws Exception {
        assertThat(bash(line)).isEqualTo(offered.isEmpty() ? List.of() : List.of(offered.split(",")));
    }

    @Test
    void bashQuotesNamesAndRunsNothingInThem() throws Exception {
        assertThat(bash("mcpflux inspect ''"))
                .containsExactly("weather", "files", "\\$\\(touch\\ pwned\\)", "\\`touch\\ pwned\\`", "a\\ b");
        assertThat(directory.resolve("pwned")).doesNotExist();
    }

    @Test
    void bashHandsOverWhatWasTyped() throws Exception {
        bash("mcpflux -c \"'my file.json'\" tools --from we");

        assertThat(Files.readString(directory.resolve("asked")))
                .isEqualTo("__complete servers -- -c 'my file.json' tools --from\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mcpflux to                         | tool,tools
            mcpflux -c mcp.json insp           | inspect
            mcpflux tools --fr                 | --from
            mcpflux call we                    | weather__
            mcpflux inspect fi                 | files
            mcpflux --era l                    | legacy
            """)
    void fishOffers(String line, String offered) throws Exception {
        assumeTrue(!missing("fish"), "there is no fish");
        Run run = run("fish", "--no-config", "-c", "source " + script(Shell.FISH) + "; complete -C '" + line + "'");

        assertThat(run.code).as(run.out).isZero();
        assertThat(run.out.lines().map(each -> each.replaceFirst("\t.*", "")))
                .containsExactlyInAnyOrder(offered.split(","));
    }

    @Test
    void fishRunsNothingInNames() throws Exception {
        assumeTrue(!missing("fish"), "there is no fish");
        Run run = run("fish", "--no-config", "-c", "source " + script(Shell.FISH) + "; complete -C 'mcpflux inspect '");

        assertThat(run.out.lines()).contains("weather", "$(touch pwned)", "`touch pwned`", "a b");
        assertThat(directory.resolve("pwned")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish", "BASH"})
    void scriptsArePrinted(String shell) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int code = Mcpflux.execute(new String[] {"completion", shell}, out, new ByteArrayOutputStream());

        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(script(Shell.valueOf(shell.toUpperCase(Locale.ROOT)))));
    }

    @Test
    void otherShellsAreRefused() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Mcpflux.execute(new String[] {"completion", "csh"}, new ByteArrayOutputStream(), err);

        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("mcpflux: there is no completion for 'csh'; expected bash, zsh or fish");
    }

    @Test
    void namesArePrintedOneALine() throws IOException {
        Path file = Files.writeString(
                directory.resolve("a.json"),
                "{\"mcpServers\": {\"b\": {\"command\": \"x\"}, \"a\": {\"command\": \"x\"}}}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Mcpflux.execute(new String[] {"__complete", "servers", "--", "-c", file.toString()}, out, err);

        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("b\na\n");
        assertThat(err.size()).isZero();
    }
}
