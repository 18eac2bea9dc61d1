package dev.mcpflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import dev.mcpflux.text.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text of a server acts on the terminal, and no line of it looks like one of ours. */
class HostileTextTest {

    private static HostileServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new HostileServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "servers",
                "tools",
                "prompts",
                "resources",
                "call say",
                "call fail",
                "call refuse",
                "call ask",
                "call ask --yes",
                "call ask --no-input",
                "call missing",
                "call typed p=1",
                "call say --log-level debug",
                "prompt hello",
                "prompt hello x=1",
                "prompt missing",
                "read a://b",
                "read a://c",
                "complete hello x",
                "complete a://{y} y",
                "task odd t1",
                "task odd t1 --cancel",
                "watch --for 100ms --log-level debug",
                "logs --level debug"
            })
    void reachesNoTerminal(String command) {
        for (String json : List.of("", " --json")) {
            Run run = run(Terminal.Target.TERMINAL, "mcp", (command + json).split(" "));

            assertThat(run.out).as(json).isEqualTo(safe(run.out));
            assertThat(run.err).as(json).isEqualTo(safe(run.err));
            assertThat(run.err.lines()).as(json).noneMatch(line -> line.startsWith("mcpflux: forged"));
            assertThat(run.out + run.err).as(json).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "servers",
                "tools",
                "prompts",
                "resources",
                "call fail",
                "call refuse",
                "call missing",
                "complete a://{x} x",
                "task odd t1 --cancel",
                "watch --for 100ms --log-level debug"
            })
    void errorsAreSanitizedInPipes(String command) {
        Run run = run(Terminal.Target.PIPE, "mcp", command.split(" "));

        assertThat(run.out).isEqualTo(safe(run.out));
        assertThat(run.err).isEqualTo(safe(run.err));
        assertThat(run.out + run.err).isNotEmpty();
    }

    @Test
    void resultInAPipeIsUnchanged() {
        assertThat(run(Terminal.Target.PIPE, "mcp", "call", "say").out).startsWith("said" + HostileServer.WORDS);
        assertThat(run(Terminal.Target.PIPE, "mcp", "read", "a://b").out).startsWith("holds" + HostileServer.WORDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"servers", "tools", "call odd__x"})
    void transportErrorCannotControlTheTerminal(String command) {
        Run run = run(Terminal.Target.TERMINAL, "broken", command.split(" "));

        assertThat(run.out).isEqualTo(safe(run.out));
        assertThat(run.err).isEqualTo(safe(run.err)).contains("500");
    }

    private record Run(String out, String err) {}

    private static Run run(Terminal.Target target, String path, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> line = new ArrayList<>(List.of("--url", "odd=" + server.url(path)));
        line.addAll(List.of(words));
        int ignored = new Mcpflux(new WatchedStream(out), target).execute(line.toArray(String[]::new), err);
        return new Run(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String safe(String text) {
        return SafeText.text(text);
    }
}
