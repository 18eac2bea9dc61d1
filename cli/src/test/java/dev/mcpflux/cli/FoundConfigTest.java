package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder may contain an {@code mcp.json} that somebody else wrote. */
class FoundConfigTest {

    @TempDir
    private Path directory;

    @Test
    void defaultConfigurationIsShownBeforeTheStart() throws Exception {
        Files.writeString(directory.resolve("mcp.json"), """
                {"mcpServers": {
                  "bad": {"command": "sh", "args": ["-c", "touch started; exit 7", "--token", "s3cr3t\\u001b[2J"],
                          "env": {"KEY": "hidden-value"}},
                  "far": {"url": "http://127.0.0.1:1/mcp?key=s3cr3t", "headers": {"X-Key": "hidden-value"}},
                  "off": {"command": "never", "disabled": true}}}""");

        String err = run("tools", "--from", "bad");

        assertThat(err)
                .startsWith("mcpflux: using " + directory.toRealPath().resolve("mcp.json"))
                .contains("bad: sh -c 'touch started; exit 7' --token …")
                .doesNotContain("s3cr3t", "hidden-value", "\u001b", "far", "off");
        assertThat(err.indexOf("touch started")).isLessThan(err.indexOf("exit code 7"));
        assertThat(directory.resolve("started")).exists();
        assertThat(run("tools")).contains("far: http://127.0.0.1:1\n").doesNotContain("s3cr3t", "hidden-value");
    }

    @Test
    void namedConfigurationIsNotAnnounced() throws Exception {
        Files.writeString(directory.resolve("mcp.json"), """
                {"mcpServers": {}}""");

        assertThat(run("tools", "-c", "mcp.json")).doesNotContain("using").contains("mcpflux: no server offers a tool");
    }

    /** Runs a process, because only a process has its own working directory. */
    private String run(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mcpflux.cli.Mcpflux");
        builder.command().addAll(java.util.List.of(words));
        Process process = builder.directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        int ignored = process.waitFor();
        return err;
    }
}
