package dev.mcpflux.transport.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.SynchronousSink;

/** Reads the lines of one recording; used by one thread at a time. */
final class RecordingReader {

    /** No message is longer than the limits of frames allow; a longer line is not one of a recording. */
    static final int MAX_LINE = 128 * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(WireRecording.class);

    private final Path file;
    private final InputStream in;
    private final int maxLine;
    private long line;
    private boolean atEnd;

    RecordingReader(Path file, InputStream in, int maxLine) {
        this.file = file;
        this.in = in;
        this.maxLine = maxLine;
    }

    static RecordingReader open(Path file) {
        try {
            return new RecordingReader(file, new BufferedInputStream(Files.newInputStream(file)), MAX_LINE);
        } catch (NoSuchFileException e) {
            throw new WireRecordingException(file, "there is no such file", e);
        } catch (IOException e) {
            throw new WireRecordingException(file, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Emits the next event, or the end. */
    void next(SynchronousSink<WireEvent> sink) {
        try {
            WireEvent event = read();
            if (event == null) {
                sink.complete();
            } else {
                sink.next(event);
            }
        } catch (IOException e) {
            sink.error(new WireRecordingException(file, "it cannot be read: " + e.getMessage(), e));
        } catch (WireRecordingException e) {
            sink.error(e);
        }
    }

    private @Nullable WireEvent read() throws IOException {
        while (!atEnd) {
            String text = readLine();
            if (text.isBlank()) {
                continue;
            }
            try {
                return RecordingLine.read(text);
            } catch (IllegalArgumentException e) {
                if (!atEnd) {
                    throw new WireRecordingException(file, line, String.valueOf(e.getMessage()));
                }
                // written by a process that ended meanwhile
                return null;
            }
        }
        return null;
    }

    private String readLine() throws IOException {
        line++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                atEnd = true;
                break;
            }
            if (bytes.size() == maxLine) {
                throw new WireRecordingException(file, line, "it is longer than " + maxLine + " bytes");
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    void close() {
        try {
            in.close();
        } catch (IOException e) {
            // everything that was wanted has been read
            log.debug("closing {} failed: {}", file, e.toString());
        }
    }
}
