package dev.mcpflux.transport.wire;

import dev.mcpflux.internal.BoundedThreads;
import dev.mcpflux.internal.EventSink;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * A file of messages, one JSON object a line. It holds data of users, so only its owner may read it where the file system
 * knows owners. Immutable; it names a file, and opens none by itself.
 *
 * <pre>{@code
 * Mono<WireRecording.Summary> recording = WireRecording.to(Path.of("session.jsonl")).record(feed, stop);
 * Flux<WireMessage> messages = WireRecording.read(Path.of("session.jsonl"));
 * }</pre>
 */
public final class WireRecording {

    static final Executor THREADS = new BoundedThreads("mcpflux.recording", 4);

    private final Path file;
    private final RecordingWriter.Opener opener;
    private final Executor executor;

    /**
     * What was recorded.
     *
     * @param messages the number of messages in the file
     * @param dropped the number of messages that are missing, because the disk was too slow
     */
    public record Summary(long messages, long dropped) {}

    WireRecording(Path file, RecordingWriter.Opener opener, Executor executor) {
        this.file = file;
        this.opener = opener;
        this.executor = executor;
    }

    /** A recording to a new file; recording fails if the file exists. */
    public static WireRecording to(Path file) {
        return new WireRecording(file, () -> OwnerOnly.create(file), THREADS);
    }

    /** The same recording, which deletes the file first if it exists. */
    public WireRecording replacing() {
        return new WireRecording(
                file,
                () -> {
                    Files.deleteIfExists(file);
                    return opener.open();
                },
                executor);
    }

    /** Records until the feed completes; see {@link #record(WireFeed, Publisher)}. */
    public Mono<Summary> record(WireFeed feed) {
        return record(feed, Mono.never());
    }

    /**
     * Records the messages of a feed from the moment of the subscription on, also while the file is still being opened.
     *
     * @param stop its first signal ends the recording
     * @return emits when the feed has completed or was stopped, after everything is written and the file is closed.
     *     Fails with {@link WireRecordingException} if the file cannot be created or written; calls are not affected by
     *     that. At most 65,536 messages and 64 MiB wait for the disk; what exceeds that is dropped and counted.
     *     <p><em>Cancellation</em> ends the recording as well. What was seen before is written and the file is closed,
     *     for which the canceller does not wait.
     *     <p><em>Thread:</em> a daemon thread that exists only while there is something to write.
     */
    public Mono<Summary> record(WireFeed feed, Publisher<?> stop) {
        return Mono.create(sink -> {
            RecordingWriter writer = new RecordingWriter(opener, executor, new Signals(sink));
            sink.onCancel(writer::cancel);
            // before the file is opened, so that no message is missed
            EventSink.direct(feed.events()).subscribe(writer);
            sink.onDispose(Flux.from(stop).subscribe(signal -> writer.stop(), e -> writer.stop(), writer::stop));
            writer.start();
        });
    }

    /** Passes the end of the file on. */
    private final class Signals implements RecordingWriter.End {
        private final MonoSink<Summary> sink;

        Signals(MonoSink<Summary> sink) {
            this.sink = sink;
        }

        @Override
        public void completed(Summary summary) {
            sink.success(summary);
        }

        @Override
        public void failed(IOException cause) {
            sink.error(new WireRecordingException(file, problem(cause), cause));
        }
    }

    private static String problem(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "the file exists already";
        }
        if (e instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        return "it cannot be written: " + e.getMessage();
    }

    /**
     * Reads a recording, also one of {@code -Dmcpflux.record}. A last line that was cut off, because the process ended
     * while it was written, is left out, and so are the counts of missing messages.
     *
     * @return the messages in the order of the file; reads on demand. Fails with {@link WireRecordingException}, which
     *     names the file and the line. <em>Cancellation</em> closes the file. <em>Thread:</em> one that may block.
     */
    public static Flux<WireMessage> read(Path file) {
        return Flux.using(
                        () -> RecordingReader.open(file),
                        reader -> Flux.<WireEvent>generate(reader::next),
                        RecordingReader::close)
                .ofType(WireMessage.class)
                .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public String toString() {
        return "WireRecording[" + file + "]";
    }
}
