package dev.mcpflux.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Looks at a file again and again, and reports when it has changed and then has stayed the same from one look to the next: an
 * editor that writes in several steps, or replaces the file, makes one change. Looking works where notifications of the
 * operating system do not: on network file systems, behind links, in mounted volumes.
 */
final class ConfigWatch {

    /** From one look to the next. */
    static final Duration LOOK = Duration.ofMillis(500);

    private static final Stamp ABSENT = new Stamp(FileTime.fromMillis(0), -1, null);

    private final Path file;
    private final Scheduler timer;
    private final Scheduler reader;

    /**
     * A watch that looks at nothing yet.
     *
     * @param timer when to look
     * @param reader where to look, which blocks
     */
    ConfigWatch(Path file, Scheduler timer, Scheduler reader) {
        this.file = file;
        this.timer = timer;
        this.reader = reader;
    }

    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /** Two looks, the older one first, and what was reported last. */
    private record Looks(
            @Nullable Stamp before,
            @Nullable Stamp now,
            @Nullable Stamp reported) {

        Looks next(Stamp stamp) {
            return new Looks(now, stamp, isChange() ? now : reported);
        }

        boolean isChange() {
            return now != null && now.equals(before) && !now.equals(reported);
        }
    }

    /**
     * Reports the file as it is at first, then each change.
     *
     * @return the file; on the thread of the reader. Never completes or fails
     */
    Flux<Path> changes() {
        return Flux.interval(Duration.ZERO, LOOK, timer)
                .onBackpressureDrop()
                .concatMap(tick -> Mono.fromCallable(this::stamp).subscribeOn(reader), 1)
                .scan(new Looks(null, null, null), Looks::next)
                .filter(Looks::isChange)
                .map(looks -> file);
    }

    private Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return ABSENT;
        }
    }
}
