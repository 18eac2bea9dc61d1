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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code mcpflux drift} with a real server. */
class DriftCommandTest {

    private static final String INITIALIZED = """
            {"protocolVersion":"2025-11-25","serverInfo":{"name":"player","version":"%s"},"instructions":"Play fair.",\
            "capabilities":{"tools":{},"prompts":{},"resources":{"subscribe":true},"logging":{},"completions":{},\
            "tasks":{"cancel":{},"requests":{"tools":{"call":{}}}}}}""";

    private static final String PROMPTS = """
            {"prompts":[{"name":"%s","description":"Says hello\\nto somebody","arguments":[\
            {"name":"who","required":true},{"name":"tone"}]}]}""";

    private static final String TEMPLATES = """
            {"resourceTemplates":[{"uriTemplate":"play://page/{number}","name":"page"}]}""";

    @TempDir
    private Path directory;

    private final List<String> lines = new ArrayList<>();
    private int ids;

    private void exchange(String server, String method, String params, String result) {
        ids++;
        line(server, "sent", "{\"id\":" + ids + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
        line(server, "received", "{\"id\":" + ids + ",\"result\":" + result + "}");
    }

    private void line(String server, String direction, String message) {
        lines.add("{\"link\":\"1\",\"server\":\"" + server + "\",\"direction\":\"" + direction + "\",\"message\":"
                + message + "}");
    }

    private String recording() throws IOException {
        return Files.write(directory.resolve("r.jsonl"), lines).toString();
    }

    private Run run(String... words) throws IOException {
        Path config = directory.resolve("mcp.json");
        Files.writeString(config, PlayServer.config());
        return execute(List.of("-c", config.toString(), "drift", recording()), words);
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

    private record Run(int code, String out, String err) {}

    @Test
    void sameServerHasNotChanged() throws IOException {
        exchange("play", "initialize", "{}", INITIALIZED.formatted("7"));
        exchange("play", "prompts/list", "{}", PROMPTS.formatted("hello"));
        exchange("play", "resources/templates/list", "{}", TEMPLATES);

        Run run = run();
        assertThat(run.code).isZero();
        assertThat(run.out).isEmpty();
        assertThat(run.err).isEqualToNormalizingNewlines("mcpflux: nothing has changed\n");
        assertThat(run("--json")).isEqualTo(new Run(0, "[ ]" + System.lineSeparator(), ""));
    }

    private void recordAnotherServer(String server) {
        exchange(server, "initialize", "{}", INITIALIZED.formatted("6"));
        exchange(server, "prompts/list", "{}", PROMPTS.formatted("bye"));
        exchange(server, "resources/templates/list", "{}", TEMPLATES.replace("\"page\"", "\"leaf\""));
        exchange(server, "completion/complete", """
                {"ref":{"type":"ref/prompt","name":"hello"},"argument":{"name":"tone","value":"o"}}""", """
                {"completion":{"values":["one"],"total":5,"hasMore":true}}""");
        exchange(server, "tools/call", "{\"name\":\"count\"}", "{\"content\":[]}");
    }

    @Test
    void differencesAreOneLineEach() throws IOException {
        recordAnotherServer("play");

        Run run = run();
        assertThat(run.code).isEqualTo(1);
        assertThat(run.out).isEqualToNormalizingNewlines("""
                play: serverInfo/version: "6" -> "7"
                play: prompt bye: removed
                play: prompt hello: added
                play: resource template play://page/{number}: /name: "leaf" -> "page"
                play: completion/complete {"ref":{"type":"ref/prompt","name":"hello"},"argument":\
                {"name":"tone","value":"o"}}: /completion/values/1: now "two"
                """);
        assertThat(run.err).isEqualToNormalizingNewlines("""
                mcpflux: play: tools/call {"name":"count"}: skipped: it may act: the tool is not annotated as read-only
                """);
    }

    @Test
    void differencesAreOneDocument() throws IOException {
        recordAnotherServer("play");

        Run run = run("--json", "play");
        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).isEmpty();
        JsonNode all = McpJson.mapper().readTree(run.out);
        assertThat(all).hasSize(6);
        assertThat(all.get(0))
                .hasToString("{\"server\":\"play\",\"type\":\"serverChanged\",\"pointer\":\"/serverInfo/version\","
                        + "\"recorded\":\"\\\"6\\\"\",\"live\":\"\\\"7\\\"\"}");
        assertThat(all.get(1))
                .hasToString("{\"server\":\"play\",\"type\":\"elementRemoved\",\"list\":\"prompts/list\","
                        + "\"name\":\"bye\"}");
        assertThat(all.get(5).path("type").asString()).isEqualTo("skipped");
    }

    @Test
    void toolsThatMayActAreCalledIfAsked() throws IOException {
        exchange("play", "tools/call", "{\"name\":\"at once!\"}", "{\"content\":[]}");

        assertThat(run().out).isEmpty();
        assertThat(run("--call-all-tools").out)
                .startsWith("play: tools/call {\"name\":\"at once!\"}: /content/0: now ");
    }

    @Test
    void recordedServerMayHaveAnotherName() throws IOException {
        recordAnotherServer("old-name");

        assertThat(run("play").out).startsWith("play: serverInfo/version");
        assertThat(run()).satisfies(run -> {
            assertThat(run.code).isEqualTo(ExitCode.USAGE);
            assertThat(run.err).contains("no server is called 'old-name'; there is play");
        });
    }

    @Test
    void oneOfSeveralRecordedServersIsChosen() throws IOException {
        recordAnotherServer("play");
        recordAnotherServer("other");

        assertThat(run("play").out).startsWith("play: serverInfo/version").doesNotContain("other");
        assertThat(run("third").err).contains("the recording has no server 'third'; it has play, other");
    }

    @Test
    void unusableRecordingIsAUsageError() throws IOException {
        Run empty = run();
        assertThat(empty.code).isEqualTo(ExitCode.USAGE);
        assertThat(empty.err).contains("is empty");

        lines.add("no JSON");
        lines.add("");
        Run broken = run();
        assertThat(broken.code).isEqualTo(ExitCode.USAGE);
        assertThat(broken.err).contains("r.jsonl, line 1: it is not JSON");

        Run missing = execute(List.of("drift"), directory.resolve("none").toString());
        assertThat(missing.code).isEqualTo(ExitCode.USAGE);
        assertThat(missing.err).contains("there is no such file");
    }

    @Test
    void failedServerHasItsExitCode() throws IOException {
        recordAnotherServer("x");

        Run run = execute(List.of("--server", "x=sh -c 'exit 7'", "drift", recording()));
        assertThat(run.code).isEqualTo(ExitCode.SERVER);
        assertThat(run.err).contains("exit code 7");
    }

    @Test
    void hostileTextReachesNoTerminal() throws IOException {
        try (HostileServer hostile = new HostileServer()) {
            exchange("odd", "initialize", "{}", INITIALIZED.formatted("6"));
            exchange("odd", "tools/list", "{}", "{\"tools\":[]}");
            exchange("odd", "prompts/get", "{\"name\":\"hello\"}", "{\"messages\":[]}");
            exchange("odd", "resources/read", "{\"uri\":\"a://b\"}", "{\"contents\":[]}");

            for (String json : List.of("-v", "--json")) {
                Run run = execute(List.of("--url", "odd=" + hostile.url("mcp"), "drift", recording(), json));
                assertThat(run.code).isEqualTo(1);
                assertThat(run.out).isEqualTo(SafeText.text(run.out)).containsIgnoringCase("added");
                assertThat(run.err).isEqualTo(SafeText.text(run.err));
                assertThat(run.out.lines()).noneMatch(line -> line.startsWith("mcpflux: forged"));
            }
        }
    }
}
