package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.jsonrpc.McpJson;
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

/** {@code tool}, {@code call}, {@code run} and {@code inspect} with a real server. */
class CallingCommandsTest {

    @TempDir
    private Path directory;

    private Path config;

    @BeforeEach
    void configure() throws IOException {
        config = directory.resolve("mcp.json");
        Files.writeString(
                config, PlayServer.config().replace("\"command\"", "\"env\": {\"TOKEN\": \"s3cr3t\"}, \"command\""));
    }

    // -- tool

    @Test
    void toolIsDescribedWithACallThatCanBeMade() {
        Run run = run("tool", "echo");

        assertThat(run.code).isZero();
        assertThat(run.out)
                .startsWith("play__echo")
                .contains("server: play", "text  string, required", "plain | image");
        assertThat(run.out.strip()).endsWith("call play__echo text=some-text");
        assertThat(run("call", "play__echo", "text=some-text").out).isEqualToNormalizingNewlines("some-text\n");
        JsonNode document = McpJson.mapper().readTree(run("tool", "echo", "-o", "json").out);
        assertThat(document.at("/arguments/0/name").stringValue()).isEqualTo("text");
        assertThat(document.get("call").toString()).isEqualTo("[\"call\",\"play__echo\",\"text=some-text\"]");
    }

    // -- call

    @Test
    void wrongArgumentsAreNotSent() {
        Run run = run("call", "echo", "txt=a", "kind=none", "--trace");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.out).isEmpty();
        assertThat(run.err)
                .contains(
                        "'txt' is not an argument; did you mean text?",
                        "'kind' takes plain or image, found 'none'",
                        "'text' is missing",
                        "text  string, required")
                .doesNotContain("tools/call");
        Run unchecked = run("call", "echo", "text=b", "more=a", "--no-check");
        assertThat(unchecked.code).isZero();
        assertThat(unchecked.out).isEqualToNormalizingNewlines("b\n");
    }

    @Test
    void dryRunSendsNothing() {
        Run run = run("call", "echo", "text=a", "--dry-run", "--trace");

        assertThat(run.code).isZero();
        assertThat(McpJson.mapper().readTree(run.out))
                .isEqualTo(McpJson.mapper().readTree("""
                {"server": "play", "method": "tools/call", "params": {"name": "echo", "arguments": {"text": "a"}}}"""));
        assertThat(run.err).contains("tools/list").doesNotContain("tools/call");
    }

    @Test
    void traceMasksSecrets() {
        Run run = run("call", "echo", "text=with-s3cr3t", "--trace");

        assertThat(run.code).isZero();
        assertThat(run.err)
                .contains("play -> tools/call #", "play <- tools/call #", " result after ")
                .doesNotContain("s3cr3t");
        assertThat(run.err.lines()).allMatch(line -> line.strip().matches("[0-9.]+ ms  play (->|<-) .*"));
    }

    @Test
    void contentIsSaved() throws IOException {
        Path made = directory.resolve("made");
        Run run = run("call", "echo", "text=AAEC", "kind=image", "--save", made.toString());

        assertThat(run.code).isZero();
        assertThat(run.out.strip()).isEqualTo(made.resolve("play__echo-1.png").toString());
        assertThat(Files.readAllBytes(made.resolve("play__echo-1.png"))).containsExactly(0, 1, 2);
        Run broken = run("call", "echo", "text=A", "kind=image");
        assertThat(broken.code).isEqualTo(ExitCode.SERVER);
        assertThat(broken.err).contains("content 1 (image) is not Base64");
    }

    // -- run

    @Test
    void callsOfAScriptUseEarlierResults() throws IOException {
        Run run = run("run", script("""
                # two calls
                echo text='a b'
                {"tool": "play__echo", "arguments": {"text": "<${2.text}>"}}
                """));

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).isEqualToNormalizingNewlines("""
                line 2: play__echo
                a b
                line 3: play__echo
                <a b>
                """);
    }

    @Test
    void scriptStopsAtTheFirstError() throws IOException {
        String script = script("echo text=a\ncount\necho text=b\n");

        Run run = run("run", script);
        assertThat(run.code).isEqualTo(ExitCode.SERVER);
        assertThat(run.out).isEqualToNormalizingNewlines("line 1: play__echo\na\n");
        assertThat(run.err).contains("line 2: ", "1 of 3 calls failed; 1 were not made");
        Run all = run("run", script, "--keep-going", "--parallel", "3", "-o", "json");
        assertThat(all.code).isEqualTo(ExitCode.SERVER);
        List<JsonNode> lines = all.out.lines().map(McpJson.mapper()::readTree).toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1).at("/error/type").stringValue()).isNotEmpty();
        assertThat(lines.get(2).at("/result/content/0/text").stringValue()).isEqualTo("b");
    }

    @Test
    void scriptIsCheckedBeforeAnythingIsSent() throws IOException {
        Run run = run("run", script("echo text=a\necho txt=a\n"), "--trace");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.err)
                .contains("calls.txt:2: the arguments of play__echo are wrong")
                .doesNotContain("tools/call");
        assertThat(run("run", script("echo text=a\nnone a=b\n")).err).contains("calls.txt:2: no tool is called 'none'");
        assertThat(run("run", script("echo text=a"), "--parallel", "0").code).isEqualTo(ExitCode.USAGE);
        assertThat(run("run", directory.resolve("no").toString()).err).contains("there is no such file");
    }

    // -- inspect

    @Test
    void inspectionShowsEverything() {
        Run run = run("inspect", "play");

        assertThat(run.code).isZero();
        assertThat(run.out)
                .contains(
                        "player 7",
                        "2025-11-25, legacy era",
                        "tools, prompts, resources (subscriptions), logging, completions, tasks",
                        "Play fair.",
                        "TOOLS (9, ",
                        "text [kind]",
                        "PROMPTS (1, ",
                        "who [tone]",
                        "play://text",
                        "RESOURCE TEMPLATES (1, ",
                        "play://page/{number}");
        JsonNode document = McpJson.mapper().readTree(run("inspect", "play", "--json").out);
        assertThat(document.at("/lists/tools/elements").size()).isEqualTo(9);
        assertThat(document.at("/lists/resources/millis").isNumber()).isTrue();
        assertThat(run("inspect", "nobody").code).isEqualTo(ExitCode.USAGE);
    }

    // -- helpers

    private record Run(int code, String out, String err) {}

    private String script(String text) throws IOException {
        return Files.writeString(directory.resolve("calls.txt"), text).toString();
    }

    private Run run(String... line) {
        List<String> words = new ArrayList<>(List.of("-c", config.toString()));
        words.addAll(List.of(line));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Mcpflux.execute(words.toArray(String[]::new), out, err);
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
