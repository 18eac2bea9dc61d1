package dev.mcpflux.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Cuts a stream into lines, without a copy. */
final class Lines {

    /** Takes the lines of one read. */
    interface Handler {
        void line(byte[] bytes, int offset, int length) throws IOException;
    }

    private final InputStream in;
    private byte[] bytes = new byte[64 * 1024];
    private int held;

    Lines(InputStream in) {
        this.in = in;
    }

    /** Reads once and hands over the lines that are then complete; false at the end. */
    boolean read(Handler handler) throws IOException {
        if (held == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int n = in.read(bytes, held, bytes.length - held);
        if (n < 0) {
            return false;
        }
        int end = held + n;
        int line = 0;
        for (int i = held; i < end; i++) {
            if (bytes[i] == '\n') {
                handler.line(bytes, line, i - line);
                line = i + 1;
            }
        }
        held = end - line;
        if (line > 0) {
            System.arraycopy(bytes, line, bytes, 0, held);
        }
        return true;
    }

    /** Waits for a server whose stdin was closed. */
    static void awaitEnd(Process process) throws IOException {
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                throw new IOException("the server does not end");
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
