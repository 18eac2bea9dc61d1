package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mcpflux.host.filter.AuditRecord.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** Records as lines of a file, which no call waits for. */
class AuditFileTest {

    @TempDir
    private Path directory;

    /** What waits for its turn. */
    private final List<Runnable> tasks = new ArrayList<>();

    private Path path() {
        return directory.resolve("audit.jsonl");
    }

    private static AuditRecord record(String subject) {
        return new AuditRecord(
                Instant.parse("2026-07-28T12:00:00Z"),
                "ada",
                "s",
                "tools/call",
                subject,
                null,
                Duration.ofMillis(3),
                Outcome.ANSWERED,
                null);
    }

    private void runTasks() {
        List<Runnable> due = new ArrayList<>(tasks);
        tasks.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void recordsAreLinesOfJson() throws IOException {
        AuditFile file = AuditFile.to(path());
        file.accept(record("s__a"));
        file.accept(new AuditRecord(
                Instant.parse("2026-07-28T12:00:00Z"),
                "a\nb\u202e",
                "s",
                "tools/call",
                "s__b",
                "{\"a\":1}",
                Duration.ofNanos(1_500),
                Outcome.FAILED,
                "McpClosedException"));
        StepVerifier.create(file.flush()).verifyComplete();
        assertThat(Files.readAllLines(path()))
                .containsExactly(
                        "{\"at\":\"2026-07-28T12:00:00Z\",\"caller\":\"ada\",\"server\":\"s\",\"method\":\"tools/call\","
                                + "\"subject\":\"s__a\",\"micros\":3000,\"outcome\":\"ANSWERED\"}",
                        "{\"at\":\"2026-07-28T12:00:00Z\",\"caller\":\"a\\nb\\u202e\",\"server\":\"s\","
                                + "\"method\":\"tools/call\",\"subject\":\"s__b\",\"arguments\":\"{\\\"a\\\":1}\","
                                + "\"micros\":1,\"outcome\":\"FAILED\",\"error\":\"McpClosedException\"}");
    }

    @Test
    void fileIsForItsOwnerAndAppendedTo() throws IOException {
        assumeThat(path().getFileSystem().supportedFileAttributeViews()).contains("posix");
        for (String subject : List.of("a", "b")) {
            AuditFile file = AuditFile.to(path());
            file.accept(record(subject));
            StepVerifier.create(file.flush()).verifyComplete();
        }
        assertThat(Files.readAllLines(path())).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void callsDoNotWaitForTheDisk() throws IOException {
        AuditFile file = new AuditFile(path(), tasks::add);
        file.accept(record("a"));
        file.accept(record("b"));
        assertThat(path()).doesNotExist();
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(Files.readAllLines(path())).hasSize(2);
    }

    @Test
    void flushWaitsForWhatWasRecordedBefore() {
        AuditFile file = new AuditFile(path(), tasks::add);
        file.accept(record("a"));
        StepVerifier.create(file.flush())
                .then(() -> assertThat(path()).doesNotExist())
                .then(this::runTasks)
                .verifyComplete();
        assertThat(path()).exists();
    }

    @Test
    void emptyFlushCreatesNoFile() {
        StepVerifier.create(AuditFile.to(path()).flush()).verifyComplete();
        assertThat(path()).doesNotExist();
    }

    @Test
    void cancelledFlushDisturbsNobody() throws IOException {
        AuditFile file = new AuditFile(path(), tasks::add);
        file.flush().subscribe().dispose();
        file.accept(record("a"));
        runTasks();
        assertThat(Files.readAllLines(path())).hasSize(1);
    }

    @Test
    void whatExceedsTheQueueIsCounted() throws IOException {
        AuditFile file = new AuditFile(path(), tasks::add);
        for (int i = 0; i < AuditFile.MAX_RECORDS + 5; i++) {
            file.accept(record("a"));
        }
        runTasks();
        List<String> lines = Files.readAllLines(path());
        assertThat(lines).hasSize(AuditFile.MAX_RECORDS + 1);
        assertThat(lines.get(0)).isEqualTo("{\"dropped\":5}");
    }

    @Test
    void queueIsBoundedInCharacters() throws IOException {
        AuditFile file = new AuditFile(path(), tasks::add);
        String megabyte = "x".repeat(1024 * 1024);
        for (int i = 0; i < 20; i++) {
            file.accept(record(megabyte));
        }
        runTasks();
        assertThat(Files.readAllLines(path()).get(0)).isEqualTo("{\"dropped\":5}");
    }

    @Test
    void whatCannotBeWrittenIsCounted() throws IOException {
        Files.createDirectory(path());
        AuditFile file = AuditFile.to(path());
        file.accept(record("lost"));
        StepVerifier.create(file.flush()).verifyComplete();
        Files.delete(path());
        file.accept(record("a"));
        StepVerifier.create(file.flush()).verifyComplete();
        assertThat(Files.readAllLines(path()))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("{\"dropped\":1}"),
                        line -> assertThat(line).contains("\"subject\":\"a\""));
    }

    @Test
    void movedFileIsCreatedAgain() throws IOException {
        AuditFile file = AuditFile.to(path());
        file.accept(record("a"));
        StepVerifier.create(file.flush()).verifyComplete();
        Files.move(path(), directory.resolve("old"));
        file.accept(record("b"));
        StepVerifier.create(file.flush()).verifyComplete();
        assertThat(Files.readAllLines(path())).hasSize(1);
    }
}
