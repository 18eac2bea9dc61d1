package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.testing.Leftovers;
import dev.mcpflux.testing.TinyServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The channel pipes: their descriptors are found, writing does not block, and nothing stays open. */
class ChannelPipesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @BeforeEach
    void onLinux() {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    }

    @AfterEach
    void nothingIsLeft() {
        Leftovers.assertNone(Leftovers.processes());
    }

    private static JsonRpcMessage message(String text) {
        return new JsonRpcMessage.Notification("m", Map.of("text", text));
    }

    private static Process start(ChannelPipes pipes, ProcessBuilder builder) throws IOException {
        pipes.redirect(builder);
        Process process = builder.start();
        pipes.started(process);
        return process;
    }

    private static StdinWriter writer(Pipe pipe, List<IOException> broken) throws IOException {
        pipe.sink().configureBlocking(false);
        return new StdinWriter(
                "s",
                new ChannelOutlet(pipe.sink()),
                100_000,
                outcome -> new McpClosedException("s", "it is over", Diagnostics.NONE, null, outcome),
                broken::add);
    }

    @Test
    void findsTheDescriptorOfEachPipe() throws Exception {
        List<ChannelPipes> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ChannelPipes pipes = ChannelPipes.open();
            assertThat(pipes).as("pipes %d", i).isNotNull();
            all.add(pipes);
        }
        for (int i = 0; i < all.size(); i++) {
            ChannelPipes pipes = all.get(i);
            Process echo = start(pipes, new ProcessBuilder("sh", "-c", "cat; echo err >&2"));
            Outlet in = pipes.stdin("s");
            dev.mcpflux.jsonrpc.OutgoingBuffer out = new dev.mcpflux.jsonrpc.OutgoingBuffer();
            byte[] line = ("line " + i + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(line, 0, line.length);
            assertThat(in.write(out)).isTrue();
            in.close();
            List<String> errors = new CopyOnWriteArrayList<>();
            CountDownLatch ended = new CountDownLatch(1);
            pipes.drain(new StderrLines("s", 5, UnaryOperator.identity(), errors::add, ended::countDown));
            byte[] read = new byte[100];
            int n = pipes.stdout().read(read, 0, read.length);
            assertThat(new String(read, 0, n, StandardCharsets.UTF_8)).isEqualTo("line " + i + "\n");
            assertThat(pipes.stdout().read(read, 0, read.length)).isEqualTo(-1);
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(errors).containsExactly("err");
            assertThat(echo.waitFor(30, TimeUnit.SECONDS)).isTrue();
            pipes.close();
        }
    }

    @Test
    void findsDescriptorsDuringConcurrentOpens() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread noise = new Thread(() -> {
            while (!stop.get()) {
                try {
                    Pipe other = Pipe.open();
                    other.sink().configureBlocking(false);
                    other.sink().close();
                    other.source().close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        noise.start();
        try {
            for (int i = 0; i < 200; i++) {
                ChannelPipes pipes = ChannelPipes.open();
                assertThat(pipes).as("pipes %d", i).isNotNull();
                Process echo = start(pipes, new ProcessBuilder("true"));
                assertThat(pipes.stdout().read(new byte[1], 0, 1)).isEqualTo(-1);
                assertThat(echo.waitFor()).isZero();
                pipes.close();
            }
        } finally {
            stop.set(true);
            noise.join();
        }
    }

    @Test
    void noPipeIsLeft() throws IOException {
        // opens what stays open, such as a selector, before the count
        callOnce();
        Set<String> before = pipes();
        for (int i = 0; i < 20; i++) {
            callOnce();
            // with its last thread
            Leftovers.assertNone(Leftovers.processes());
            assertThat(before).containsAll(pipes());
        }
    }

    private static void callOnce() {
        List<String> command = TinyServer.command();
        McpSession.use(
                        StdioTransport.builder("srv", command.get(0))
                                .arguments(command.subList(1, command.size()))
                                .build(),
                        SessionOptions.defaults(),
                        session -> session.callTool("echo", Map.of("text", "x")))
                .blockLast(LIMIT);
    }

    /** Pipes only: descriptors of other kinds come and go with class loading. */
    private static Set<String> pipes() throws IOException {
        Set<String> pipes = new TreeSet<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : open) {
                try {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("pipe:")) {
                        pipes.add(descriptor.getFileName() + " " + target);
                    }
                } catch (NoSuchFileException e) {
                    // the descriptor of the listing itself, or one closed since
                }
            }
        }
        return pipes;
    }

    @Test
    void fullPipeNeitherBlocksNorLosesMessages() throws Exception {
        Pipe pipe = Pipe.open();
        List<IOException> broken = new CopyOnWriteArrayList<>();
        StdinWriter writer = writer(pipe, broken);
        int count = 500;
        String text = "x".repeat(1000);
        Mono<Void> sent = Flux.range(0, count)
                .flatMap(i -> writer.send(message(i + text)), count)
                .then()
                .cache();
        // nobody reads, and the call returns all the same
        sent.subscribe();
        assertThat(Leftovers.threads()).contains("mcpflux-stdin");
        try (InputStream in = Channels.newInputStream(pipe.source())) {
            List<String> lines = new ArrayList<>();
            Mono<Void> finished = writer.finish().cache();
            finished.subscribe();
            lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            sent.block(LIMIT);
            finished.block(LIMIT);
            assertThat(lines).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(lines.get(i)).contains("\"" + i + "xxx");
            }
        }
        writer.end();
        assertThat(broken).isEmpty();
    }

    @Test
    void messageLargerThanThePipeArrivesWhole() throws Exception {
        Pipe pipe = Pipe.open();
        StdinWriter writer = writer(pipe, new ArrayList<>());
        String text = "y".repeat(3_000_000);
        writer.send(message(text)).subscribe();
        writer.finish().subscribe();
        try (InputStream in = Channels.newInputStream(pipe.source())) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"text\":\"" + text + "\"}}\n");
        }
        writer.end();
    }

    @Test
    void waitingMessagesFailWhenTheWriterEnds() throws Exception {
        Pipe pipe = Pipe.open();
        StdinWriter writer = writer(pipe, new ArrayList<>());
        Mono<Void> stuck = writer.send(message("z".repeat(1_000_000))).cache();
        stuck.subscribe(v -> {}, e -> {});
        Mono<Void> behind = writer.send(message("behind")).cache();
        behind.subscribe(v -> {}, e -> {});
        writer.end();
        assertThat(stuck.materialize().block(LIMIT).getThrowable()).isInstanceOf(McpClosedException.class);
        assertThat(behind.materialize().block(LIMIT).getThrowable()).isInstanceOf(McpClosedException.class);
        // the pipe is closed as well: its reader reaches the end
        ByteBuffer bytes = ByteBuffer.allocate(1_000_000);
        while (pipe.source().read(bytes) >= 0) {
            bytes.clear();
        }
        pipe.source().close();
    }

    @Test
    void pipeWithoutReaderIsReportedOnce() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().close();
        List<IOException> broken = new CopyOnWriteArrayList<>();
        StdinWriter writer = writer(pipe, broken);
        writer.send(message("a")).subscribe(v -> {}, e -> {});
        writer.send(message("b")).subscribe(v -> {}, e -> {});
        assertThat(broken).hasSize(1);
        writer.end();
    }

    @Test
    void heldBackMessagesAreWrittenTogether() throws Exception {
        Pipe pipe = Pipe.open();
        StdinWriter writer = writer(pipe, new ArrayList<>());
        writer.hold();
        writer.send(message("a")).subscribe();
        writer.send(message("b")).subscribe();
        Thread other = new Thread(() -> writer.send(message("other")).block(LIMIT));
        other.start();
        other.join();
        assertThat(available(pipe)).contains("other").doesNotContain("\"a\"", "\"b\"");
        writer.release();
        assertThat(available(pipe)).containsSubsequence("\"a\"", "\"b\"");
        writer.end();
        pipe.source().close();
    }

    @Test
    void heldBackMessagesAreLimited() throws Exception {
        Pipe pipe = Pipe.open();
        StdinWriter writer = writer(pipe, new ArrayList<>());
        writer.hold();
        for (int i = 0; i < 64; i++) {
            writer.send(message("m" + i)).subscribe();
        }
        assertThat(available(pipe)).contains("\"m0\"", "\"m63\"");
        writer.release();
        writer.end();
        pipe.source().close();
    }

    @Test
    void cancelledHeldMessageIsNotWritten() throws Exception {
        Pipe pipe = Pipe.open();
        StdinWriter writer = writer(pipe, new ArrayList<>());
        writer.hold();
        writer.send(message("gone")).subscribe().dispose();
        writer.send(message("stays")).subscribe();
        writer.release();
        assertThat(available(pipe)).contains("stays").doesNotContain("gone");
        writer.end();
        pipe.source().close();
    }

    private static String available(Pipe pipe) throws IOException {
        pipe.source().configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.allocate(65536);
        pipe.source().read(bytes);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    @Test
    void oneThreadPerServerAndOneForAllStderr() {
        List<McpSession> sessions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            List<String> command = TinyServer.command();
            McpSession session = McpSession.create(
                    StdioTransport.builder("s" + i, command.get(0))
                            .arguments(command.subList(1, command.size()))
                            .build(),
                    SessionOptions.defaults());
            session.open().block(LIMIT);
            session.callTool("echo", Map.of("text", "x")).block(LIMIT);
            sessions.add(session);
        }
        assertThat(Leftovers.threads())
                .containsExactlyInAnyOrder(
                        "mcpflux-s0-stdout",
                        "mcpflux-s1-stdout",
                        "mcpflux-s2-stdout",
                        "mcpflux-s3-stdout",
                        "mcpflux-s4-stdout",
                        "mcpflux-stderr");
        sessions.forEach(session -> session.close().block(LIMIT));
    }
}
