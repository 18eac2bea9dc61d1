package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command without a server: no test here reads a file of the working directory or starts a process. */
class McpfluxCommandTest {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String[] COMMON = {
        "-c",
        "--config",
        "--server",
        "--json",
        "--color",
        "--no-color",
        "--no-pager",
        "--timeout",
        "-v",
        "--verbose",
        "-h",
        "--help",
        "-V",
        "--version",
        "--era",
        "--yes",
        "--no-input",
        "--log-level",
        "--root",
        "--record"
    };

    @TempDir
    private Path directory;

    // -- help

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpNamesEverything(String option) {
        Run run = run(option);

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).contains(COMMON);
        assertThat(run.out)
                .contains("servers", "tools", "call", "demo", "completion")
                .doesNotContain("generate-completion");
        assertThat(run.out).contains("Exit codes:", "130", "Examples:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "servers",
                "tools",
                "call",
                "task",
                "prompts",
                "prompt",
                "resources",
                "read",
                "complete",
                "watch",
                "logs",
                "demo"
            })
    void helpOfACommandNamesItsOptions(String command) {
        Run run = run(command, "--help");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).contains("mcpflux " + command).contains(COMMON);
    }

    @Test
    void helpOfCallNamesItsArguments() {
        assertThat(run("call", "--help").out).contains("TOOL", "KEY=VALUE", "--args", "JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void printsItsVersion(String option) {
        Run run = run(option);

        assertThat(run.code).isZero();
        assertThat(run.out).matches("mcpflux \\S+\\R");
        assertThat(run.err).isEmpty();
    }

    @Test
    void commandsPrintTheVersion() {
        assertThat(run("tools", "--version")).isEqualTo(run("--version"));
    }

    @Test
    void generatesCompletion() {
        Run run = run("generate-completion");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out)
                .startsWith("#!")
                .contains("complete ", "servers", "tools", "call", "demo", "--config", "--timeout", "--args")
                .contains("prompts", "resources", "watch", "--log-level", "--keep-task", "--from");
    }

    // -- a wrong command line

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                              | a command is missing
            -v                              | a command is missing
            --nonsense                      | --nonsense
            --nonsense tools                | --nonsense
            tools --nonsense                | --nonsense
            frobnicate                      | there is no command 'frobnicate'
            srvers                          | there is no command 'srvers'; did you mean servers?
            help srvers                     | there is no command 'srvers'; did you mean servers?
            promts                          | did you mean prompts or prompt?
            tools --form x                  | Unknown option: '--form'; did you mean --from?
            --jsno tools                    | Unknown option: '--jsno'; did you mean --json?
            tools --as-task                 | Unknown option: '--as-task'; it is one of call
            call tool --city Paris          | Unknown option: '--city'; arguments are written city=VALUE
            --from                          | --from
            --from a nonsense               | --from
            demo -c nofile                  | demo uses its own two servers
            demo --server a=b               | demo uses its own two servers
            demo --url a=http://h/          | demo uses its own two servers
            --root= tools                   | expected a path, found ''
            --config= tools                 | expected a path, found ''
            read a://b -o=                  | expected a path, found ''
            call tool --args @              | --args: expected a path, found ''
            call tool --args @/no/such/file | --args: /no/such/file: there is no such file
            call tool --args @/             | --args: / cannot be read: Is a directory
            tools -o nope                   | there is no output format 'nope'; there are table, wide, json, yaml, name
            tools -o jsno                   | there is no output format 'jsno'; did you mean json?
            tools -o jsonpath={.a           | jsonpath: '}' is expected at column 4 of {.a
            tools --color=pink              | --color takes auto, always or never, found 'pink'
            tools --no-color --color=always | --no-color and --color exclude each other
            tools surplus                   | surplus
            servers surplus                 | surplus
            demo surplus                    | surplus
            call                            | TOOL
            call tool --args                | --args
            --config                        | --config
            tools --server                  | --server
            tools --args {}                 | --args
            --timeout 0 tools               | expected a time like 500ms, 30s, 1m30s or 2h
            --timeout=soon tools            | found 'soon'
            tools --timeout 1y              | found '1y'
            tools --timeout -1s             | --timeout
            --server nonsense tools         | --server takes 'name=command arg …', found 'nonsense'
            --server =java tools            | --server takes 'name=command arg …', found '=java'
            tools --server name=            | --server takes 'name=command arg …', found 'name='
            tools --server a='b             | a quote is not closed: 'b
            tools --server a__b=java        | contains '__'
            --url nonsense tools            | --url takes 'name=https://…'
            --url http://h/?a=b tools       | --url takes 'name=https://…'
            tools --url a=ftp://h/          | --url a: expected a URL that begins with http:// or https://
            tools --url a=http://u:s3cr3t@h/ | credentials belong into a header
            tools --header A:b             | --header is for servers of --url, and there is none
            tools --url a=http://h/ --header nonsense | --header takes 'Name: value'
            tools --url a=http://h/ --header X:${env:NO_SUCH} | --header X: the environment variable NO_SUCH is not set
            tools --url a=http://h/ --header X:${NO_SUCH} | --header X: the environment variable NO_SUCH is not set
            tools --url a=http://h/ --header X:a${input:x} | --header X: the input x is only known when the server starts
            servers --server a=b --server a=c | two servers are called 'a'
            call a__tool --server nonsense  | --server takes
            """)
    void usageErrorsGoToStandardError(String line, String problem) {
        Run run = run(words(line));

        assertThat(run.code).isEqualTo(2);
        assertThat(run.out).isEmpty();
        assertThat(run.err).startsWith("mcpflux: ").contains(problem).doesNotContain("\tat ", "unexpected");
    }

    @Test
    void optionsMayStandBeforeTheirCommand() {
        String file = config("{'mcpServers': {}}");

        assertThat(run("--from", "a", "--json", "tools", "-c", file).out).contains("no server is called 'a'");
        assertThat(run("--args", "{", "-c", file, "call", "x").code).isEqualTo(2);
        assertThat(run("--as-task", "-c", file, "call", "x").err).contains("no tool is called 'x'");
    }

    @Test
    void listsReportThatAllServersAreDisabled() {
        String file = config("{'mcpServers': {'a': {'command': 'x', 'disabled': true},"
                + " 'b': {'command': 'x', 'enabled': false}}}");

        for (String kind : List.of("tool", "prompt", "resource")) {
            Run run = run(kind + "s", "-c", file);

            assertThat(run.code).isZero();
            assertThat(run.out).isEmpty();
            assertThat(run.err)
                    .contains(
                            "server 'a': it is switched off by \"disabled\"",
                            "server 'b': it is switched off by \"enabled\"",
                            "no server is enabled, so there is no " + kind)
                    .doesNotContain("offers");
        }
    }

    @Test
    void headersHaveDefaultsForVariables() {
        Run run = run("tools", "--url", "a=http://127.0.0.1:1/", "--header", "X: ${NO_SUCH:-a b}", "--json");

        assertThat(run.code).isEqualTo(3);
        assertThat(run.err).doesNotContain("NO_SUCH", "--header");
    }

    @Test
    void slowStartNamesTheKeyAndTheOption() {
        String file =
                config("{'mcpServers': {'a': {'command': 'sleep', 'args': ['100']," + " 'startTimeout': '300ms'}}}");

        assertThat(run("tools", "-c", file).err)
                .contains("took longer than 300 ms (startTimeout in ", "/startTimeout; --timeout overrides it)");
    }

    @Test
    void helpIsACommand() {
        assertThat(run("help", "call")).isEqualTo(run("call", "--help"));
        assertThat(run("help")).isEqualTo(run("--help"));
    }

    /** The library would expand variables and formats in help texts; ours contain none. */
    @Test
    void noHelpTextIsExpanded() {
        for (String command : Mcpflux.parser(new Mcpflux(failing("unused"), Terminal.Target.OTHER), Mcpflux.COMMANDS)
                .getSubcommands()
                .keySet()) {
            Run run = run(command, "--help");

            assertThat(run.code).as(command).isZero();
            assertThat(run.out)
                    .as(command)
                    .doesNotContain("null", "$$", "${picocli", "${COMMAND", "%n", "%s", "${ROOT");
        }
        assertThat(run("--help").out).doesNotContain("null", "$$").contains("${NAME}", "${NAME:-TEXT}");
    }

    @Test
    void usageErrorPointsToHelp() {
        assertThat(run("tools", "--nonsense").err).endsWith("Try 'mcpflux tools --help' for help.\n");

        assertThat(run().err).isEqualToNormalizingNewlines("""
                mcpflux: a command is missing
                Try 'mcpflux --help' for help.
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json",
                "--json --nonsense",
                "--json tools --nonsense",
                "tools --json --nonsense",
                "tools --nonsense --json",
                "frobnicate --json",
                "call --json",
                "--json --timeout 0 tools",
                "tools --timeout soon --json",
                "--json --server nonsense tools",
                "tools --server nonsense --json",
                "call tool --json --server name=",
                "tools -o json --nonsense",
                "tools --output=json surplus",
                "-ojson tools --nonsense",
                "tools --json -o yaml",
            })
    void usageErrorIsADocumentWithJson(String line) {
        Run run = run(words(line));

        assertThat(run.code).isEqualTo(2);
        assertThat(run.err).isEmpty();
        JsonNode error = error(run);
        assertThat(error.get("type").asString()).isEqualTo("UsageException");
        assertThat(error.get("message").asString()).isNotBlank();
        assertThat(error.get("server").isNull()).isTrue();
        assertThat(error.get("exitCode").isNull()).isTrue();
        assertThat(error.get("stderr").isArray()).isTrue();
        assertThat(error.get("stderr").size()).isZero();
    }

    // -- the configuration

    @Test
    void reportsMissingFile() {
        String file = directory.resolve("none.json").toString();

        for (String[] line :
                new String[][] {{"-c", file, "tools"}, {"tools", "--config", file}, {"call", "a", "-c", file}}) {
            Run run = run(line);

            assertThat(run.code).isEqualTo(2);
            assertThat(run.out).isEmpty();
            assertThat(run.err).isEqualToNormalizingNewlines("mcpflux: " + file + ": there is no such file\n");
        }
    }

    @Test
    void missingFileIsADocumentWithJson() {
        String file = directory.resolve("none.json").toString();

        Run run = run("tools", "-c", file, "--json");

        assertThat(run.code).isEqualTo(2);
        assertThat(run.err).isEmpty();
        JsonNode error = error(run);
        assertThat(error.get("type").asString()).isEqualTo("McpConfigurationException");
        assertThat(error.get("message").asString()).isEqualTo(file + ": there is no such file");
        assertThat(error.get("server").isNull()).isTrue();
    }

    @Test
    void reportsLineOfInvalidJson() {
        String file = config("""
                {
                  "mcpServers": {
                    oops""");

        Run run = run("servers", "-c", file);

        assertThat(run.code).isEqualTo(2);
        assertThat(run.err).startsWith("mcpflux: " + file + ", line 3, column 5: it is not JSON: ");
    }

    @Test
    void noServersAreAnEmptyList() {
        String file = config("{'mcpServers': {}}");

        Run tools = run("tools", "-c", file);
        assertThat(tools.code).isZero();
        assertThat(tools.out).isEmpty();
        assertThat(tools.err)
                .contains("/mcpServers: it names no server")
                .endsWith("mcpflux: no server offers a tool\n");

        for (String command : new String[] {"tools", "servers"}) {
            Run json = run(command, "-c", file, "--json");
            assertThat(json.code).isZero();
            assertThat(json.err).hasLineCount(1).contains("/mcpServers: it names no server");
            assertThat(STRICT.readTree(json.out)).isEqualTo(STRICT.readTree("[]"));
        }
    }

    @Test
    void unknownToolIsAUsageError() {
        String file = config("{'mcpServers': {}}");

        Run run = run("call", "lookup", "city=Paris", "-c", file);
        assertThat(run.code).isEqualTo(2);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("mcpflux: no tool is called 'lookup'");

        Run json = run("call", "lookup", "--json", "-c", file);
        assertThat(json.code).isEqualTo(2);
        assertThat(json.err).hasLineCount(1).contains("it names no server");
        assertThat(error(json).get("type").asString()).isEqualTo("McpToolNotFoundException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools", "servers"})
    void warningsGoToStandardError(String command) {
        String file = config("""
                {"mcpServers": {},
                "settings": []}""");

        Run run = run(command, "-c", file, "--json");

        assertThat(run.code).isZero();
        assertThat(run.err)
                .contains("mcpflux: warning: " + file
                        + ", line 2, column 13, /settings: unknown key \"settings\" is ignored\n");
        assertThat(STRICT.readTree(run.out)).isEqualTo(STRICT.readTree("[]"));
    }

    /** An invalid entry, which cannot be started. */
    @Nested
    class ABrokenEntry {

        private static final String OPTIONAL = """
                {"mcpServers": {
                "broken": {"command": 7}}}""";
        private static final String REQUIRED = """
                {"mcpServers": {
                "broken": {"command": 7, "required": true}}}""";

        @Test
        void toolsReportIt() {
            String file = config(OPTIONAL);

            Run run = run("tools", "-c", file);

            assertThat(run.code).isEqualTo(2);
            assertThat(run.out).isEmpty();
            assertThat(run.err).contains(problem(file));
        }

        @Test
        void isListedByServers() {
            String file = config(OPTIONAL);

            Run run = run("servers", "-c", file);

            assertThat(run.code).isEqualTo(2);
            assertThat(run.out).contains("broken", "failed");
            assertThat(run.err).isEqualToNormalizingNewlines("mcpflux: " + problem(file) + "\n");
        }

        @Test
        void isListedByServersAsADocument() {
            String file = config(OPTIONAL);

            Run run = run("servers", "-c", file, "--json");

            assertThat(run.code).isEqualTo(2);
            assertThat(run.err).isEmpty();
            JsonNode server = STRICT.readTree(run.out).get(0);
            assertThat(server.get("name").asString()).isEqualTo("broken");
            assertThat(server.get("pid").isNull()).isTrue();
            assertThat(server.get("tools").isNull()).isTrue();
            assertThat(server.get("error").propertyNames())
                    .containsExactlyInAnyOrder("type", "message", "server", "exitCode", "stderr");
            assertThat(server.get("error").get("message").asString()).isEqualTo(problem(file));
        }

        @Test
        void failsTheCallOfItsTool() {
            String file = config(OPTIONAL);

            Run run = run("call", "broken__tool", "-c", file);

            assertThat(run.code).isEqualTo(2);
            assertThat(run.out).isEmpty();
            assertThat(run.err).startsWith("mcpflux: server 'broken'").contains(place(file));
        }

        @Test
        void failsTheCallOfItsToolAsADocument() {
            Run run = run("call", "broken__tool", "-c", config(OPTIONAL), "--json");

            assertThat(run.code).isEqualTo(2);
            assertThat(run.err).isEmpty();
            assertThat(error(run).get("server").asString()).isEqualTo("broken");
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "servers"})
        void failsEverythingWhereItIsRequired(String command) {
            String file = config(REQUIRED);

            Run run = run(command, "-c", file);

            assertThat(run.code).isEqualTo(2);
            assertThat(run.out).isEmpty();
            assertThat(run.err).startsWith("mcpflux: server 'broken'").contains(place(file));
        }

        private String problem(String file) {
            return "server 'broken': " + place(file) + "expected a string, found a number";
        }

        private String place(String file) {
            return file + ", line 2, column 23, /mcpServers/broken/command: ";
        }
    }

    // -- times

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1           | PT1S
            500ms       | PT0.5S
            ' 5s '      | PT5S
            1m30s       | PT1M30S
            PT1M        | PT1M
            """)
    void acceptsTimesOfTheFileFormat(String text, Duration expected) {
        assertThat(new Mcpflux.DurationConverter().convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1s", "1e3", "soon"})
    void refusesOtherTimes(String text) {
        assertThatExceptionOfType(CommandLine.TypeConversionException.class)
                .isThrownBy(() -> new Mcpflux.DurationConverter().convert(text))
                .withMessageStartingWith("expected a time like 500ms, 30s, 1m30s or 2h (a bare number is seconds)")
                .withMessageEndingWith("found '" + text + "'");
    }

    // -- standard output

    @ParameterizedTest
    @ValueSource(strings = {"--help", "servers --json", "tools --help", "generate-completion", "--version"})
    void lostOutputIsAnError(String line) {
        String file = config("{'mcpServers': {'a': {'command': 'x', 'disabled': true}}}");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = words(line + (line.startsWith("servers") ? " -c " + file : ""));

        int full = new Mcpflux(failing("No space left on device"), Terminal.Target.OTHER).execute(words, err);

        assertThat(full).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("mcpflux: standard output cannot be written: No space left on device\n");
    }

    @Test
    void closedPipeIsNotReported() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int broken = new Mcpflux(failing("Broken pipe"), Terminal.Target.OTHER).execute(words("--help"), err);
        int pipe = new Mcpflux(failing("in another language"), Terminal.Target.PIPE).execute(words("--help"), err);

        assertThat(broken).isEqualTo(141);
        assertThat(pipe).isEqualTo(141);
        assertThat(err.size()).isZero();
    }

    private static WatchedStream failing(String why) {
        return new WatchedStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        });
    }

    // -- authorization

    @Test
    void authNamesWhatIsWrongWithAServer() {
        String file =
                config("{'mcpServers':{'web':{'url':'https://h.invalid/mcp','auth':'oauht'},'own':{'command':'x'}}}");
        String problem =
                "/mcpServers/web/auth: expected \"none\", \"static\", \"helper\" or \"oauth\", found \"oauht\"";

        Run debug = run("-c", file, "auth", "debug", "web");
        assertThat(debug.code).isEqualTo(ExitCode.USAGE);
        assertThat(debug.err).contains(problem);

        Run status = run("-c", file, "auth", "status");
        assertThat(status.code).isEqualTo(ExitCode.USAGE);
        assertThat(status.out).containsPattern("web +not known").containsPattern("own +no OAuth");
        assertThat(status.err).contains(problem);
    }

    @Test
    void loginNeedsAPersonAndOAuth() {
        String file = config("{'mcpServers':{'own':{'command':'x'}}}");

        assertThat(run("-c", file, "login", "own", "--no-input").err).contains("a login needs a person");
        assertThat(run("-c", file, "logout", "own").err).contains("server 'own' does not use OAuth");
        assertThat(run("-c", file, "logout", "other").err).contains("no server is called 'other'");
        assertThat(run("-c", file, "auth", "debug").err).contains("mcpflux auth debug SERVER");
    }

    // -- helpers

    /** The exit code and the output of one run. */
    private record Run(int code, String out, String err) {}

    private static Run run(String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Mcpflux.execute(
                line,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String[] words(String line) {
        return Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new);
    }

    /** The error of a document that contains nothing else. */
    private static JsonNode error(Run run) {
        JsonNode document = STRICT.readTree(run.out);
        assertThat(document.propertyNames()).containsExactly("error");
        JsonNode error = document.get("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("type", "message", "server", "exitCode", "stderr");
        return error;
    }

    private String config(String content) {
        Path file = directory.resolve("mcp.json");
        try {
            Files.writeString(file, content.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }
}
