package dev.mcpflux.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireRecorderTest {

    @Test
    void onlyTheOwnerReadsARecording(@TempDir Path temporary) throws Exception {
        assumeThat(temporary.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path directory = temporary.resolve("a").resolve("b");

        OutputStream file = WireRecorder.forOwnerOnly(directory, "x.jsonl");
        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(directory.resolve("x.jsonl"))).isEqualTo("rw-------");
        file.close();
    }

    @Test
    void recordingsHoldNoConfiguredSecret(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        String link = recorder.link();
        Frame frame = Frame.of("{\"id\":1,\"error\":{\"data\":[\"s3cr3t-1\"]}}".getBytes(StandardCharsets.UTF_8));

        recorder.received(link, "srv", frame, text -> text.replace("s3cr3t-1", "${T}"));
        recorder.flush();

        try (var files = Files.list(directory)) {
            assertThat(files.toList())
                    .singleElement()
                    .satisfies(file -> assertThat(file)
                            .content()
                            .isEqualTo("{\"link\":\"" + link + "\",\"server\":\"srv\",\"direction\":\"received\","
                                    + "\"message\":{\"id\":1,\"error\":{\"data\":[\"${T}\"]}}}\n"));
        }
    }

    @Test
    void halfOfASurrogatePairIsRecordedOnce(@TempDir Path directory) throws Exception {
        WireRecorder recorder = new WireRecorder(directory);
        Frame frame = Frame.of("{\"method\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8));

        for (int i = 0; i < 2; i++) {
            recorder.received("l", "srv", frame, text -> text);
            recorder.flush();
        }

        try (var files = Files.list(directory)) {
            assertThat(Files.readAllLines(files.findFirst().orElseThrow()))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).endsWith("\"message\":{\"method\":\"?\"}}"));
        }
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
