package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TinyServer;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The rows of docs/fault-matrix.md that are about a whole host; each with real processes, and none left. */
class HostFaultMatrixTest {

    /** The number of the signal of a terminal. */
    private static final int INT = 2;

    private final Set<Long> before = Leftovers.processes();

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private static StdioTransport tiny(String name) {
        List<String> command = TinyServer.command();
        return StdioTransport.builder(name, command.get(0))
                .arguments(command.subList(1, command.size()))
                .build();
    }

    @Tag("heavy")
    @Test
    void cancelledAtAThousandRandomMoments() {
        Random random = new Random(20260728);
        // what classes, schedulers and pools open for good is open after the first round
        run(random, 50);
        int descriptors = Leftovers.descriptors();
        run(random, 1000);
        Leftovers.assertNone(before);
        assertThat(Leftovers.descriptors()).isLessThanOrEqualTo(descriptors + 5);
    }

    /** The moments are the subject here: from before the first process is launched to after the first call. */
    private void run(Random random, int times) {
        for (int i = 0; i < times; i++) {
            Disposable running = McpHost.use(
                            HostConfig.of(tiny("a"), tiny("b"), tiny("c")),
                            host -> Flux.concat(
                                    host.callTool("a__x", null),
                                    host.callTool("b__x", null),
                                    host.callTool("c__hang", null)))
                    .subscribe();
            LockSupport.parkNanos((long) (random.nextDouble() * random.nextDouble() * 25_000_000));
            running.dispose();
            if (i % 50 == 0) {
                Leftovers.assertNone(before);
            }
        }
    }

    @Test
    void cancelledAtRandomMoments() {
        run(new Random(), 60);
    }

    @Test
    void fortyFiveOfFiftyAreUsable() {
        HostConfig.Builder config = HostConfig.builder();
        for (int i = 0; i < 50; i++) {
            if (i % 10 == 3) {
                config.server(StdioTransport.builder("s" + i, "sh")
                        .arguments("-c", "echo broken >&2; exit 3")
                        .build());
            } else {
                config.server(tiny("s" + i));
            }
        }
        StepVerifier.create(McpHost.use(config.build(), host -> {
                    assertThat(host.servers())
                            .filteredOn(s -> s.state() == ServerState.FAILED)
                            .hasSize(5)
                            .allSatisfy(s -> assertThat(s.error()).hasMessageContaining("broken"));
                    return host.tools().count();
                }))
                .expectNext(45L)
                .expectComplete()
                .verify(Servers.LIMIT);
    }

    /** Each takes a second; one after the other they would take half a minute, and more than one deadline here. */
    @Test
    void thirtySlowServersStartTogether() {
        HostConfig.Builder config = HostConfig.builder();
        for (int i = 0; i < 30; i++) {
            List<String> command = TinyServer.command();
            config.server(ServerDefinition.of(StdioTransport.builder("s" + i, "sh")
                            .arguments("-c", "sleep 1; " + command.get(2))
                            .build())
                    .with(o -> o.startTimeout(Duration.ofSeconds(15))));
        }
        StepVerifier.create(McpHost.use(
                        config.build(),
                        host -> Flux.fromIterable(host.servers())
                                .map(ServerStatus::state)
                                .distinct()))
                .expectNext(ServerState.READY)
                .expectComplete()
                .verify(Duration.ofSeconds(25));
    }

