package dev.mcpflux.transport;

import dev.mcpflux.jsonrpc.JsonRpcCodec;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.jsonrpc.OutgoingBuffer;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Writes every message of every connection of this JVM to a file, one JSON object a line, for whoever has to find out what
 * was said: {@code -Dmcpflux.record=DIRECTORY}. Off unless asked for, since messages hold what users send, secrets
 * included. A thread of its own writes; who sends or reads only queues.
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
    private final Writer file;

    private WireRecorder(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.run = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        this.file = Files.newBufferedWriter(directory.resolve(run + ".jsonl"), StandardCharsets.UTF_8);
        Thread writer = new Thread(this::write, "wire-recorder");
        writer.setDaemon(true);
        writer.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::flush, "wire-recorder-end"));
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

    /** A message that this side sends. */
    public void sent(String link, String server, JsonRpcMessage message) {
        OutgoingBuffer buffer = new OutgoingBuffer();
        try {
            CODEC.encode(message, buffer);
            record(link, server, "sent", new String(buffer.toByteArray(), StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            // what cannot be written is not sent either, and who sends it is told
            log.trace("[{}] not recorded", server);
        }
    }

    /** What is no JSON is left out: it is no message. */
    public void received(String link, String server, Frame frame) {
        String text = new String(frame.bytes(), frame.offset(), frame.length(), StandardCharsets.UTF_8);
        try {
            JsonNode message = McpJson.mapper().readTree(text);
            if (message.isMissingNode()) {
                // an empty body
                return;
            }
            if (message.isArray()) {
                // a batch is what stands in it
                message.forEach(one -> record(link, server, "received", one.toString()));
            } else {
                record(link, server, "received", message.toString());
            }
        } catch (RuntimeException e) {
            log.trace("[{}] not recorded", server);
        }
    }

    private void record(String link, String server, String direction, String message) {
        lines.add("{\"link\":\"" + link + "\",\"server\":"
                + McpJson.mapper().writeValueAsString(server) + ",\"direction\":\"" + direction + "\",\"message\":"
                + message.strip() + "}\n");
    }

    private void write() {
        while (true) {
            flush();
            LockSupport.parkNanos(PAUSE);
        }
    }

    private synchronized void flush() {
        try {
            boolean any = false;
            for (String line = lines.poll(); line != null; line = lines.poll()) {
                file.write(line);
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
