package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the servers are shell commands")
class DoctorCommandTest {

    private record Run(String out, String err, int code) {}

    @TempDir
    private Path directory;

    private Run run(String file, String... words) throws IOException {
        Path config = directory.resolve("mcp.json");
        Files.writeString(config, file);
        List<String> line = new ArrayList<>(List.of("-c", config.toString(), "doctor"));
        line.addAll(List.of(words));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Mcpflux(new WatchedStream(out), Terminal.Target.OTHER).execute(line.toArray(String[]::new), err);
        return new Run(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), code);
    }

    @Test
    void healthyServerHasNoProblem() throws IOException {
        try (WeatherServer server = new WeatherServer()) {
            Run run = run("""
                    {"mcpServers": {"weather": {"type": "http", "url": "%s"}}}""".formatted(server.url()));

            assertThat(run.out)
                    .contains("✔ ok: ", "address-reachable (url): 127.0.0.1:", "started: It started in ")
                    .contains("1 server checked: no problem, ");
            assertThat(run.code).isZero();
        }
    }

    @Test
    void brokenServersAreExplained() throws IOException {
        String file = """
                {"mcpServers": {
                  "ends": {"command": "sh", "args": ["-c", "exit 7"], "required": true},
                  "gone": {"command": "no-such-program-here", "env": {"TOKEN": "ghp_0123456789abcdefghijklmnopqrstuvwxyz"}},
                  "off": {"command": "x", "disabled": true}}}""";

        Run run = run(file);

        assertThat(run.out)
                .contains("not-started: it ended before it was ready", "(exit code 7)")
                .contains("mcpflux -c " + directory.resolve("mcp.json") + " logs ends")
                .contains("command-not-found (command): The command 'no-such-program-here'")
                .contains("switched-off")
                .contains("plain-secret")
                .doesNotContain("ghp_");
        assertThat(run.code).isEqualTo(3);

        Run offline = run(file, "--offline", "-o", "name", "--severity", "problem");
        assertThat(offline.out.lines()).contains("gone/command-not-found").doesNotContain("ends/not-started");
        assertThat(offline.code).isEqualTo(1);
        assertThat(run(file, "ends", "--offline", "--strict").code).isZero();
        assertThat(run(file, "end").err).contains("no server is called 'end'; did you mean ends?");
    }

    @Test
    void offlineStartsNothing() throws IOException {
        Run run = run("""
                {"mcpServers": {"a": {"command": "sh", "args": ["-c", "touch %s"]}}}""".formatted(directory.resolve("started")), "--offline", "--json");

        assertThat(directory.resolve("started")).doesNotExist();
        assertThat(run.out).contains("\"id\" : \"command-found\"", "\"problem\" : 0");
        assertThat(run.code).isZero();
    }

    @Test
    void unknownKeysAreWarnings() throws IOException {
        String file = """
                {"mcpServers": {"a": {"command": "sh", "comand": "x"}}}""";

        Run run = run(file, "--offline");

        assertThat(run.out).contains("! warning: configuration-warning: ", "/mcpServers/a/comand");
        assertThat(run.code).isZero();
        assertThat(run(file, "--offline", "--strict").code).isEqualTo(1);
    }
}
