package dev.mcpflux.host.filter;

import dev.mcpflux.internal.BoundedQueue;
import dev.mcpflux.internal.BoundedThreads;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.text.SafeText;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Appends the records of an {@link AuditLog} to a file, a JSON object on each line. The file is created so that only its owner
 * may read it; one that exists keeps its permissions. It is open only while there is something to write, so that it can be moved
 * away at any time, and there is nothing to close; at the end wait for {@link #flush()}.
 *
 * <p>Calls do not wait for the disk. At most 16,384 records of 16 million characters wait to be written; what exceeds that, or cannot be written, is
 * counted, and the count is written as a line of its own, {@code {"dropped": 3}}, as soon as that is possible.
 */
public final class AuditFile implements Consumer<AuditRecord> {

    private static final Logger log = LoggerFactory.getLogger(AuditFile.class);

    static final int MAX_RECORDS = 16_384;

    private static final long MAX_CHARS = 16L * 1024 * 1024;

    private static final Executor THREADS = new BoundedThreads("mcpflux.audit", 2);
    private static final Set<OpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path file;
    private final Executor executor;
    private final Queue<AuditRecord> queue = new BoundedQueue<>(MAX_RECORDS, MAX_CHARS, AuditFile::chars);
    private final Queue<MonoSink<Void>> flushes = new ConcurrentLinkedQueue<>();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicInteger wip = new AtomicInteger();

    // only the task that writes uses these
    private long missing;
    private boolean broken;
    private boolean cut;

    AuditFile(Path file, Executor executor) {
        this.file = file;
        this.executor = executor;
    }

    /** Appends to this file, which is created when there is something to write. */
    public static AuditFile to(Path file) {
        return new AuditFile(file, THREADS);
    }

    /** Takes a record; returns at once. */
    @Override
    public void accept(AuditRecord written) {
        if (!queue.offer(written)) {
            dropped.incrementAndGet();
        }
        schedule();
    }

    /**
     * Waits until what was recorded before is in the file or was dropped.
     *
     * @return completes then; never fails. <em>Cancellation</em> stops waiting. <em>Thread:</em> one that writes files
     */
    public Mono<Void> flush() {
        return Mono.create(sink -> {
            flushes.add(sink);
            schedule();
        });
    }

    private void schedule() {
        if (wip.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        int missed = 1;
        do {
            List<MonoSink<Void>> waiting = new ArrayList<>();
            for (MonoSink<Void> sink = flushes.poll(); sink != null; sink = flushes.poll()) {
                waiting.add(sink);
            }
            write();
            waiting.forEach(sink -> Callbacks.run(sink::success));
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private void write() {
        missing += dropped.getAndSet(0);
        if (queue.isEmpty() && missing == 0) {
            return;
        }
        long lines = 0;
        try (OutputStream to = open()) {
            if (cut) {
                // ends the line that was begun
                to.write('\n');
            }
            cut = true;
            if (missing > 0) {
                to.write(bytes("{\"dropped\":" + missing + "}"));
            }
            for (AuditRecord next = queue.poll(); next != null; next = queue.poll()) {
                lines++;
                to.write(bytes(line(next)));
            }
            to.flush();
            missing = 0;
            broken = false;
            cut = false;
        } catch (IOException | RuntimeException e) {
            if (!broken) {
                log.warn("the audit log {} cannot be written: {}", file, SafeText.line(e));
            }
            broken = true;
            for (; queue.poll() != null; ) {
                lines++;
            }
            missing += lines;
        }
    }

    private OutputStream open() throws IOException {
        FileAttribute<?>[] ownerOnly =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        return new BufferedOutputStream(Channels.newOutputStream(Files.newByteChannel(file, APPEND, ownerOnly)));
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static int chars(AuditRecord written) {
        String arguments = written.arguments();
        return 200 + written.subject().length() + (arguments == null ? 0 : arguments.length());
    }

    /** A record as JSON on one line. */
    static String line(AuditRecord written) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("at", written.at().toString());
        line.put("caller", written.caller());
        line.put("server", written.server());
        line.put("method", written.method());
        line.put("subject", written.subject());
        if (written.arguments() != null) {
            line.put("arguments", written.arguments());
        }
        line.put("micros", written.duration().toNanos() / 1_000);
        line.put("outcome", written.outcome().name());
        if (written.error() != null) {
            line.put("error", written.error());
        }
        return SafeText.json(McpJson.mapper().writeValueAsString(line));
    }

    @Override
    public String toString() {
        return "AuditFile[" + file + "]";
    }
}
