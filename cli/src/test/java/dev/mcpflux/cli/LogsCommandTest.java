package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.terminal.Terminal;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code mcpflux logs} with a real server. */
class LogsCommandTest {

    @TempDir
    private Path directory;

    private Path config;

    @BeforeEach
    void configure() throws IOException {
        config = directory.resolve("mcp.json");
        Files.writeString(config, PlayServer.config("--talk"));
    }

    private record Run(int code, String out, String err) {
        List<String> lines() {
            return out.lines().map(line -> line.replaceFirst("^\\S+  ", "")).toList();
        }
    }

    private Run run(String... words) {
        return execute(List.of("-c", config.toString(), "logs"), words);
    }

    private static Run execute(List<String> first, String... words) {
        List<String> line = new ArrayList<>(first);
        line.addAll(List.of(words));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                new Mcpflux(new WatchedStream(out), Terminal.Target.TERMINAL).execute(line.toArray(String[]::new), err);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void printsStderrAndLogsUntilItIsQuiet() {
        Run run = run("play");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.lines()).containsExactly("play  stderr: awake \\u202e", "play  warning play: {\"x\":1}");
        assertThat(run.out).matches("(?s)(\\d\\d:\\d\\d:\\d\\d  .*?\\R)+");
    }

    @Test
    void levelsAndTimesAreChosen() {
        Run run = run("--no-stderr", "--level", "debug", "--since-start");

        assertThat(run.lines()).containsExactly("play  debug: small talk", "play  warning play: {\"x\":1}");
        assertThat(run.out).matches("(?s)(\\+\\d+\\.\\d{3}s  .*?\\R)+");
        assertThat(run("--level", "loud").code).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void globalLevelCounts() {
        Run run = run("--no-stderr", "--log-level", "error");

        assertThat(run.out).isEmpty();
        assertThat(run.err).isEmpty();
    }

    @Test
    void linesAreDocuments() {
        Run run = run("--json");

        List<JsonNode> lines = run.out.lines().map(McpJson.mapper()::readTree).toList();
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.get("server").asString()).isEqualTo("play");
            assertThat(line.get("time").asString()).contains("T");
        });
        assertThat(lines.get(0).get("event").asString()).isEqualTo("stderr");
        assertThat(lines.get(0).get("text").asString()).isEqualTo("awake \\u202e");
        assertThat(lines.get(1).get("event").asString()).isEqualTo("log");
        assertThat(lines.get(1).get("level").asString()).isEqualTo("warning");
        assertThat(run.out).isEqualTo(SafeText.text(run.out));
    }

    @Test
    void firstLineOfAServerThatFailsIsThere() {
        Run run = execute(List.of("--server", "x=sh -c 'echo first >&2; exit 7'", "logs"));

        assertThat(run.code).isEqualTo(ExitCode.SERVER);
        assertThat(run.lines()).contains("x  stderr: first");
        assertThat(run.err).contains("server 'x'", "exit code 7");
    }

    @Test
    void requiredServerThatFailsIsNoReasonToPrintNothing() throws IOException {
        Files.writeString(config, """
                {"mcpServers": {"x": {"command": "sh", "args": ["-c", "echo why >&2; exit 7"], "required": true}}}""");

        assertThat(run().lines()).contains("x  stderr: why");
    }

    @Test
    void followingEndsWhenNoServerIsLeft() throws IOException {
        Files.writeString(config, """
                {"mcpServers": {"x": {"command": 7}, "off": {"command": "x", "disabled": true}}}""");

        Run run = run("-f");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.err).contains("no server is left to follow");
    }

    @Test
    void followingStartsServersAgain() throws IOException {
        Files.writeString(
                config,
                PlayServer.config("--talk", "--brief")
                        .replace("\"command\"", "\"restart\":{\"firstDelay\":\"10ms\",\"maxRestarts\":1},\"command\""));

        Run run = run("-f");

        assertThat(run.lines().stream().filter(line -> line.contains("awake"))).hasSize(2);
        assertThat(run.err).contains("exit code 9", "(backing off", "is ready again", "no server is left to follow");
        assertThat(run.code).isEqualTo(ExitCode.SERVER);
    }

    @Test
    void unknownServerIsAUsageError() {
        assertThat(run("work").err).contains("no server is called 'work'; there is play");
    }

    @Test
    void withoutServersThereIsNoLog() throws IOException {
        Files.writeString(config, """
                {"mcpServers": {}}""");

        assertThat(run().code).isZero();
        assertThat(run().err).contains("there is no server whose log could be printed");
    }
}
