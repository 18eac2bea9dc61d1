package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.jsonrpc.McpJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands with a real server, without a terminal. */
class CommandsTest {

    @TempDir
    private Path directory;

    private Path config;

    @BeforeEach
    void configure() throws IOException {
        config = directory.resolve("mcp.json");
        Files.writeString(config, PlayServer.config());
    }

    // -- tools

    @Test
    void listsToolsUnderNamesThatModelsAccept() {
        JsonNode tool = json(run("tools", "--json")).get(6);

        assertThat(tool.get("qualifiedName").asString()).isEqualTo("play__at once!");
        assertThat(tool.get("tool").asString()).isEqualTo("at once!");
        assertThat(tool.get("name").asString()).matches("play_at_once_[0-9a-v]{12}");
        assertThat(run("call", tool.get("name").asString()).out).isEqualToNormalizingNewlines("at once\n");
        assertThat(run("call", "play__at once!").out).isEqualToNormalizingNewlines("at once\n");
    }

    @Test
    void rejectsResultThatViolatesItsSchema() {
        Run run = run("call", "count");

        assertThat(run.code).isEqualTo(ExitCode.SERVER);
        assertThat(run.out).isEmpty();
        assertThat(run.err)
                .contains("the result of tool 'count' does not fit its output schema")
                .contains("/n: must be of type integer")
                .doesNotContain("not a number");
    }

    // -- servers that fail

    @Test
    void failedServerIsNotAnEmptyList() {
        for (String command : List.of("tools", "prompts", "resources", "servers")) {
            Run run = runWith("x=sh -c 'exit 7'", command, "--json");

            assertThat(run.code).as(command).isEqualTo(ExitCode.SERVER);
            assertThat(McpJson.mapper().readTree(run.out)).as(command).isNotNull();
            assertThat(runWith("x=sh -c 'exit 7'", command).err)
                    .contains("exit code 7")
                    .doesNotContain("no server offers");
        }
    }

    @Test
    void echoIsNotAServer() {
        for (String era : List.of("auto", "legacy")) {
            Run run = runWith("x=cat", "tools", "--era", era);

            assertThat(run.code).isEqualTo(ExitCode.SERVER);
            assertThat(run.err).contains("server 'x': it echoes its input, as cat does");
        }
    }

    @Test
    void timeoutNamesItsOption() {
        Run run = runWith("x=sleep 100", "tools", "--timeout", "0.3");

        assertThat(run.code).isEqualTo(ExitCode.TIMEOUT);
        assertThat(run.err).contains("took longer than 300 ms (--timeout is 300ms)");
    }

    @Test
    void argumentsComeFromAFile() throws IOException {
        Path file = directory.resolve("args.json");
        Files.writeString(file, "\uFEFF{\"who\":\n oops}");
        assertUsage(
                "--args is not JSON: line 2, column 2: 'oops}' is not expected there",
                "call",
                "ask",
                "--args",
                "@" + file);
        Files.write(file, new byte[] {'{', (byte) 0xFC, '}'});
        assertUsage("is not UTF-8 text", "call", "ask", "--args", "@" + file);
        Files.writeString(file, "{}");
        assertThat(run("call", "ask", "--no-input", "--args", "@" + file).code).isZero();
    }

    // -- what the configuration says about tools

    private void configure(String keys) throws IOException {
        Files.writeString(config, PlayServer.config().replaceFirst("\"command\"", keys + ", \"command\""));
    }

    @Test
    void toolsAreOfferedAsConfigured() throws IOException {
        configure("""
                "tools": {"include": ["at*", "log", "ask"], "rename": {"at once!": "now", "logg": "x"}}, "policy": {"tools":
                {"ask": "deny"}}""");

        Run tools = run("tools");

        assertThat(tools.out).contains("play__now", "play__log").doesNotContain("play__ask", "play__count");
        assertThat(tools.err)
                .contains("mcpflux: server 'play': warning: \"tools.rename\": 'logg' matches no tool of the server;"
                        + " did you mean 'log'?");
        assertThat(run("call", "now").out).isEqualToNormalizingNewlines("at once\n");
        assertUsage("\"tools.rename\" of server 'play' gives it the name 'play__now'", "call", "play__at once!");
        assertUsage("\"tools.include\" of server 'play' leaves it out", "call", "count");
        assertUsage("\"policy.tools\" says \"ask\": \"deny\"", "call", "ask");
    }

