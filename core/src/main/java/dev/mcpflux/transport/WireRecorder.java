package dev.mcpflux.transport;

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
 * Writes every message of every connection of this JVM to a file, one JSON object a line, for whoever has to find out what
 * was said: {@code -Dmcpflux.record=DIRECTORY}. Off unless asked for, since messages hold what users send.
 * Configured secrets are masked, and where the file system knows owners only the owner may read. A thread of its own writes; who sends or reads only queues.
 */
public final class WireRecorder {

    /** Where to write to; the property is read once. */
    static final String PROPERTY = "mcpflux.record";

    private static final Logger log = LoggerFactory.getLogger(WireRecorder.class);
    private static final JsonRpcCodec CODEC = new JsonRpcCodec();
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    /** The recorder, or null where none was asked for, which costs nothing. */
    public static final @Nullable WireRecorder INSTALLED = installed();

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

    /** What users send is for nobody else on the machine: the permissions are there before the first byte is. */
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

    /** A name for one connection. */
    public String link() {
        return run + "-" + links.incrementAndGet();
    }

    /** A message that this side sends, with configured secrets masked. */
    public void sent(String link, String server, JsonRpcMessage message, UnaryOperator<String> mask) {
        OutgoingBuffer buffer = new OutgoingBuffer();
        try {
            CODEC.encode(message, buffer);
            record(link, server, "sent", McpJson.mapper().readTree(buffer.toByteArray()), mask);
        } catch (RuntimeException e) {
            // what cannot be written is not sent either, and who sends it is told
            log.trace("[{}] not recorded", server);
        }
    }

    /** A message that came, masked likewise. What is no JSON is left out: it is no message. */
    public void received(String link, String server, Frame frame, UnaryOperator<String> mask) {
        String text = new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8);
        try {
            JsonNode message = McpJson.mapper().readTree(text);
            if (message.isMissingNode()) {
                // an empty body
                return;
            }
            if (message.isArray()) {
                // a batch is what stands in it
                message.forEach(one -> record(link, server, "received", one, mask));
            } else {
                record(link, server, "received", message, mask);
            }
        } catch (RuntimeException e) {
            log.trace("[{}] not recorded", server);
        }
    }

    private void record(String link, String server, String direction, JsonNode message, UnaryOperator<String> mask) {
        lines.add("{\"link\":\"" + link + "\",\"server\":"
                + McpJson.mapper().writeValueAsString(server) + ",\"direction\":\"" + direction + "\",\"message\":"
                + Masker.mask(message, mask) + "}\n");
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
                // half of a surrogate pair becomes a question mark: a writer would stop at it, and write the line again
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
