package dev.mcpflux.transport.spi;

import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Writes every message of every session of this JVM to a file, one JSON object per line, for debugging:
 * {@code -Dmcpflux.record=DIRECTORY}. It decorates connections ({@link Transport#with}). Off by default, because
 * messages contain user data. Configured secrets are masked, and only the owner may read the file if the file system
 * supports owners. A thread of its own writes; threads that send or read only enqueue.
 */
public final class WireRecorder {

    /** The directory to write to; the property is read once. */
    static final String PROPERTY = "mcpflux.record";

    private static final Logger log = LoggerFactory.getLogger(WireRecorder.class);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** The recorder, or null if recording is off. */
    private static final @Nullable WireRecorder INSTALLED = installed();

    private final AtomicLong links = new AtomicLong();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final String run;
    private final OutputStream file;

    WireRecorder(Path directory) throws IOException {
        this.run = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        this.file = forOwnerOnly(directory, run + ".jsonl");
        Thread writer = new Thread(this::write, "wire-recorder");
        writer.setDaemon(true);
        writer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::flush, "wire-recorder-end"));
    }

    /** Messages contain user data, so the permissions are set before the first byte is written. */
    static OutputStream forOwnerOnly(Path directory, String name) throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(directory);
            return new BufferedOutputStream(Files.newOutputStream(directory.resolve(name)));
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new BufferedOutputStream(Files.newOutputStream(file));
    }

    private static @Nullable WireRecorder installed() {
        String directory = System.getProperty(PROPERTY, "");
        if (directory.isBlank()) {
            return null;
        }
        try {
            return new WireRecorder(Path.of(directory));
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
        String server = transport.name();
        return transport.with(connection -> {
            connection.tap(() -> new Link(server, connection::mask));
            return connection;
        });
    }

    /** Records one link. */
    private final class Link implements WireTap {

        private final String name = run + "-" + links.incrementAndGet();
        private final String server;
        private final UnaryOperator<String> mask;

        Link(String server, UnaryOperator<String> mask) {
            this.server = server;
            this.mask = mask;
        }

        @Override
        public void sent(JsonRpcMessage message) {
            OutgoingBuffer buffer = new OutgoingBuffer();
            try {
                JsonRpcCodec.shared().encode(message, buffer);
                record("sent", McpJson.mapper().readTree(buffer.toByteArray()));
            } catch (RuntimeException e) {
                // a message that cannot be written is not sent either, and its sender is notified
                log.trace("[{}] not recorded", server);
            }
        }

        /** Skips frames that are not JSON, because they are not messages. */
        @Override
        public void received(Frame frame) {
            String text = new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8);
            try {
                JsonNode message = McpJson.mapper().readTree(text);
                if (message.isMissingNode()) {
                    // an empty body
                    return;
                }
                if (message.isArray()) {
                    // record each message of a batch
                    message.forEach(one -> record("received", one));
                } else {
                    record("received", message);
                }
            } catch (RuntimeException e) {
                log.trace("[{}] not recorded", server);
            }
        }

        private void record(String direction, JsonNode message) {
            lines.add("{\"link\":\"" + name + "\",\"server\":"
                    + McpJson.mapper().writeValueAsString(server) + ",\"direction\":\"" + direction
                    + "\",\"message\":" + Masker.mask(message, mask) + "}\n");
        }
    }

    private void write() {
        while (true) {
            flush();
            LockSupport.parkNanos(PAUSE);
        }
    }

    synchronized void flush() {
        try {
            boolean any = false;
            for (String line = lines.poll(); line != null; line = lines.poll()) {
                // an unpaired surrogate becomes a question mark; a writer would fail and write the line again
                file.write(line.getBytes(StandardCharsets.UTF_8));
                any = true;
            }
            if (any) {
                file.flush();
            }
        } catch (IOException e) {
            log.warn("messages cannot be recorded: {}", e.toString());
        }
    }
}
