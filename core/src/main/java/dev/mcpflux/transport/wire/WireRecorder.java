package dev.mcpflux.transport.wire;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.spi.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every message of every session of this JVM to a file, one JSON object per line, for debugging:
 * {@code -Dmcpflux.record=DIRECTORY}. Off by default, because messages contain user data. The file is that of a
 * {@link WireRecording}: configured secrets are masked, and only the owner may read it if the file system supports
 * owners.
 */
public final class WireRecorder {

    /** The directory to write to; the property is read once. */
    static final String PROPERTY = "mcpflux.record";

    private static final Logger log = LoggerFactory.getLogger(WireRecorder.class);

    /** The recorder, or null if recording is off. */
    private static final @Nullable WireRecorder INSTALLED = installed();

    private final WireFeed feed;
    private final RecordingWriter writer;

    /**
     * Starts a recording.
     *
     * @param executor runs the tasks that write
     */
    WireRecorder(Path directory, Clock clock, Executor executor) throws IOException {
        String run = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        OwnerOnly.createDirectories(directory);
        this.feed = new WireFeed(run + "-", clock);
        this.writer = new RecordingWriter(
                () -> OwnerOnly.create(directory.resolve(run + ".jsonl")), executor, new LoggedEnd());
        EventSink.direct(feed.events()).subscribe(writer);
        writer.start();
    }

    private static @Nullable WireRecorder installed() {
        String directory = System.getProperty(PROPERTY, "");
        if (directory.isBlank()) {
            return null;
        }
        try {
            WireRecorder recorder = new WireRecorder(Path.of(directory), Clock.systemUTC(), WireRecording.THREADS);
            Runtime.getRuntime().addShutdownHook(new Thread(recorder::flush, "wire-recorder-end"));
            return recorder;
        } catch (IOException e) {
            log.warn("messages cannot be recorded: {}", e.toString());
            return null;
        }
    }

    /**
     * Decorates a transport to record its connections; returns the transport itself, at no cost, if recording is off.
     * Called once by every class that creates connections of a transport.
     */
    public static Transport recorded(Transport transport) {
        WireRecorder recorder = INSTALLED;
        return recorder == null ? transport : recorder.recording(transport);
    }

    /** Decorates a transport to record its connections. */
    Transport recording(Transport transport) {
        return feed.tap(transport);
    }

    /** Writes what is queued. The recording goes on, because servers may still be closing. */
    void flush() {
        writer.write();
    }

    /** The recording lasts as long as the JVM; only a failure ends it. */
    private static final class LoggedEnd implements RecordingWriter.End {
        @Override
        public void completed(WireRecording.Summary summary) {
            log.debug("recorded {} messages", summary.messages());
        }

        @Override
        public void failed(IOException cause) {
            log.warn("messages cannot be recorded: {}", cause.toString());
        }
    }
}
