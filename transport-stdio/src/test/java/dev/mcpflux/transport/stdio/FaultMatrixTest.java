package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.MisbehavingServer;
import dev.mcpflux.testing.TinyServer;
import dev.mcpflux.transport.ConnectionEvent;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The rows of docs/fault-matrix.md about one connection, each with real processes; each test leaves none behind. */
class FaultMatrixTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Set<Long> before = Leftovers.processes();

    @BeforeEach
    void onUnix() {
        assumeThat(File.separatorChar).isEqualTo('/');
    }

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(before);
    }

    private static StdioTransport.Builder transport(List<String> command) {
        return StdioTransport.builder("srv", command.get(0)).arguments(command.subList(1, command.size()));
    }

    private static McpSession open(StdioTransport.Builder transport) {
        McpSession session = McpSession.create(transport.build(), SessionOptions.defaults());
        session.open().block(LIMIT);
        return session;
    }

    // many calls

    @Test
    void answersCallsFromThirtyTwoThreads() throws Exception {
        McpSession session = open(transport(MisbehavingServer.command()));
        for (int run = 0; run < 20; run++) {
            Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
            AtomicInteger failures = new AtomicInteger();
            AtomicInteger next = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(2000);
            for (int t = 0; t < 32; t++) {
                new Thread(() -> {
                            for (int i = next.getAndIncrement(); i < 2000; i = next.getAndIncrement()) {
                                session.callTool("echo", Map.of("text", "call " + i))
                                        .doFinally(end -> done.countDown())
                                        .subscribe(
                                                r -> answers.computeIfAbsent(r.text(), k -> new AtomicInteger())
                                                        .incrementAndGet(),
                                                e -> failures.incrementAndGet());
                            }
                        })
                        .start();
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(failures).hasValue(0);
            assertThat(answers)
                    .hasSize(2000)
                    .allSatisfy((text, count) -> assertThat(count).hasValue(1));
        }
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void twentyThousandConcurrentCalls() {
        McpSession session = open(transport(MisbehavingServer.command()));
        List<String> texts = IntStream.range(0, 20_000).mapToObj(i -> "n" + i).toList();
        // flatMap would visit all pending calls for each that ends
        List<Mono<String>> calls = texts.stream()
                .map(text -> session.callTool("echo", Map.of("text", text)).map(CallToolResult::text))
                .toList();
        List<Object> answers = Mono.zip(calls, List::of).block(LIMIT);
        assertThat(answers).isEqualTo(texts);
        assertThat(session.pendingRequests()).isZero();
        session.close().block(LIMIT);
    }

    @Test
    void closesInTimeAfterAnOverload() {
        McpSession session = open(transport(MisbehavingServer.command(MisbehavingServer.NEVER_READ))
                .options(StdioOptions.builder()
                        .sendQueue(10)
                        .closeGraces(
                                Duration.ofMillis(50),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10))
                        .build()));
        Map<String, String> large = Map.of("text", "x".repeat(64 * 1024));
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            session.callTool("echo", large).subscribe(r -> {}, e -> {
                if (e instanceof McpOverloadException) {
                    refused.incrementAndGet();
                }
            });
        }
        assertThat(refused.get()).isPositive();
        session.close().block(LIMIT);
        assertThat(session.pendingRequests()).isZero();
    }

    // small heaps

    @Tag("heavy")
    @ParameterizedTest
    @ValueSource(strings = {MisbehavingServer.LONG_FRAME, MisbehavingServer.FLOOD_STDERR})
    void unwantedGibibyteFitsASmallHeap(String habit) throws Exception {
        assertThat(run("-Xmx32m", SmallHeap.class, habit + (1L << 30))).endsWith("still here");
    }

    /** The output of a program that runs in a JVM with its own heap size. */
    private static List<String> run(String heap, Class<?> program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process small = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(small.getInputStream(), StandardCharsets.UTF_8))) {
            lines = out.lines().collect(Collectors.toList());
        }
        assertThat(small.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(small.exitValue()).isZero();
        return lines;
    }

    /** With the larger heap the responses fit one after the other, and wait for each other. */
    @Tag("heavy")
    @ParameterizedTest
    @CsvSource({"-Xmx64m,15000000,0", "-Xmx64m,3000000,1", "-Xmx256m,15000000,1"})
    void manyLargeResultsAtOnceEndNoServer(String heap, String size, int leastAnswers) throws Exception {
        List<String> lines = run(heap, ManyLargeResults.class, size);
        assertThat(lines).contains("20 small answers");
        List<String> outcomes =
                lines.stream().filter(line -> line.startsWith("large: ")).collect(Collectors.toList());
        assertThat(outcomes)
                .hasSize(20)
                .allMatch(line -> line.equals("large: " + size)
                        || line.matches("large: server 'srv': the response to"
                                + " tools/call .*the messages of all servers together may take \\d+ bytes .*"));
        assertThat(outcomes.stream().filter(line -> line.equals("large: " + size)))
                .hasSizeGreaterThanOrEqualTo(leastAnswers);
    }

    /** Requests a large text from twenty servers at the same time, and then a small one. */
    static final class ManyLargeResults {
        private static final String SCRIPT = """
                while IFS= read -r line; do
                  id=${line#*\\"id\\":}; id=${id%%,*}
                  case $line in
                    *\\"method\\":\\"initialize\\"*)
                      printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                "serverInfo":{"name":"large","version":"1"}}}\\n' "$id" ;;
                    *\\"name\\":\\"large\\"*)
                      printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' "$id"
                      head -c "$SIZE" /dev/zero | tr '\\0' x
                      printf '"}]}}\\n' ;;
                    *\\"id\\":*)
                      printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"small"}]}}\\n' "$id" ;;
                  esac
                done
                """;

        public static void main(String[] args) {
            List<McpSession> sessions = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                sessions.add(open(transport(List.of("sh", "-c", SCRIPT)).environment(Map.of("SIZE", args[0]))));
            }
            Flux.fromIterable(sessions)
                    .flatMap(
                            session -> session.callTool("large", null)
                                    .map(result -> "large: " + result.text().length())
                                    .onErrorResume(e -> Mono.just("large: " + e.getMessage())),
                            20)
                    .doOnNext(System.out::println)
                    .blockLast(LIMIT);
            Long small = Flux.fromIterable(sessions)
                    .flatMap(session -> session.callTool("small", null))
                    .filter(result -> result.text().equals("small"))
                    .count()
                    .block(LIMIT);
            System.out.println(small + " small answers");
            Flux.fromIterable(sessions).flatMap(McpSession::close).blockLast(LIMIT);
        }
    }

    /** Opens a session and calls a tool, in a JVM whose heap is smaller than the server's output meanwhile. */
    static final class SmallHeap {
        public static void main(String[] args) {
            List<String> command = MisbehavingServer.command(args);
            McpSession session = McpSession.create(
                    transport(command)
                            .options(StdioOptions.builder()
                                    .maxFrameBytes(1 << 20)
                                    .build())
                            .build(),
                    SessionOptions.defaults());
            session.open().block(LIMIT);
            CallToolResult result =
                    session.callTool("echo", Map.of("text", "still here")).block(LIMIT);
            System.out.println(result == null ? "nothing" : result.text());
            session.close().block(LIMIT);
        }
    }

    // the end of a process tree

    @ParameterizedTest
    @CsvSource({
        "direct,'',ended by itself after its stdin was closed",
        "direct,--ignore-eof,needed TERM",
        "direct,--ignore-eof --ignore-term,needed KILL",
        "direct,--double-fork,needed TERM",
        "shell,'',ended by itself after its stdin was closed",
        "shell,--ignore-eof,needed TERM",
        "shell,--ignore-eof --ignore-term,needed KILL",
        "shell,--double-fork,needed TERM",
    })
    void closeTakesTheWholeTree(String how, String habits, String expected) {
        List<String> server = MisbehavingServer.command(habits.isEmpty() ? new String[0] : habits.split(" "));
        List<String> command =
                how.equals("direct") ? server : List.of("sh", "-c", String.join(" ", server) + "; exit $?");
        McpSession session = McpSession.create(
                transport(command).options(Graces.until(expected)).build(), SessionOptions.defaults());
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

    /**
     * What a server does after the end of its stdin. Each runs until a file is deleted, so that a failed test leaves no
     * process.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "starts one every 5 ms | while [ -e $GO ]; do sleep 60 & sleep 0.005; done",
                "each starts the next and ends | export NEXT='sleep 0.005; [ -e $GO ] && setsid sh -c \"$NEXT\" & exit 0';"
                        + " sh -c \"$NEXT\" & wait",
                "several such families | export NEXT='sleep 0.01; [ -e $GO ] && sh -c \"$NEXT\" & exit 0';"
                        + " for i in 1 2 3 4; do sh -c \"$NEXT\" & done; exit 0",
                "without environment | while [ -e $GO ]; do env -i sleep 61.25 & sleep 0.005; done",
                "parents that end | while [ -e $GO ]; do (sleep 60 & sleep 60 & exit 0) & sleep 0.02; done",
            })
    void closeEndsServerThatKeepsForking(String what, String script) throws Exception {
        Path go = Files.createTempFile("mcpflux-go", "");
        ProcessHandle other = new ProcessBuilder("sleep", "60").start().toHandle();
        try {
            McpSession session = open(transport(List.of(
                            "sh", "-c", "trap '' TERM\n" + TinyServer.command().get(2) + script))
                    .environment(Map.of("GO", go.toString()))
                    .options(StdioOptions.builder()
                            .closeGraces(
                                    Duration.ofSeconds(1),
                                    Duration.ofMillis(300),
                                    Duration.ofMillis(300),
                                    Duration.ofSeconds(20))
                            .build()));
            Long root = session.pid();
            session.close().block(LIMIT);
            assertThat(Leftovers.running(root)).isFalse();
            assertThat(withEnvironment("GO=" + go)).as(what).isEmpty();
            assertThat(other.isAlive()).isTrue();
        } finally {
            Files.delete(go);
            other.destroyForcibly();
        }
    }

    /**
     * The processes with this variable in their environment, and those that cleared it and are recognised by their
     * command.
     */
    private static List<String> withEnvironment(String variable) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String environment = Proc.read(process.resolve("environ"));
                String command = Proc.read(process.resolve("cmdline"));
                boolean marked =
                        environment != null && List.of(environment.split("\0")).contains(variable);
                if ((marked || (command != null && command.contains("61.25")))
                        && Leftovers.running(
                                Long.parseLong(process.getFileName().toString()))) {
                    found.add(process.getFileName() + ": " + command);
                }
            }
        }
        return found;
    }

    @Test
    void orphanOfDeadServerEndsWithTheConnection() {
        McpSession session = open(transport(MisbehavingServer.command(MisbehavingServer.DOUBLE_FORK)));
        StepVerifier.create(session.callTool("crash", null))
                .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("exit code 7"))
                .verify(LIMIT);
        session.close().block(LIMIT);
    }

    @Test
    void closeFromACallbackOfTheReadingThread() {
        McpSession session = open(transport(TinyServer.command()));
        StepVerifier.create(session.callTool("x", null).flatMap(r -> {
                    assertThat(Thread.currentThread().getName()).isEqualTo("mcpflux-srv-stdout");
                    return session.close().thenReturn("closed");
                }))
                .expectNext("closed")
                .expectComplete()
                .verify(LIMIT);
    }

    // the end of the JVM

    @Test
    void watchdogEndsServerOfAKilledJvm() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watched.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            // a logging library may print a line first
            String line = out.readLine();
            while (line != null && !line.matches("\\d+")) {
                line = out.readLine();
            }
            assertThat(line).isNotNull();
            long server = Long.parseLong(line);
            List<Long> all =
                    jvm.toHandle().descendants().map(ProcessHandle::pid).collect(Collectors.toList());
            assertThat(all).contains(server);
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
    static final class Watched {
        public static void main(String[] args) throws InterruptedException {
            McpSession session = open(transport(MisbehavingServer.command(MisbehavingServer.IGNORE_EOF))
                    .options(StdioOptions.builder().watchdog(true).build()));
            System.out.println(session.pid());
            new CountDownLatch(1).await();
        }
    }

    @Test
    void watchdogEndsWithItsServer() {
        McpSession session = open(transport(TinyServer.command())
                .options(StdioOptions.builder().watchdog(true).build()));
        assertThat(Leftovers.processes()).hasSize(before.size() + 2);
        session.close().block(LIMIT);
    }

    // growth

    @Tag("heavy")
    @Test
    void reopenedSessionsDoNotLeak() {
        List<Integer> descriptors = new ArrayList<>();
        List<Integer> threads = new ArrayList<>();
        List<Long> heap = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            List<McpSession> sessions = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sessions.add(McpSession.create(transport(TinyServer.command()).build(), SessionOptions.defaults()));
            }
            Flux.fromIterable(sessions).flatMap(McpSession::open, 16).blockLast(LIMIT);
            Flux.fromIterable(sessions).flatMap(McpSession::close, 200).blockLast(LIMIT);
            Leftovers.assertNone(before);
            descriptors.add(Leftovers.descriptors());
            threads.add(Thread.activeCount());
            heap.add(usedHeap());
        }
        assertThat(descriptors.get(19)).isLessThanOrEqualTo(descriptors.get(2) + 5);
        assertThat(threads.get(19)).isLessThanOrEqualTo(threads.get(2) + 5);
        // 3,400 sessions later: one that stayed in memory would cost about 100 KiB, for the reader's buffer alone
        assertThat(heap.get(19)).isLessThanOrEqualTo(heap.get(2) + 20 * 1024 * 1024);
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
