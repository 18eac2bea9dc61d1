package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireRecording;
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

/** {@code --record} with a real server. */
class RecordFlagsTest {

    @TempDir
    private Path directory;

    private Path config;
    private Path file;

    @BeforeEach
    void configure() throws IOException {
        config = directory.resolve("mcp.json");
        file = directory.resolve("run.jsonl");
        Files.writeString(
                config, PlayServer.config().replace("\"command\"", "\"env\": {\"TOKEN\": \"at once\"}, \"command\""));
    }

    private record Run(int code, String out, String err) {}

    private Run run(String... words) {
        List<String> line = new ArrayList<>(List.of("-c", config.toString()));
        line.addAll(List.of(words));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Mcpflux.execute(line.toArray(String[]::new), out, err);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private List<String> methods() {
        return WireRecording.read(file)
                .map(WireMessage::toString)
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    @Test
    void recordedRunCanBeCompared() throws IOException {
        Run run = run("--record", file.toString(), "prompts");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(Files.readString(file))
                .contains("\"initialize\"", "\"prompts/list\"", "\"play\"")
                .endsWith("}\n");
        assertThat(methods()).hasSizeGreaterThanOrEqualTo(4);
        Run drift = run("drift", file.toString());
        assertThat(drift.err).contains("nothing has changed");
        assertThat(drift.code).isZero();
    }

    @Test
    void secretsAreMasked() throws IOException {
        assertThat(run("--record", file.toString(), "call", "later").code).isZero();

        assertThat(Files.readString(file)).contains("tools/call").doesNotContain("at once\"");
    }

    @Test
    void existingFileIsKept() throws IOException {
        Files.writeString(file, "mine");

        Run run = run("--record", file.toString(), "prompts");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.err).contains("exists already").contains("--record-replace");
        assertThat(file).hasContent("mine");
        assertThat(run("--record", file.toString(), "--record-replace", "prompts").code)
                .isZero();
        assertThat(Files.readString(file)).contains("prompts/list").doesNotContain("mine");
    }

    @Test
    void unusableFilesAreUsageErrors() {
        for (String word :
                List.of(directory.toString(), directory.resolve("no/file").toString())) {
            Run run = run("--record", word, "--record-replace", "prompts");

            assertThat(run.code).isEqualTo(ExitCode.USAGE);
            assertThat(run.out).isEmpty();
            assertThat(run.err).startsWith("mcpflux: --record: ");
        }
        assertThat(run("--record-replace", "prompts").err).contains("--record, which is missing");
        assertThat(run("--record", file.toString(), "auth", "status").err).contains("commands that open servers");
        assertThat(file).doesNotExist();
    }

    @Test
    void failedRecordingDoesNotDisturbTheCommand() {
        Run run = run("--record", directory.resolve("x".repeat(300)).toString(), "prompts");

        assertThat(run.code).isZero();
        assertThat(run.out).contains("play__hello");
        assertThat(run.err).contains("warning", "the recording is incomplete").hasLineCount(1);
    }

    @Test
    void failedCommandIsRecorded() throws IOException {
        assertThat(run("--record", file.toString(), "call", "count").code).isEqualTo(ExitCode.SERVER);

        assertThat(Files.readString(file)).contains("\"n\":\"not a number\"");
    }
}
