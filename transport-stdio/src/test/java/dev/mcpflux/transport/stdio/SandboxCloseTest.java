package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpStartException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TinyServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The end of servers in a sandbox: the stages of closing, exit codes, and that nothing is left of the process tree. */
@Tag("sandbox")
@ExtendWith(NeedsBubblewrap.class)
class SandboxCloseTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Set<Long> before = Leftovers.processes();

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private static StdioTransport.Builder transport(List<String> command, StdioOptions options, String... writable) {
        return StdioTransport.builder("srv", command.get(0))
                .arguments(command.subList(1, command.size()))
                .options(options.mutate()
                        .sandbox(SandboxOptions.builder()
                                .enabled(true)
                                .allowRead(SandboxEscapeTest.readable())
                                .allowWrite(List.of(writable))
                                .build())
                        .build());
    }

    private static McpSession open(StdioTransport.Builder transport) {
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        session.open().block(LIMIT);
        return session;
    }

    @ParameterizedTest
    @CsvSource({
        "direct,'',ended by itself after its stdin was closed",
        "direct,--ignore-eof,needed TERM",
        "direct,--ignore-eof --ignore-term,needed KILL",
        // the sandbox ends with the server, and everything in it
        "direct,--double-fork,ended by itself after its stdin was closed",
        "shell,'',ended by itself after its stdin was closed",
        "shell,--ignore-eof,needed TERM",
        // the shell takes TERM, and what it has started ends with the sandbox
        "shell,--ignore-eof --ignore-term,needed TERM",
        "shell,--double-fork,ended by itself after its stdin was closed",
    })
    void closeTakesTheWholeSandbox(String how, String habits, String expected) {
        List<String> server = MisbehavingServer.command(habits.isEmpty() ? new String[0] : habits.split(" "));
        List<String> command =
                how.equals("direct") ? server : List.of("sh", "-c", String.join(" ", server) + "; exit $?");
        McpSession session =
                McpSession.create(transport(command, Graces.until(expected)).build(), SessionOptions.defaults());
        Mono<String> closed = EventSink.direct(session.events())
                .ofType(SessionEvent.Link.class)
                .map(SessionEvent.Link::event)
                .ofType(ConnectionEvent.Closed.class)
                .map(ConnectionEvent.Closed::how)
                .next()
                .cache();
        closed.subscribe();
        session.open().block(LIMIT);
        session.close().block(LIMIT);
        assertThat(closed.block(LIMIT)).isEqualTo(expected);
        assertThat(Leftovers.processes()).isEqualTo(before);
    }

    @Test
    void aServerHasTimeToHandleTerm(@TempDir Path directory) {
        String script = TinyServer.command().get(2);
        // the shell runs the trap when the loop, which it waits for, has ended
        String patient = "trap 'sleep 0.3; echo done > " + directory.resolve("mark") + "; exit 0' TERM\n" + script
                + "\nwhile :; do sleep 0.01; done";
        McpSession session =
                open(transport(List.of("sh", "-c", patient), Graces.until("needed TERM"), directory.toString()));
        session.close().block(LIMIT);
        assertThat(directory.resolve("mark")).hasContent("done\n");
    }

    @ParameterizedTest
    @CsvSource({
        "starts one every 5 ms,while [ -e $GO ]; do sleep 60 & sleep 0.005; done",
        "without environment,while [ -e $GO ]; do env -i sleep 61.25 & sleep 0.005; done",
        "new sessions,while [ -e $GO ]; do setsid sh -c 'sleep 60' & sleep 0.01; done",
    })
    void closeEndsSandboxedServerThatKeepsForking(String what, String script, @TempDir Path directory)
            throws IOException {
        Path go = Files.createFile(directory.resolve("go"));
        McpSession session = open(transport(
                        List.of(
                                "sh",
                                "-c",
                                "trap '' TERM\n" + TinyServer.command().get(2) + script),
                        StdioOptions.builder()
                                .closeGraces(
                                        Duration.ofSeconds(1),
                                        Duration.ofMillis(300),
                                        Duration.ofMillis(300),
                                        Duration.ofSeconds(20))
                                .build(),
                        go.toString())
                .environment(Map.of("GO", go.toString())));
        session.close().block(LIMIT);
        assertThat(Leftovers.processes()).as(what).isEqualTo(before);
        Files.delete(go);
    }

    @Test
    void exitCodeAndStderrAreThoseOfTheServer() {
        StepVerifier.create(McpSession.use(
                        transport(List.of("sh", "-c", "echo no licence >&2; exit 9"), StdioOptions.defaults())
                                .build(),
                        SessionOptions.defaults(),
                        s -> Mono.just(1)))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(McpStartException.class);
                    assertThat(((McpException) e).diagnostics().exitCode()).isEqualTo(9);
                    assertThat(((McpException) e).diagnostics().stderr()).containsExactly("no licence");
                })
                .verify(LIMIT);
    }

    @Test
    void cancelWhileOpeningLeavesNoSandbox() {
        for (int i = 0; i < 10; i++) {
            StepVerifier.create(McpSession.use(
                            transport(
                                            MisbehavingServer.command(MisbehavingServer.SILENT),
                                            Graces.until("ended by itself"))
                                    .build(),
                            SessionOptions.defaults(),
                            s -> Mono.just(1)))
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    @Test
    void callsAreAnsweredAndACrashIsReported() {
        McpSession session = open(transport(MisbehavingServer.command(), StdioOptions.defaults()));
        StepVerifier.create(session.callTool("echo", Map.of("text", "grüß")).map(r -> r.text()))
                .expectNext("grüß")
                .verifyComplete();
        StepVerifier.create(session.callTool("crash", null))
                .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("exit code 7"))
                .verify(LIMIT);
        session.close().block(LIMIT);
    }

    /** The thread that starts a sandbox must live as long as it does, also when another one reads. */
    @Test
    void sandboxOutlivesTheLaunch() throws Exception {
        LaunchSpec spec = new LaunchSpec(
                "srv",
                "sh",
                List.of("-c", "read -r l; echo got >&2; read -r l; exit 3"),
                Map.of(),
                Map.of(),
                null,
                null,
                List.of(),
                Graces.until("ended by itself")
                        .mutate()
                        .sandbox(SandboxOptions.builder().enabled(true).build())
                        .build());
        EventSink<ConnectionEvent> events = new EventSink<>(ConnectionEvent.EventsDropped::new);
        StdioConnection connection = new StdioConnection(spec, spec.options(), false, events);
        Thread opener = new Thread(() -> connection.open().block(LIMIT));
        opener.start();
        opener.join();
        connection.frames().subscribe();
        connection.send(new JsonRpcMessage.Notification("x", null)).block(LIMIT);
        connection.close().block(LIMIT);
        assertThat(connection.diagnostics().stderr()).containsExactly("got");
        assertThat(connection.diagnostics().exitCode()).isEqualTo(3);
    }

    @Test
    void sandboxEndsWithAKilledJvm() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Unwatched.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.matches("\\d+")) {
                line = out.readLine();
            }
            assertThat(line).isNotNull();
            List<Long> all =
                    jvm.toHandle().descendants().map(ProcessHandle::pid).toList();
            // the sandbox, its first process, and the server
            assertThat(all).contains(Long.parseLong(line)).hasSizeGreaterThanOrEqualTo(3);
            jvm.destroyForcibly().waitFor();
            for (long pid : all) {
                ProcessHandle.of(pid)
                        .ifPresent(p -> p.onExit()
                                .orTimeout(30, TimeUnit.SECONDS)
                                .exceptionally(e -> p)
                                .join());
                assertThat(Leftovers.running(pid)).as("process %d", pid).isFalse();
            }
        }
    }

    /** Opens a session with a server that ignores the end of its stdin, prints its pid, and waits to be killed. */
    static final class Unwatched {
        public static void main(String[] args) throws InterruptedException {
            McpSession session =
                    open(transport(MisbehavingServer.command(MisbehavingServer.IGNORE_EOF), StdioOptions.defaults()));
            System.out.println(session.pid());
            new CountDownLatch(1).await();
        }
    }
}
