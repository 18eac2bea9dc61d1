package dev.mcpflux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a fresh JVM does not load for a command, because only other ways to print need it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the server is a shell script")
class CommandBudgetTest {

    private static final List<String> NEVER = List.of(
            "org.jline.",
            "org.snakeyaml.",
            "me.tongfei.",
            "dev.mcpflux.cli.terminal.Pager",
            "dev.mcpflux.cli.output.YamlText",
            "dev.mcpflux.cli.output.JsonPath",
            "dev.mcpflux.cli.StartProgress",
            "dev.mcpflux.cli.Hints",
            "dev.mcpflux.cli.watch.",
            "dev.mcpflux.cli.shell.",
            "dev.mcpflux.auth.");

    @TempDir
    private Path directory;

    private List<String> loaded(String... words) throws Exception {
        Path classes = directory.resolve("classes.txt");
        Path server = Path.of("src/main/sh/training-server").toAbsolutePath();
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes + "::filecount=0",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mcpflux.cli.Mcpflux",
                "--server",
                "s=sh '" + server + "'"));
        line.addAll(List.of(words));
        Path printed = directory.resolve("out.txt");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(printed)).isZero();
        return Files.readAllLines(classes, StandardCharsets.UTF_8);
    }

    private static boolean isNeverLoaded(String line) {
        return NEVER.stream().anyMatch(name -> line.contains(" " + name));
    }

    @Test
    void plainCommandsLoadNothingOfOtherFormats() throws Exception {
        for (String[] words : new String[][] {{"call", "s__echo", "text=x"}, {"tools", "--json"}}) {
            assertThat(loaded(words)).isNotEmpty().noneMatch(CommandBudgetTest::isNeverLoaded);
        }
    }

    @Test
    void yamlLoadsItsLibrary() throws Exception {
        assertThat(loaded("tools", "-o", "yaml")).anyMatch(line -> line.contains(" org.snakeyaml."));
    }
}
