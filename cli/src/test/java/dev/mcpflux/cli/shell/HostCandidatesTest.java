package dev.mcpflux.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.Completions.CompletionReference;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.testing.InMemoryServer;
import dev.mcpflux.text.SafeText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(30)
class HostCandidatesTest {

    private static final List<LineRunner.Command> COMMANDS = List.of(
            new LineRunner.Command("call", "Call a tool", List.of("--json", "--save")),
            new LineRunner.Command("tools", "List the tools", List.of("--output")),
            new LineRunner.Command("prompt", "Print a prompt", List.of()),
            new LineRunner.Command("read", "Print a resource", List.of()));

    private final InMemoryServer weather = InMemoryServer.named("weather");
    private final InMemoryServer notes = InMemoryServer.named("notes");
    private final ShellState state = new ShellState(false, null);
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private McpHost host;
    private HostCandidates candidates;

    @BeforeEach
    void start() {
        weather.handle(
                new Tool(
                        "lookup",
                        null,
                        "The weather of a city",
                        McpJson.mapper().readTree("""
                                {"properties": {"city": {"type": "string", "description": "where"}, "hot": {"type": "boolean"},
                                  "units": {"enum": ["metric", "imperial"]}, "at": {"properties": {"day": {"default": 3}}}},
                                 "required": ["city"]}"""),
                        null,
                        null,
                        null,
                        null,
                        null),
                call -> Mono.just(InMemoryServer.text("sunny")));
        weather.handlePrompt(
                new Prompts.Prompt(
                        "pack",
                        null,
                        null,
                        List.of(
                                new Prompts.PromptArgument("city", null, null, true),
                                new Prompts.PromptArgument("days", null, null, false)),
                        null,
                        null),
                call -> Mono.empty());
        weather.completion(CompletionReference.prompt("pack"), params -> List.of("Paris", "Prague"));
        weather.template("weather://{city}", values -> "x");
        weather.completion(CompletionReference.resource("weather://{city}"), params -> List.of("Oslo"));
        notes.tool("add", arguments -> "added").resource("memo://1", "x");
        host = McpHost.create(HostConfig.builder()
                .server(ServerDefinition.of(weather.transport()))
                .server(ServerDefinition.of(notes.transport()))
                .build());
        host.start().block();
        candidates = new HostCandidates(host, state, COMMANDS, timer);
    }

    @AfterEach
    void close() {
        host.close().block();
        timer.dispose();
    }

    private List<String> at(String line) throws Exception {
        return completions(line).get(10, TimeUnit.SECONDS).stream()
                .map(ShellCandidate::value)
                .toList();
    }

    private CompletableFuture<List<ShellCandidate>> completions(String text) {
        ShellLine line = new ShellLine(text, text.length());
        return candidates.candidates(line.before(), line.prefix(), line.after()).toFuture();
    }

    @Test
    void firstWordIsACommandOrATool() throws Exception {
        assertThat(at("")).contains("call", "tools", "exit", ":json", "weather__lookup", "notes__add");
        assertThat(at("to")).containsExactly("tools");
        assertThat(at(":json not")).containsExactly("notes__add");
    }

    @Test
    void toolsOfTheDefaultServerAreBare() throws Exception {
        assertThat(at("loo")).isEmpty();

        state.server("weather");
        assertThat(at("loo")).containsExactly("lookup");
        assertThat(at("lookup uni")).containsExactly("units=");
    }

    @Test
    void argumentsComeFromTheSchema() throws Exception {
        assertThat(at("weather__lookup ")).containsExactly("city=", "hot=", "units=", "at=", "at.day=");
        assertThat(at("call lookup city=Paris u")).containsExactly("units=");
        assertThat(at("call lookup city=Paris c")).isEmpty();
        assertThat(at("lookup units=m")).containsExactly("units=metric");
        assertThat(at("lookup hot=")).containsExactly("hot=true", "hot=false");
        assertThat(at("lookup at.day=")).containsExactly("at.day=3");
    }

    @Test
    void serverCompletesPromptsAndTemplates() throws Exception {
        assertThat(at("prompt weather__pack d")).containsExactly("days=");
        assertThat(at("prompt pack city=P")).containsExactly("city=Paris", "city=Prague");
        assertThat(at("read ")).containsExactlyInAnyOrder("memo://1", "weather://{city}");
        assertThat(at("read weather://{city} city=")).containsExactly("city=Oslo");
    }

    @Test
    void serversOptionsAndWords() throws Exception {
        assertThat(at("restart ")).containsExactly("weather", "notes");
        assertThat(at("logs o")).containsExactly("on", "off");
        assertThat(at("set json o")).containsExactly("on", "off");
        assertThat(at("call lookup --s")).containsExactly("--save");
    }

    @Test
    void filesFollowAnAt(@TempDir Path directory) throws Exception {
        Files.createFile(directory.resolve("note.txt"));
        Files.createDirectory(directory.resolve("nested"));
        Files.createFile(directory.resolve(".hidden"));

        assertThat(at("lookup city=@" + directory + "/n"))
                .containsExactlyInAnyOrder("city=@" + directory + "/note.txt", "city=@" + directory + "/nested/");
    }

    @Test
    void serverThatHangsIsLeftOut() throws Exception {
        weather.ignore("tools/list");
        CompletableFuture<List<ShellCandidate>> found = completions("call ");
        assertThat(found).isNotDone();

        // the other one has answered, or will: time goes on until both limits have passed
        timer.advanceTimeBy(HostCandidates.LIMIT);
        assertThat(found.get(10, TimeUnit.SECONDS))
                .extracting(ShellCandidate::value)
                .doesNotContain("weather__lookup");
    }

    @Test
    void completionIsGivenUpAfterTheLimit() throws Exception {
        weather.ignore("completion/complete");
        CompletableFuture<List<ShellCandidate>> found = completions("prompt pack city=P");

        timer.advanceTimeBy(HostCandidates.LIMIT.minus(Duration.ofMillis(1)));
        assertThat(found).isNotDone();
        timer.advanceTimeBy(Duration.ofMillis(1));
        assertThat(found.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void cancellationReachesTheServer() throws Exception {
        weather.ignore("completion/complete");
        CompletableFuture<List<ShellCandidate>> found = completions("prompt pack city=P");
        while (!weather.receivedMethods().contains("completion/complete")) {
            Thread.onSpinWait();
        }

        found.cancel(true);

        while (host.pendingRequests() > 0) {
            Thread.onSpinWait();
        }
        assertThat(host.pendingRequests()).isZero();
    }

    @Test
    void hostileNamesAreNotOffered() {
        assertThat(ShellCandidate.word("a\033[2J", null).isSafe()).isFalse();
        assertThat(ShellCandidate.word("a\u202eb", null).isSafe()).isFalse();
        assertThat(ShellCandidate.word("x".repeat(600), null).isSafe()).isFalse();
        assertThat(ShellCandidate.word("fine", "d\033[2J\nforged").safe().description())
                .isEqualTo(SafeText.line("d\033[2J\nforged"))
                .doesNotContain("\033", "\n");
    }
}
