package dev.mcpflux.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.TestLink.TestTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireRecorderTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    private static WireRecorder recorder(Path directory) throws IOException {
        return new WireRecorder(directory, CLOCK, Runnable::run);
    }

    private static Path file(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** The recorded lines, with the link without the name of the run. */
    private static List<String> lines(Path directory) throws IOException {
        Path file = file(directory);
        String run = file.getFileName().toString().replace(".jsonl", "");
        return Files.readAllLines(file).stream()
                .map(line -> line.replace(run + "-", "").replace('"', '\''))
                .toList();
    }

    @Test
    void onlyTheOwnerReadsARecording(@TempDir Path temporary) throws Exception {
        assumeThat(temporary.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path directory = temporary.resolve("a").resolve("b");

        recorder(directory);

        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(file(directory))).isEqualTo("rw-------");
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void eachConnectionIsItsOwnLink(@TempDir Path directory) throws Exception {
        WireRecorder recorder = recorder(directory);
        TestTransport server = new TestTransport("srv", text -> text.replace("s3cr3t-1", "${T}"));
        Transport recorded = recorder.recording(server);
        TestLink.open(recorded);
        server.latest.emit("{'id':1,'result':{'unknown':1}}");
        TestLink.open(recorded);
        server.latest.emit("{'id':1,'error':{'data':['s3cr3t-1']}}");

        assertThat(lines(directory))
                .containsExactly(
                        "{'link':'1','server':'srv','direction':'received','at':'2026-01-31T12:00:00Z',"
                                + "'message':{'id':1,'result':{'unknown':1}}}",
                        "{'link':'2','server':'srv','direction':'received','at':'2026-01-31T12:00:00Z',"
                                + "'message':{'id':1,'error':{'data':['${T}']}}}");
    }

    @Test
    void recordingIsOffByDefault() {
        assumeThat(System.getProperty(WireRecorder.PROPERTY, "")).isEmpty();
        Transport transport = new TestTransport("srv");
        assertThat(WireRecorder.recorded(transport)).isSameAs(transport);
    }

    @Test
    void whatIsQueuedIsWrittenWhenTheJvmEnds(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory, CLOCK, task -> {});
        TestTransport server = new TestTransport("srv");
        TestLink.open(recorder.recording(server));
        server.latest.emit("{'method':'n'}");

        recorder.flush();
        assertThat(lines(directory)).hasSize(1);
    }

    @Test
    void unpairedSurrogateIsRecordedOnce(@TempDir Path directory) throws Exception {
        TestTransport server = new TestTransport("srv");
        TestLink.open(recorder(directory).recording(server));

        for (int i = 0; i < 2; i++) {
            server.latest.emit("{'method':'\\ud800'}");
        }

        assertThat(lines(directory))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).endsWith("'message':{'method':'?'}}"));
    }
}
