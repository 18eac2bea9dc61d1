package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mcpflux.cli.manual.Manual;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class ManualTest {

    private static final CommandLine PARSER = Mcpflux.parser(
            new Mcpflux(new WatchedStream(new ByteArrayOutputStream()), Terminal.Target.OTHER), Mcpflux.COMMANDS);

    private static final Map<String, String> PAGES = new Manual(PARSER, "mcpflux 1.0", "2026-11-01").pages();

    /** Set for child processes only, and looked for in them. */
    private static final Set<String> INTERNAL = Set.of("MCPFLUX_LAUNCH_ID");

    /** Requests that man(7) has, with or without arguments. */
    private static final Pattern REQUEST = Pattern.compile(
            "\\.(\\\\\" .*|TH( \"[^\"]*\"){5}|SH \"[^\"]+\"|PP|TP|RS 4|RE|EX|EE|nh|ad l|sp|BR [a-z\\\\-]+ \\(1\\)( ,)?)");

    @TempDir
    private Path directory;

    static Stream<String> pages() {
        return PAGES.keySet().stream();
    }

    static Stream<CommandSpec> commands() {
        return PARSER.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden());
    }

    /** The text of a page as a reader sees it, on one line. */
    private static String read(String page) {
        return PAGES.get(page)
                .replaceAll("(?m)^\\.(SH|BR) ", "")
                .replaceAll("(?m)^\\..*\n", "")
                .replaceAll("\\\\f[BIR]", "")
                .replace("\\&", "")
                .replace("\\-", "-")
                .replace("\\(aq", "'")
                .replace("\\(dq", "\"")
                .replace("\\(ga", "`")
                .replace("\\(ti", "~")
                .replace("\\(ha", "^")
                .replace("\\e", "\\")
                .replaceAll("\\s+", " ");
    }

    private static String words(String help) {
        return help.replace("%n", " ").strip().replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pagesAreWellFormed(String page) {
        List<String> lines = PAGES.get(page).lines().toList();

        assertThat(lines.get(1)).startsWith(".TH ");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line)
                    .isNotEmpty()
                    .matches("[\\x20-\\x7e]*")
                    .doesNotStartWith("'")
                    .doesNotMatch(".*\\s$");
            if (line.startsWith(".")) {
                assertThat(line).matches(REQUEST);
            }
            // no escape sequence but those for fonts and characters
            assertThat(
                            line.startsWith(".\\\"")
                                    ? ""
                                    : line.replaceAll("\\\\(f[BIR]|[-e&]|\\((aq|dq|ga|ti|ha)|\\[u[0-9A-F]{4,6}])", ""))
                    .doesNotContain("\\");
            assertThat(line.split("\\\\f[BI]", -1)).as(line).hasSameSizeAs(line.split("\\\\fR", -1));
        });
        assertThat(lines.stream().filter(".EX"::equals))
                .hasSameSizeAs(lines.stream().filter(".EE"::equals).toList());
        assertThat(PAGES.get(page)).doesNotContain("%n", "%%", "${COMMAND", "null");
    }

    @Test
    void everyCommandHasAPage() {
        Set<String> expected =
                commands().map(spec -> "mcpflux-" + spec.name() + ".1").collect(Collectors.toCollection(TreeSet::new));
        expected.add("mcpflux.1");

        assertThat(PAGES.keySet()).isEqualTo(expected);
        commands().forEach(spec -> assertThat(read("mcpflux.1")).contains("mcpflux-" + spec.name() + "(1)"));
        assertThat(read("mcpflux.1")).doesNotContain("generate-completion");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void pageHasEverythingOfTheHelp(CommandSpec spec) {
        String page = read("mcpflux-" + spec.name() + ".1");
        String common = read("mcpflux.1");

        assertThat(page).contains("\"NAME\" mcpflux-" + spec.name() + " - ", "\"SYNOPSIS\" mcpflux " + spec.name());
        for (String line : spec.usageMessage().description()) {
            assertThat(page).contains(words(line));
        }
        for (OptionSpec option : spec.options()) {
            String where = PARSER.getCommandSpec().findOption(option.longestName()) == null ? page : common;
            assertThat(where).contains(option.names());
            assertThat(where).contains(words(String.join(" ", option.description())));
        }
        spec.positionalParameters()
                .forEach(argument -> assertThat(page)
                        .contains(argument.paramLabel(), words(String.join(" ", argument.description()))));
        spec.usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> assertThat(page).contains(code + " " + words(meaning)));
        for (String line : spec.usageMessage().footer()) {
            if (!line.matches("[A-Z][^.]*:")) {
                assertThat(page).contains(words(line));
            }
        }
    }

    @Test
    void firstPageHasOptionsExamplesFilesAndExitCodes() {
        String page = read("mcpflux.1");

        for (OptionSpec option : PARSER.getCommandSpec().options()) {
            assertThat(page).contains(option.names()).contains(words(String.join(" ", option.description())));
        }
        for (String line : PARSER.getCommandSpec().usageMessage().footer()) {
            if (line.startsWith("  ")) {
                assertThat(page).contains(words(line));
            }
        }
        assertThat(PARSER.getCommandSpec().usageMessage().exitCodeList())
                .isNotEmpty()
                .allSatisfy((code, meaning) -> assertThat(page).contains(code + " " + meaning));
        assertThat(page)
                .contains("\"ENVIRONMENT\"", "NO_COLOR", "PAGER", "JAVA_HOME", "XDG_STATE_HOME")
                .contains("\"FILES\"", "mcp.json", "~/.config/mcpflux/mcp.json", "~/.local/state/mcpflux/tokens.json");
    }

    /** A variable that is added to the code belongs on the page. */
    @Test
    void everyVariableOfOursIsOnThePage() throws IOException {
        Pattern name =
                Pattern.compile("\\b(MCPFLUX_[A-Z_]+|NO_COLOR|CLICOLOR_FORCE|XDG_(?:CONFIG|STATE|DATA|CACHE)_HOME)\\b");
        Set<String> used = new TreeSet<>();
        for (String module : List.of("cli", "auth", "host", "transport-http")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main"))) {
                for (Path file : files.filter(each -> each.toString().matches(".*(\\.java|sh.mcpflux)"))
                        .filter(each -> !each.endsWith("Surroundings.java"))
                        .toList()) {
                    Matcher matcher = name.matcher(Files.readString(file));
                    while (matcher.find()) {
                        used.add(matcher.group(1));
                    }
                }
            }
        }
        used.removeAll(INTERNAL);

        assertThat(used).contains("MCPFLUX_PAGER", "MCPFLUX_ARCHIVE");
        assertThat(used).allSatisfy(variable -> assertThat(read("mcpflux.1")).contains(variable));
    }

    @Test
    void mandocFindsNothingToComplainAbout() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "mandoc"))),
                "there is no mandoc");
        for (Map.Entry<String, String> page : PAGES.entrySet()) {
            Path file = Files.writeString(directory.resolve(page.getKey()), page.getValue());
            Process process = new ProcessBuilder("mandoc", "-Tlint", "-W", "warning", file.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void helpPrintsThePage() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(Mcpflux.execute(new String[] {"help", "--man", "call"}, out, err))
                .isZero();
        assertThat(Mcpflux.execute(new String[] {"help", "--man"}, out, err)).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(".TH \"MCPFLUX\\-CALL\" \"1\"", ".TH \"MCPFLUX\" \"1\"", ".SH \"EXAMPLES\"");
        assertThat(err.size()).isZero();
    }
}
