package dev.mcpflux.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.transport.wire.TestLink.TestTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class WireRecordingTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    private final WireFeed feed = new WireFeed("", CLOCK);
    private final TestTransport server = new TestTransport("srv");
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final TestFile file = new TestFile();

    /** Writes when the test runs its tasks. */
    private final WireRecording manual = new WireRecording(Path.of("x.jsonl"), file::open, tasks::add);

    @TempDir
    Path directory;

    @BeforeEach
    void connect() {
        TestLink.open(feed.tap(server));
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Counts how often it is opened and closed, and fails when the test says so. */
    private static final class TestFile extends OutputStream {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private int opened;
        private int closed;
        private Runnable whileOpening = () -> {};
        private boolean full;

        OutputStream open() {
            opened++;
            whileOpening.run();
            return this;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            content.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            closed++;
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        List<String> lines() {
            return content.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    // who closes the file

    @Test
    void completionWritesEverythingAndClosesTheFile() {
        StepVerifier.create(manual.record(feed))
                .then(() -> {
                    server.latest.emit("{'method':'a'}");
                    runTasks();
                    server.latest.emit("{'method':'b'}");
                    feed.complete();
                    assertThat(file.closed).isZero();
                    runTasks();
                })
                .expectNext(new WireRecording.Summary(2, 0))
                .verifyComplete();
        assertThat(file.opened).isEqualTo(1);
        assertThat(file.closed).isEqualTo(1);
        assertThat(file.lines()).hasSize(2);
    }

    @Test
    void fullDiskIsAnErrorAndClosesTheFile() {
        StepVerifier.create(manual.record(feed))
                .then(() -> {
                    runTasks();
                    file.full = true;
                    server.latest.emit("{'method':'a'}");
                    runTasks();
                })
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(WireRecordingException.class)
                        .hasMessage("recording x.jsonl: it cannot be written: No space left on device"));
        assertThat(file.closed).isEqualTo(1);

        // the messages that follow disturb nobody
        server.latest.emit("{'method':'b'}");
        assertThat(tasks).isEmpty();
    }

    @Test
    void cancellationWritesWhatWasSeenAndClosesTheFile() {
        Disposable recording = manual.record(feed).subscribe();
        runTasks();
        server.latest.emit("{'method':'a'}");
        recording.dispose();
        server.latest.emit("{'method':'b'}");
        runTasks();

        assertThat(file.closed).isEqualTo(1);
        assertThat(file.lines()).hasSize(1).first().asString().contains("\"method\":\"a\"");
    }

    @Test
    void cancellationWhileOpeningClosesTheFile() {
        Disposable recording = manual.record(feed).subscribe();
        server.latest.emit("{'method':'a'}");
        file.whileOpening = recording::dispose;
        runTasks();

        assertThat(file.opened).isEqualTo(1);
        assertThat(file.closed).isEqualTo(1);
        assertThat(file.lines()).hasSize(1);
    }

    @Test
    void cancellationBeforeOpeningCreatesNoFile() {
        manual.record(feed).subscribe().dispose();
        runTasks();

        assertThat(file.opened).isZero();
    }

    @Test
    void stopEndsTheRecordingInOrder() {
        Sinks.Empty<Void> stop = Sinks.empty();
        StepVerifier.create(manual.record(feed, stop.asMono()))
                .then(() -> {
                    server.latest.emit("{'method':'a'}");
                    stop.tryEmitEmpty();
                    server.latest.emit("{'method':'b'}");
                    runTasks();
                })
                .expectNext(new WireRecording.Summary(1, 0))
                .verifyComplete();
        assertThat(file.closed).isEqualTo(1);
    }

    // what is recorded

    @Test
    void messagesAreSeenWhileTheFileIsStillOpening() {
        StepVerifier.create(manual.record(feed))
                .then(() -> {
                    server.latest.emit("{'method':'a'}");
                    feed.complete();
                    runTasks();
                })
                .expectNext(new WireRecording.Summary(1, 0))
                .verifyComplete();
    }

    @Test
    void whatExceedsTheQueueIsCounted() {
        int more = 3;
        StepVerifier.create(manual.record(feed))
                .then(() -> {
                    for (int i = 0; i < RecordingWriter.MAX_MESSAGES + more; i++) {
                        server.latest.emit("{'method':'a'}");
                    }
                    feed.complete();
                    runTasks();
                })
                .expectNext(new WireRecording.Summary(RecordingWriter.MAX_MESSAGES, more))
                .verifyComplete();
        assertThat(file.lines()).last().isEqualTo("{\"dropped\":3}");
    }

    @Test
    void recordingIsReadAsItWasWritten() {
        Path path = directory.resolve("a.jsonl");
        StepVerifier.create(WireRecording.to(path).record(feed))
                .then(() -> {
                    server.latest.emit("{'method':'a','params':{'number':0.10,'text':'\\ud800é'}}");
                    server.latest.emit("{'id':1,'result':{}}");
                    feed.complete();
                })
                .expectNext(new WireRecording.Summary(2, 0))
                .verifyComplete();

        StepVerifier.create(WireRecording.read(path))
                .assertNext(message -> {
                    assertThat(message.server()).isEqualTo("srv");
                    assertThat(message.link()).isEqualTo("1");
                    assertThat(message.direction()).isEqualTo(WireMessage.Direction.RECEIVED);
                    assertThat(message.at()).isEqualTo(CLOCK.instant());
                    assertThat(message.message())
                            .hasToString("{\"method\":\"a\",\"params\":{\"number\":0.10,\"text\":\"?é\"}}");
                })
                .assertNext(message -> assertThat(message.isResponse()).isTrue())
                .verifyComplete();
    }

    @Test
    void onlyTheOwnerReadsARecording() throws IOException {
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path path = directory.resolve("a.jsonl");
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        feed.complete();

        WireRecording.to(path).replacing().record(feed).block();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void existingFileIsReplacedOnlyIfAsked() throws IOException {
        Path path = directory.resolve("a.jsonl");
        Files.writeString(path, "precious\n");
        feed.complete();
        WireRecording recording = WireRecording.to(path);

        StepVerifier.create(recording.record(feed))
                .verifyErrorMessage("recording " + path + ": the file exists already");
        assertThat(path).hasContent("precious\n");

        StepVerifier.create(recording.replacing().record(feed))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(path).isEmptyFile();
    }

    @Test
    void missingDirectoryIsNamed() {
        Path path = directory.resolve("no").resolve("a.jsonl");
        StepVerifier.create(WireRecording.to(path).record(feed))
                .verifyErrorMessage("recording " + path + ": its directory does not exist");
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        Mono<WireRecording.Summary> cold = manual.record(feed);
        server.latest.emit("{'method':'a'}");
        assertThat(tasks).isEmpty();
        assertThat(cold).isNotNull();
        assertThat(file.opened).isZero();
    }

    // reading

    private Path written(String text) throws IOException {
        return Files.writeString(directory.resolve("r.jsonl"), text.replace('\'', '"'));
    }

    private static String line(String server) {
        return "{'link':'1','server':'" + server + "','direction':'sent','message':{'method':'n'}}\n";
    }

    @Test
    void recordingOfAnEarlierVersionIsRead() throws IOException {
        StepVerifier.create(WireRecording.read(written("\n" + line("a") + "{'dropped':7}\n" + line("b"))))
                .expectNextMatches(m -> m.server().equals("a") && m.at().equals(Instant.EPOCH))
                .expectNextMatches(m -> m.server().equals("b"))
                .verifyComplete();
    }

    @Test
    void badLineIsNamed() throws IOException {
        assertProblem("no JSON\n", "it is not JSON: ");
        assertProblem("[]\n", "expected a JSON object");
        assertProblem("{'message':{}}\n", "\"server\" is not a text");
        assertProblem("{'message':[]}\n", "\"message\" is not a JSON object");
        assertProblem(
                "{'link':'1','server':'s','direction':'up','message':{}}\n",
                "\"direction\" is neither \"sent\" nor \"received\"");
        assertProblem(
                "{'link':'1','server':'s','direction':'sent','at':'noon','message':{}}\n", "\"at\" is not a time");
    }

    private void assertProblem(String second, String problem) throws IOException {
        Path path = written(line("a") + second + line("b"));
        StepVerifier.create(WireRecording.read(path))
                .expectNextCount(1)
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(WireRecordingException.class)
                        .hasMessageStartingWith("recording " + path + ", line 2: " + problem));
    }

    @Test
    void lastLineThatWasCutOffIsLeftOut() throws IOException {
        StepVerifier.create(WireRecording.read(written(line("a") + "{'link':'1','serv")))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void missingFileIsNamed() {
        Path path = directory.resolve("none.jsonl");
        StepVerifier.create(WireRecording.read(path))
                .verifyErrorMessage("recording " + path + ": there is no such file");
    }

    @Test
    void endlessLineIsRefused() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        RecordingReader reader = new RecordingReader(Path.of("r.jsonl"), endless, 1000);
        StepVerifier.create(Flux.<WireEvent>generate(reader::next))
                .verifyErrorMessage("recording r.jsonl, line 1: it is longer than 1000 bytes");
    }
}