    @Test
    void callsAreApprovedByOptionsOrDenied() throws IOException {
        configure("\"policy\": {\"tools\": {\"log\": \"ask-if-possible\"}, \"otherwise\": \"ask\"}");

        assertUsage("there is no terminal to ask at; use --yes to approve it", "call", "at once!");
        assertUsage("--no-input answers no", "call", "at once!", "--no-input");
        assertThat(run("call", "at once!", "--yes").out).isEqualToNormalizingNewlines("at once\n");
        assertThat(run("call", "log").code).isZero();
    }

    // -- prompts

    @Test
    void listsPrompts() {
        Run run = run("prompts");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).isEqualToNormalizingNewlines("""
                NAME         ARGUMENTS   DESCRIPTION
                play__hello  who [tone]  Says hello
                """);
    }

    @Test
    void listsPromptsAsADocument() {
        JsonNode prompt = json(run("prompts", "--json")).get(0);

        assertThat(prompt.get("name").asString()).isEqualTo("play__hello");
        assertThat(prompt.get("server").asString()).isEqualTo("play");
        assertThat(prompt.get("prompt").asString()).isEqualTo("hello");
        assertThat(prompt.get("arguments").size()).isEqualTo(2);
    }

    @Test
    void printsAPrompt() {
        for (String name : List.of("hello", "play__hello")) {
            Run run = run("prompt", name, "who=you");

            assertThat(run.code).isZero();
            assertThat(run.out).isEqualToNormalizingNewlines("""
                    user: Say hello to you
                    assistant: [image image/png, about 3 bytes; --json prints it]
                    """);
        }
    }

    @Test
    void missingPromptArgumentIsAUsageError() {
        assertUsage("prompt play__hello lacks who=…", "prompt", "hello", "tone=loud");
        assertUsage("prompt play__hello does not take 'whom'; it takes who, tone", "prompt", "hello", "whom=you");
        assertUsage("expected key=value, found 'you'", "prompt", "hello", "you");
        assertUsage("'who' is given twice", "prompt", "hello", "who=a", "who=b");
        assertUsage("no prompt is called 'bye'; there is play__hello", "prompt", "bye");
    }

    // -- resources

    @Test
    void listsResources() {
        Run run = run("resources");

        assertThat(run.code).isZero();
        assertThat(run.out).isEqualToNormalizingNewlines("""
                URI                   NAME   TYPE        SIZE     SERVER  DESCRIPTION
                play://text           text   text/plain  12.3 kB  play
                play://bytes          bytes  -           -        play    Some bytes
                play://page/{number}  page   -           -        play
                """);
    }

    @Test
    void listsResourcesAsADocument() {
        JsonNode document = json(run("resources", "--json"));

        assertThat(document.get("resources").get(0).get("uri").asString()).isEqualTo("play://text");
        assertThat(document.get("resources").get(0).get("server").asString()).isEqualTo("play");
        assertThat(document.get("resourceTemplates").get(0).get("uriTemplate").asString())
                .isEqualTo("play://page/{number}");
    }

    @Test
    void readsText() {
        Run run = run("read", "play://text");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run.out).isEqualTo("this is play://text");
    }

    @Test
    void readsBytes() {
        assertThat(run("read", "play://bytes").bytes).containsExactly(0, 0xFF, 10);
    }

    @Test
    void writesToAFile() throws IOException {
        Path file = directory.resolve("bytes");

        Run run = run("read", "play://bytes", "--from", "play", "--output", file.toString());

        assertThat(run.code).isZero();
        assertThat(run.out).isEmpty();
        assertThat(run.err).isEqualToNormalizingNewlines("mcpflux: x/y, 3 B, written to " + file + "\n");
        assertThat(file).hasBinaryContent(new byte[] {0, (byte) 0xFF, 10});
    }

    @Test
    void readsATemplate() {
        assertThat(run("read", "play://page/{number}", "number=a b").out).isEqualTo("this is play://page/a%20b");
        assertUsage("template play://page/{number} lacks number=…", "read", "play://page/{number}");
        assertUsage(
                "template play://page/{number} does not take 'n'; it takes number",
                "read",
                "play://page/{number}",
                "n=1");
        assertUsage("URI play://text does not take 'n'; it takes nothing", "read", "play://text", "n=1");
    }

    @Test
    void unknownServerIsAUsageError() {
        assertUsage("no server is called 'work'; there is play", "read", "play://text", "--from", "work");
        assertUsage("no server is called 'work'; there is play", "task", "work", "t1");
    }

    // -- completion

    @Test
    void completes() {
        Run run = run("complete", "hello", "who", "o", "tone=soft");

        assertThat(run.code).isZero();
        assertThat(run.out).isEqualToNormalizingNewlines("one\ntwo\n");
        assertThat(run.err).isEqualToNormalizingNewlines("mcpflux: these are 2 of 5\n");
        assertThat(run("complete", "play://page/{number}", "number").out).isEqualToNormalizingNewlines("one\ntwo\n");
        assertThat(run("complete", "hello", "who=none").err).contains("no suggestions");
    }

    @Test
    void rejectsUnknownCompletionTargets() {
        assertUsage("prompt play__hello does not take 'x'; it takes who, tone", "complete", "hello", "x");
        assertUsage("prompt play__hello does not take 'y'", "complete", "hello", "who", "y=1");
        assertUsage(
                "no server offers the template play://{x}; there is play://page/{number}",
                "complete",
                "play://{x}",
                "x");
    }

    // -- what servers ask

    @Test
    void formsAreDeclinedWithoutATerminal() {
        Run run = run("call", "ask");

        assertThat(run.code).isZero();
        assertThat(run.out).contains("\"action\":\"decline\"");
        assertThat(run.err)
                .contains("play asks: Who are you?", "declined", "--yes", "--no-input", "terminal")
                .hasLineCount(1);
    }

    @Test
    void yesTakesTheDefaults() {
        Run run = run("call", "ask", "--yes");

        assertThat(run.out).contains("\"action\":\"accept\"", "\"name\":\"world\"", "\"count\":2");
        assertThat(run.err).contains("accepted with the defaults: name=world, count=2");
    }

    @Test
    void yesDeclinesFormsWithoutDefaults() {
        Run run = run("call", "ask_more", "--yes");

        assertThat(run.out).contains("\"action\":\"decline\"");
        assertThat(run.err).contains("no default for what is required: secret");
    }

    @Test
    void yesOpensNothing() {
        Run run = run("call", "open", "--yes");

        assertThat(run.out).contains("\"action\":\"decline\"");
        assertThat(run.err).contains("https://example.com/in");
    }

    @Test
    void noInputDeclines() {
        for (String tool : List.of("ask", "open")) {
            Run run = run("call", tool, "--no-input");

            assertThat(run.out).contains("\"action\":\"decline\"");
            assertThat(run.err).contains("declined by --no-input");
        }
        assertUsage("--yes and --no-input exclude each other", "call", "ask", "--yes", "--no-input");
    }

    @Test
    void answersWithTheRoots() {
        assertThat(run("call", "roots", "--root", directory.toString()).out)
                .contains(directory.toUri().toString());
        assertThat(run("call", "roots").out).contains("-32601");
        assertUsage("--root takes a directory", "call", "roots", "--root", config.toString());
    }

    // -- logs, tasks, servers

    @Test
    void showsLogsFromALevelOn() {
        assertThat(run("call", "log").err).isEmpty();
        assertThat(run("call", "log", "--log-level", "info").err).isEqualToNormalizingNewlines("""
                        [play] warning play: {"x":1}
                        """);
        assertThat(run("call", "log", "--log-level", "DEBUG").err).contains("[play] debug: small talk");
    }

    @Test
    void followsTasks() {
        assertThat(run("call", "later").out).isEqualToNormalizingNewlines("at once\n");
        for (String line : List.of("call later --as-task", "task play t1", "task play t1 --keep-task")) {
            Run run = run(line.split(" "));

            assertThat(run.code).isZero();
            assertThat(run.out).isEqualToNormalizingNewlines("late but there\n");
            assertThat(run.err).contains("task t1: completed on it");
        }
    }

    @Test
    void cancelsATask() {
        Run run = run("task", "play", "t1", "--cancel");

        assertThat(run.code).isZero();
        assertThat(run.out).startsWith("task t1: ");
    }

    @Test
    void showsWhatServersOffer() {
        JsonNode server = json(run("servers", "--json")).get(0);

        assertThat(server.get("era").asString()).isEqualTo("legacy");
        assertThat(server.at("/serverInfo/name").asString()).isEqualTo("player");
        assertThat(server.at("/serverInfo/version").asString()).isEqualTo("7");
        assertThat(server.get("instructions").asString()).isEqualTo("Play fair.");
        assertThat(server.get("capabilities").has("completions")).isTrue();
        assertThat(server.at("/life/since").asString()).contains("T");
    }

    @Test
    void eraCanBeChosen() {
        Run run = run("servers", "--era", "modern");

        assertThat(run.out).contains("failed");
        assertThat(run.err).startsWith("mcpflux: server 'play': ");
        assertThat(run("servers", "--era", "legacy").out).contains("2025-11-25");
        assertUsage("there is no era 'late'; there are auto, modern, legacy", "servers", "--era", "late");
        assertUsage("there is no log level 'loud'", "servers", "--log-level", "loud");
    }

    // -- watching

    @Test
    void watches() throws IOException {
        Files.writeString(config, PlayServer.config("--leave"));

        Run run = run("watch", "--resource", "play://text");

        assertThat(run.code).isEqualTo(ExitCode.SERVER);
        assertThat(run.err).contains("no server is left to watch");
        assertThat(run.out.lines().map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d  ", "")))
                .contains(
                        "play  starting",
                        "play  ready: player 7, revision 2025-11-25",
                        "play  resource play://text changed",
                        "play  its prompts changed",
                        "play  debug: small talk",
                        "play  warning play: {\"x\":1}",
                        "play  task t1: working on it");
        assertThat(run.out.lines().toList().get(run.out.lines().toList().size() - 1))
                .contains("play  failed: server 'play'");
    }

    @Test
    void watchesAsJsonLines() throws IOException {
        Files.writeString(config, PlayServer.config("--leave"));

        Run run = run("watch", "--resource", "play://text", "--json", "--log-level", "info");

        List<JsonNode> lines = new ArrayList<>();
        run.out.lines().forEach(line -> lines.add(McpJson.mapper().readTree(line)));
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.get("server").asString()).isEqualTo("play");
            assertThat(line.get("time").asString()).contains("T");
        });
        assertThat(lines.stream().map(line -> line.get("event").asString()))
                .containsSubsequence("state", "state", "resourceUpdated", "listChanged", "log", "task", "state")
                .containsOnlyOnce("log", "resourceUpdated", "listChanged", "task");
    }

    @Test
    void watchesForATime() {
        Run run = run("watch", "--for", "10ms", "--from", "play");

        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        assertThat(run("watch", "--for", "soon").code).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void watchEndsWithoutServers() throws IOException {
        Files.writeString(config, """
                {"mcpServers": {}}""");

        for (String command : List.of("watch", "prompts", "resources")) {
            Run run = run(command);

            assertThat(run.code).isZero();
            assertThat(run.out).isEmpty();
            assertThat(run.err).startsWith("mcpflux: ").contains("no server");
        }
    }

    // -- helpers

    private record Run(int code, String out, String err, byte[] bytes) {}

    private void assertUsage(String problem, String... line) {
        Run run = run(line);
        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.out).isEmpty();
        assertThat(run.err).startsWith("mcpflux: ").contains(problem);
    }

    private static JsonNode json(Run run) {
        assertThat(run.code).isZero();
        assertThat(run.err).isEmpty();
        return McpJson.mapper().readTree(run.out);
    }

    private Run run(String... line) {
        return runOf(List.of("-c", config.toString()), line);
    }

    private static Run runWith(String server, String... line) {
        return runOf(List.of("--server", server), line);
    }

    private static Run runOf(List<String> servers, String... line) {
        List<String> words = new ArrayList<>(servers);
        words.addAll(List.of(line));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Mcpflux.execute(
                words.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Run(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), out.toByteArray());
    }
}