    @Test
    void closedFromManyThreadsWhileItStarts() throws Exception {
        McpHost host = McpHost.create(HostConfig.of(
                tiny("a"), Servers.real("b", MisbehavingServer.SILENT), Servers.real("c", MisbehavingServer.SILENT)));
        host.start().subscribe(null, e -> {});
        CountDownLatch ends = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            new Thread(() -> host.close().subscribe(null, e -> {}, ends::countDown)).start();
        }
        assertThat(ends.await(30, TimeUnit.SECONDS)).isTrue();
        host.closed().block(Servers.LIMIT);
    }

    /** {@code exit} as 128 plus the signal's number; KILL leaves no time for a hook: there, the end of stdin has to do. */
    @ParameterizedTest
    @CsvSource({"TERM,143", "INT,130", "KILL,137"})
    void theJvmGetsASignal(String signal, int exit) throws Exception {
        assumeFalse(signal.equals("INT") && ignoresInterrupts(), "what is run in the background ignores INT");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            // a logging library may say something of its own first
            String line = out.readLine();
            while (line != null && !line.equals("ready")) {
                line = out.readLine();
            }
            assertThat(line).isEqualTo("ready");
            List<ProcessHandle> servers = jvm.toHandle().descendants().collect(Collectors.toList());
            assertThat(servers).hasSizeGreaterThanOrEqualTo(2);
            new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid()))
                    .start()
                    .waitFor();
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isEqualTo(exit);
            for (ProcessHandle server : servers) {
                server.onExit()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .exceptionally(e -> server)
                        .join();
                assertThat(Leftovers.running(server.pid())).isFalse();
            }
            if (!signal.equals("KILL")) {
                assertThat(out.lines().collect(Collectors.toList())).containsExactly("b closed", "a closed");
            }
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void callsUnderWayEndBeforeTheHookCloses() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Busy.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.equals("working")) {
                line = out.readLine();
            }
            assertThat(line).isEqualTo("working");
            new ProcessBuilder("kill", "-TERM", Long.toString(jvm.pid()))
                    .start()
                    .waitFor();
            assertThat(out.lines().collect(Collectors.toList())).containsExactly("working", "hi, hi", "a closed");
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isEqualTo(143);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Makes two calls, one after the other, to a server that says that it works, and needs a moment to answer. */
    static final class Busy {
        public static void main(String[] args) throws InterruptedException {
            String slow = TinyServer.command()
                    .get(2)
                    .replace("*\\\"id\\\":*)", "*\\\"id\\\":*) echo working >&2; sleep 0.5;");
            McpHost host = McpHost.open(HostConfig.of(StdioTransport.builder("a", "sh")
                            .arguments("-c", slow)
                            .build()))
                    .block(Servers.LIMIT);
            if (host == null) {
                throw new IllegalStateException("no host");
            }
            EventSink.direct(host.events()).subscribe(event -> {
                if (event instanceof HostEvent.FromServer from
                        && from.event() instanceof SessionEvent.Link link
                        && link.event() instanceof ConnectionEvent.StderrLine line) {
                    System.out.println(line.line());
                } else if (event instanceof HostEvent.StateChanged changed && changed.to() == ServerState.CLOSED) {
                    System.out.println(changed.server() + " closed");
                }
            });
            host.callTool("a__x", null)
                    .flatMap(first -> host.callTool("a__x", null).map(second -> first.text() + ", " + second.text()))
                    .subscribe(System.out::println, System.out::println);
            new CountDownLatch(1).await();
        }
    }

    /** Then this JVM was started so, and what it starts does the same. */
    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 1L << (INT - 1)) != 0);
    }

    /** Opens a host as a container would, and waits for the end of the JVM. */
    static final class Application {
        public static void main(String[] args) throws InterruptedException {
            McpHost host =
                    McpHost.open(HostConfig.of(Servers.real("a"), tiny("b"))).block(Servers.LIMIT);
            if (host == null) {
                throw new IllegalStateException("no host");
            }
            EventSink.direct(host.events())
                    .ofType(HostEvent.StateChanged.class)
                    .filter(e -> e.to() == ServerState.CLOSED)
                    .subscribe(e -> System.out.println(e.server() + " closed"));
            host.callTool("a__echo", Map.of("text", "x"))
                    .then(Mono.fromRunnable(() -> System.out.println("ready")))
                    .block(Servers.LIMIT);
            new CountDownLatch(1).await();
        }
    }
}
