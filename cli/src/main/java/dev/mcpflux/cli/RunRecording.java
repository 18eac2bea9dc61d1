package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.HostConfig;
import dev.mcpflux.transport.wire.WireFeed;
import dev.mcpflux.transport.wire.WireRecording;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The recording of one run: all messages of all its servers. An error is reported as a note when it happens, and the
 * command goes on.
 */
final class RunRecording {

    /** What waits for the disk is at most 64 MiB. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path file;
    private final Consumer<String> notes;
    private final WireFeed feed = new WireFeed();
    private final CountDownLatch ended = new CountDownLatch(1);

    private RunRecording(Path file, Consumer<String> notes) {
        this.file = file;
        this.notes = notes;
    }

    /**
     * Starts to record.
     *
     * @param replace whether a file that exists is replaced
     * @param notes where errors are reported
     */
    static RunRecording start(Path file, boolean replace, Consumer<String> notes) {
        RunRecording run = new RunRecording(file, notes);
        WireRecording to = WireRecording.to(file);
        (replace ? to.replacing() : to).record(run.feed).subscribe(run::report, run::report, run.ended::countDown);
        return run;
    }

    /** @throws UsageException if the file cannot be created, as far as that can be seen beforehand */
    static void check(Path file, boolean replace) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (!replace) {
                throw new UsageException(
                        "--record: " + file + " exists already; name another file, or use --record-replace");
            }
            // replacing deletes it first
            if (!Files.isRegularFile(file)) {
                throw new UsageException("--record: " + file + " is not a file");
            }
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new UsageException("--record: there is no directory " + directory);
        }
    }

    /** The same servers, recorded. */
    HostConfig of(HostConfig config) {
        return config.mutate().decorator(feed::tap).build();
    }

    private void report(WireRecording.Summary summary) {
        if (summary.dropped() > 0) {
            notes.accept("mcpflux: warning: " + summary.dropped() + " messages are missing in " + file
                    + ": the disk was too slow");
        }
    }

    private void report(Throwable e) {
        notes.accept("mcpflux: warning: " + e.getMessage() + "; the recording is incomplete");
        ended.countDown();
    }

    /** Waits, up to a limit, until everything is written and the file is closed. Any thread may call it, more than once. */
    void finish() {
        feed.complete();
        try {
            if (!ended.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                notes.accept(
                        "mcpflux: warning: " + file + " could not be completed within " + LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
